"""States: of one day or of several, the days in each, and the transitions between them."""

from typing import Annotated, ClassVar

from pydantic import Discriminator, Field, Tag

from rtw_outcomes.errors import Location
from rtw_outcomes.language.absence import Window
from rtw_outcomes.language.benefits import BenefitNames
from rtw_outcomes.language.lengths import Length
from rtw_outcomes.language.measures.kind import Days, Kind, Result
from rtw_outcomes.language.result_names import NamedDay, NumberedPeriod, SplitBy
from rtw_outcomes.language.thresholds import Threshold
from rtw_outcomes.language.vocabulary import DISABILITY_PENSION, PRIOR_STATES, WORK_STATES
from rtw_outcomes.language.yaml_types import ClosedMapping, Name, WrittenLength


def _form_of_days(value: object) -> str:
    return "days" if isinstance(value, list | tuple) else "day"


OneOrMoreDays = Annotated[
    Annotated[Length, Tag("day")]
    | Annotated[tuple[WrittenLength, ...], Field(min_length=1), Tag("days")],
    Discriminator(_form_of_days),
]


class OnDays(Kind):
    """The state on one day, on several days, or on days that are equally far apart."""

    looks_at: ClassVar[Days] = Days.ONE_DAY

    at: OneOrMoreDays | None = Field(default=None, title="the day or days that are looked at")
    """The day, counted from the index date; or a list of days, each with a column of its own."""

    each: Length | None = Field(
        default=None, title="time from one day that is looked at to the next"
    )
    """In place of `at`: so long after the index date, twice as long, and so on to the end of `follow_up`."""

    @property
    def is_split(self) -> bool:
        """Whether there is a column for each of several days."""
        return self.each is not None or isinstance(self.at, tuple)

    @property
    def needs_follow_up(self) -> bool:
        """Equally distant days go on until its end."""
        return self.each is not None

    def count_columns(self, follow_up: Window | None) -> int:
        """One for each day."""
        if self.each and follow_up:
            return follow_up.count_days(self.each)
        return len(self.at) if isinstance(self.at, tuple) else 1

    def list_days(self, follow_up: Window | None) -> dict[SplitBy | None, Length]:
        """The days that are looked at, each under what its column is named by; None for a single one."""
        if self.each and follow_up:
            days = follow_up.count_days(self.each)
            return {
                NumberedPeriod(number, days): follow_up.from_ + self.each * number
                for number in range(1, days + 1)
            }
        if isinstance(self.at, tuple):
            return {NamedDay(text): Length.parse(text) for text in self.at}
        assert self.at is not None, "the rules ask for one of the two"
        return {None: self.at}


class WorkState(OnDays):
    """The state on a day; the first of `precedence` that holds, then work or absence."""

    key = "work_state"
    sees = (
        "a look at one day, whatever came before or after it: who returned and is absent again that "
        "day counts as absent."
    )
    always_counts = (DISABILITY_PENSION,)

    precedence: tuple[str, ...] = Field(
        min_length=1,
        title="states that go before work and absence",
        json_schema_extra={"items": {"type": "string", "enum": [*PRIOR_STATES]}},
    )
    """The states that go before work and absence: the first that holds is the state of the day."""

    one_of: tuple[str, ...] | None = Field(
        default=None,
        min_length=1,
        title="states that are yes",
        json_schema_extra={"items": {"type": "string", "enum": [*PRIOR_STATES, *WORK_STATES]}},
    )
    """The states for which the result is yes. Without it, the result is the state itself."""

    @property
    def names(self) -> tuple[str, ...]:
        """All states, in the order in which they are tried."""
        return (*self.precedence, *WORK_STATES)

    @property
    def result(self) -> Result:
        """A state, or yes or no with `one_of`; several on several days."""
        if self.is_split:
            return Result.NUMBERS if self.one_of else Result.STATES
        return Result.ANSWER if self.one_of else Result.STATE


class State(ClosedMapping):
    """One of the states of a day: it holds when these benefits are paid to this extent."""

    state: Name
    """The name of the state."""

    benefits: BenefitNames = Field(min_length=1)
    """The benefits whose extents are added."""

    when: Threshold
    """The extent from which the state holds."""


class States(Kind):
    """The states that a day can be in: the first that holds, or else `otherwise`."""

    has_absence = False

    states: tuple[State, ...] = Field(
        min_length=1, title="states of a day, in the order in which they are tried"
    )
    """The states of a day, in the order in which they are tried."""

    otherwise: Name = Field(title="state of a day on which none of them holds")
    """The state of a day on which none of them holds."""

    @property
    def names(self) -> tuple[str, ...]:
        """All states, in the order in which they are tried."""
        return (*(each.state for each in self.states), self.otherwise)

    @property
    def benefit_lists(self) -> dict[Location, tuple[str, ...]]:
        """The benefits of each state."""
        return {
            ("states", place, "benefits"): each.benefits for place, each in enumerate(self.states)
        }

    @property
    def thresholds(self) -> dict[Location, Threshold]:
        """The extent of each state."""
        return {("states", place, "when"): each.when for place, each in enumerate(self.states)}

    @property
    def benefits_of_an_example(self) -> tuple[str, ...]:
        """Those of the first state."""
        return self.states[0].benefits


class StateDays(States):
    """The number of observed days in each state."""

    key = "state_days"
    sees = "the days in each state, in whatever order they came."

    @property
    def result(self) -> Result:
        """A number of days for each state."""
        return Result.NUMBERS


class StateOnDay(OnDays, States):
    """The state on a day; missing when the day is not observed."""

    key = "state_on_day"
    sees = "a look at one day, whatever came before or after it."

    @property
    def result(self) -> Result:
        """The name of a state; several on several days."""
        return Result.STATES if self.is_split else Result.STATE


class Transitions(States):
    """The number of days on which the state is another one than on the day before."""

    key = "transitions"
    sees = "a number of moves between states, however long each state lasted."

    from_state: Name | None = Field(default=None, title="state that is left")
    """Only transitions out of this state; all when absent."""

    to_state: Name | None = Field(default=None, title="state that is entered")
    """Only transitions into this state; all when absent."""
