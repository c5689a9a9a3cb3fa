"""The steps of a time to an event: free runs, days on which something happens, and clocks.

`NextAbsence` is never planned: the optimizer puts it in place of an `Onset` that says the same.
"""

from dataclasses import dataclass

from rtw_outcomes.language.lengths import LONGEST_DAYS, Length
from rtw_outcomes.language.vocabulary import EXITS
from rtw_outcomes.language.yaml_types import EmployerPeriod
from rtw_outcomes.planning.nodes.intervals import Spells
from rtw_outcomes.planning.nodes.node import (
    Checked,
    IndexDateNode,
    IntervalNode,
    Value,
    require,
)


@dataclass(frozen=True)
class SpellLength(Checked):
    """The length of the spells that count: at least `at_least_days`, and below `below_days`.

    None is no limit. The length is in calendar days, first to last observed day. `from_true_first_day`,
    the days of the employer period are added that was in force on the first of them: the last one in
    the list, which is in the order of dates, that had begun. The list is of the register, not of the
    outcome.
    """

    at_least_days: int = 1
    below_days: int | None = None
    from_true_first_day: bool = False
    employer_periods: tuple[EmployerPeriod, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        require(1 <= self.at_least_days <= LONGEST_DAYS, "no spell has such a length")
        require(
            self.below_days is None or self.at_least_days < self.below_days,
            "no spell is both so long and so short",
        )
        require(
            self.from_true_first_day or not self.employer_periods,
            "employer periods are for lengths from the true first day",
        )

    @property
    def is_any(self) -> bool:
        """Whether every spell counts."""
        return self.at_least_days <= 1 and self.below_days is None

    @property
    def days_to_tell(self) -> int:
        """The days of a spell that must be seen to tell whether it counts, however long it goes on."""
        return max(self.at_least_days, self.below_days or 0)


class Aggregate(IndexDateNode):
    """A step that looks through the intervals of each index date."""

    @property
    def source(self) -> IntervalNode:
        """The intervals that it looks through."""
        raise NotImplementedError(type(self).__name__)

    @property
    def counted_from(self) -> "Return | None":
        """The return that it counts from; None for day 0."""
        return None


class Event(IndexDateNode):
    """A step whose field is `day`, on which something happens; null where nothing does."""


class Clock(IndexDateNode):
    """A time to an event: days, status. Both are null for a person who is not at risk."""

    follow_up: Length
    competing: tuple["Onset | Exit", ...]

    @property
    def statuses(self) -> range:
        """The codes of its status: censored, the event, and what competes with it."""
        return range(2 + len(self.competing))


@dataclass(frozen=True)
class FreeRun(Aggregate):
    """The first run of at least `sustained` free days from day 0 on: day, next_absent.

    It begins on `day`; `next_absent` is the first day of the spell that ends it, null when none
    does. Both are null for a person who is not absent on day 0, unless `day_0_may_count`.
    """

    spells: Spells
    sustained: Length
    day_0_may_count: bool

    def __post_init__(self) -> None:
        super().__post_init__()
        require(self.sustained.least_days > 0, "a run has at least a day")

    @property
    def source(self) -> Spells:
        """The spells that the free days lie between."""
        return self.spells


@dataclass(frozen=True)
class Return(Clock):
    """The free run, once it is confirmed and in time, or what came instead: days, status.

    Null for a person who is not at risk.
    """

    run: FreeRun
    follow_up: Length
    competing: tuple["Onset | Exit", ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        require(self.follow_up.least_days > 0, "a follow-up has at least a day")


@dataclass(frozen=True)
class Onset(Aggregate, Event):
    """The first day after the origin on which a spell of the length begins: day.

    Null when none does. The origin is the return, or day 0 when there is none to count from.
    """

    spells: Spells
    origin: Return | None
    length: SpellLength

    @property
    def source(self) -> Spells:
        """The spells that begin."""
        return self.spells

    @property
    def counted_from(self) -> Return | None:
        """The return that it counts from; None for day 0."""
        return self.origin


@dataclass(frozen=True)
class NextAbsence(Event):
    """The first day of the spell that ends the free run of a return: day; null when none does."""

    run: FreeRun


@dataclass(frozen=True)
class Exit(Event):
    """The last observed day, when the person left on it for this reason: day; else null."""

    reason: str

    def __post_init__(self) -> None:
        super().__post_init__()
        require(self.reason in EXITS, "the reason is no way out of observation")


@dataclass(frozen=True)
class AbsentOnDay0(Aggregate, Value):
    """1 where day 0 belongs to a spell, bridged days included, else 0: value."""

    spells: Spells

    @property
    def source(self) -> Spells:
        """The spells that day 0 may belong to."""
        return self.spells


@dataclass(frozen=True)
class FirstEvent(Clock):
    """The event or what came before it, counted from the origin: days, status.

    The origin is the return, or else day 0 of those for whom a `AbsentOnDay0` is 0; null for the others.
    """

    event: Onset | NextAbsence
    origin: Return | AbsentOnDay0
    follow_up: Length
    competing: tuple[Onset | Exit, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        require(self.follow_up.least_days > 0, "a follow-up has at least a day")
