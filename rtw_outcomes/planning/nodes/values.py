"""The steps that follow from other steps of the same index date, or from its cohort row."""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from rtw_outcomes.language.lengths import Length
from rtw_outcomes.language.vocabulary import (
    FULL_TIME_PPM,
    NOT_OBSERVED,
    PRIOR_STATES,
    WORK_STATES,
)
from rtw_outcomes.planning.nodes.aggregates import ExtentOn, SickDaysIn, require_weeks
from rtw_outcomes.planning.nodes.events import FirstEvent, Return
from rtw_outcomes.planning.nodes.node import (
    Answer,
    ColumnKind,
    Number,
    StepField,
    Value,
    require,
    require_window,
)


@dataclass(frozen=True)
class ObservedDays(Number):
    """The number of observed days in [start, end) from day 0 or from the return: value."""

    origin: Return | None
    start: Length
    end: Length

    def __post_init__(self) -> None:
        super().__post_init__()
        require_window(self.start, self.end)


@dataclass(frozen=True)
class ObservedWeeks(Number):
    """The number of weeks of [start, end) from day 0 with an observed day: value."""

    start: int
    end: int

    def __post_init__(self) -> None:
        super().__post_init__()
        require_weeks(self.start, self.end)


@dataclass(frozen=True)
class Difference(Number):
    """A value less another one, such as the observed days less the sick days: value.

    Null where either is.
    """

    whole: Number
    less: Number

    @property
    def kind(self) -> ColumnKind:
        """Whole numbers where both values are."""
        return _kind_of((self.whole, self.less))

    @property
    def may_be_negative(self) -> bool:
        """False for what is left of observed days, which is never below 0; a change may be."""
        return not isinstance(self.whole, ObservedDays | ObservedWeeks)


@dataclass(frozen=True)
class Total(Number):
    """The sum of several values: value; null where any is."""

    parts: tuple[Number, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        require(bool(self.parts), "there is nothing to add up")

    @property
    def kind(self) -> ColumnKind:
        """Whole numbers where all values are."""
        return _kind_of(self.parts)


@dataclass(frozen=True)
class WorkPercent(Number):
    """Work in percent of the observed days or weeks of its window: value; null without any."""

    work: Difference

    @property
    def kind(self) -> ColumnKind:
        """A share is seldom a whole number."""
        return ColumnKind.AMOUNT


@dataclass(frozen=True)
class CohortNumber(Number):
    """A number that a column of the cohort holds: value; null where the cell is empty."""

    column: str

    @property
    def name(self) -> str:
        """The name of the column in the table of index dates; no other column there has it."""
        return f"number_{self.column}"

    @property
    def kind(self) -> ColumnKind:
        """Any number."""
        return ColumnKind.AMOUNT

    @property
    def may_be_negative(self) -> bool:
        """True: the cohort was checked for its range before anything was computed."""
        return True


@dataclass(frozen=True)
class CostIn(Number):
    """Net days times an amount of money: value; null where the amount is."""

    net_days: SickDaysIn
    per_day: Decimal | CohortNumber

    def __post_init__(self) -> None:
        super().__post_init__()
        require(self.net_days.net, "only net days cost something")
        require(isinstance(self.per_day, CohortNumber) or self.per_day > 0, "a day costs nothing")

    @property
    def kind(self) -> ColumnKind:
        """Money."""
        return ColumnKind.AMOUNT


@dataclass(frozen=True)
class Incomplete(Answer):
    """1 where fewer days are observed than the window has, else 0: value; null as the window is."""

    observed: ObservedDays


@dataclass(frozen=True)
class Unconfirmable(Answer):
    """1 for a person at risk whose observation ends before follow-up and the run after it: value.

    0 for the others at risk, null for a person not at risk.
    """

    returned: Return


@dataclass(frozen=True)
class PercentOn(Number):
    """The extent on one day in percent of full time: value; null when the day is not observed."""

    extent: ExtentOn

    @property
    def kind(self) -> ColumnKind:
        """A share is seldom a whole number."""
        return ColumnKind.AMOUNT


@dataclass(frozen=True)
class Seen(Number):
    """A value over a window of which a day is observed: value; null where none is."""

    number: Number
    observed: ObservedDays

    @property
    def kind(self) -> ColumnKind:
        """That of the value."""
        return self.number.kind

    @property
    def may_be_negative(self) -> bool:
        """True when the number may be negative."""
        return self.number.may_be_negative


@dataclass(frozen=True)
class Reaches(Answer):
    """1 where a value is above a limit, or reaches it unless `above`, else 0: value.

    Null where the value is.
    """

    number: Number
    limit: Decimal
    above: bool

    def __post_init__(self) -> None:
        super().__post_init__()
        is_reached = self.limit < 0 and not self.number.may_be_negative
        require(not is_reached, "every number is above a limit below 0")


class Category(Value):
    """A value that is the name of a state: value."""

    @property
    def kind(self) -> ColumnKind:
        """Text."""
        return ColumnKind.CATEGORY

    @property
    def states(self) -> tuple[str, ...]:
        """The states, in the order in which they are tried."""
        raise NotImplementedError(type(self).__name__)


@dataclass(frozen=True)
class StateOn(Category):
    """The state on the day that lies `at` after the index date: value."""

    is_always_known = True

    at: Length
    precedence: tuple[str, ...]
    out_of_work: ExtentOn
    pension: ExtentOn

    def __post_init__(self) -> None:
        super().__post_init__()
        require(set(self.precedence) <= set(PRIOR_STATES), "a state does not go before work")
        require(NOT_OBSERVED in self.precedence, "a day that is not observed would be one of work")
        require(self.at == self.out_of_work.at == self.pension.at, "the extents are of another day")

    @property
    def states(self) -> tuple[str, ...]:
        """Those that go before work and absence, then work and absence."""
        return (*self.precedence, *WORK_STATES)


@dataclass(frozen=True)
class IsOneOf(Answer):
    """1 where a state is one of these, else 0: value; null where it is `not_observed`."""

    state: StateOn
    states: tuple[str, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        require(bool(self.states), "no state is yes")
        require(set(self.states) <= set(self.state.states), "there is no such state")


@dataclass(frozen=True)
class NamedStateOn(Category):
    """The name of the first state whose extent on a day is large enough, or the last: value.

    Null when the day is not observed.
    """

    at: Length
    extents: tuple[ExtentOn, ...]
    at_least_ppm: tuple[int, ...]
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        require(
            len(self.extents) == len(self.at_least_ppm) == len(self.names) - 1,
            "each state but the last has an extent and its limit",
        )
        require(bool(self.extents), "there is no state")
        require(all(each.at == self.at for each in self.extents), "an extent is of another day")
        require(all(map(_is_share, self.at_least_ppm)), "a limit is no share of full time")

    @property
    def states(self) -> tuple[str, ...]:
        """All of them, the one for other days last."""
        return self.names


@dataclass(frozen=True)
class Happened(Answer):
    """1 where the event of a clock happened, 0 where it did not before the clock's end: value.

    Something that competes makes it 0. Null for those not at risk, and for those whose observation
    ends before it is known, unless `or_seen`: then 0 for them, who had none as long as they were
    seen.
    """

    clock: Return | FirstEvent
    or_seen: bool


class Logic(Enum):
    """The ways in which answers are combined."""

    ALL = "all"
    ANY = "any"
    NONE = "none"


@dataclass(frozen=True)
class LogicalCombination(Answer):
    """1 where all, any or none of several answers are 1, else 0: value.

    Null only where a missing answer decides: one that is 0 makes `ALL` 0, whatever the others are.
    """

    logic: Logic
    answers: tuple[Answer, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        require(bool(self.answers), "there is no answer")


@dataclass(frozen=True)
class One(Number):
    """1 for every index date: value."""

    is_always_known = True


@dataclass(frozen=True)
class Years(Number):
    """Observed days, or the days of a clock, in years of 365.25 days: value; null where they are."""

    days: ObservedDays | Return | FirstEvent

    @property
    def field(self) -> StepField:
        """The field of the step that holds the days."""
        return StepField.VALUE if isinstance(self.days, ObservedDays) else StepField.DAYS

    @property
    def kind(self) -> ColumnKind:
        """Years are seldom whole."""
        return ColumnKind.AMOUNT


@dataclass(frozen=True)
class InPopulation(Value):
    """A value of those who are in a population: value; null for the others.

    In it is who has a value and the `known` one, and whose extent on day 0, if there is one to
    leave out by, lies below `out_from_ppm`.
    """

    number: Number | Answer
    known: Number | Answer
    left_out: ExtentOn | None
    out_from_ppm: int

    def __post_init__(self) -> None:
        super().__post_init__()
        require(
            _is_share(self.out_from_ppm) if self.left_out else self.out_from_ppm == 0,
            "the limit is no share of full time, or nobody is left out by it",
        )

    @property
    def kind(self) -> ColumnKind:
        """That of the value."""
        return self.number.kind

    @property
    def may_be_negative(self) -> bool:
        """True when the number may be negative."""
        return self.number.may_be_negative


def _is_share(ppm: int) -> bool:
    return 0 < ppm <= FULL_TIME_PPM


def _kind_of(numbers: tuple[Number, ...]) -> ColumnKind:
    is_amount = any(each.kind is ColumnKind.AMOUNT for each in numbers)
    return ColumnKind.AMOUNT if is_amount else ColumnKind.COUNT
