"""States: of one day, the days in each, and the transitions between them."""

from typing import ClassVar

from pydantic import Field

from rtw_outcomes.errors import Location
from rtw_outcomes.language.benefits import BenefitNames
from rtw_outcomes.language.lengths import Length
from rtw_outcomes.language.measures.kind import Days, Kind, Result
from rtw_outcomes.language.thresholds import Threshold
from rtw_outcomes.language.vocabulary import DISABILITY_PENSION, PRIOR_STATES, WORK_STATES
from rtw_outcomes.language.yaml_types import ClosedMapping, Name


class WorkState(Kind):
    """The state on one day; the first of `precedence` that holds, then work or absence."""

    key = "work_state"
    sees = (
        "a look at one day, whatever came before or after it: who returned and is absent again that "
        "day counts as absent."
    )
    looks_at: ClassVar[Days] = Days.ONE_DAY
    always_counts = (DISABILITY_PENSION,)

    at: Length = Field(title="the day that is looked at")
    """The day, counted from the index date."""

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
    """Whether the state is one of these, and not the state itself."""

    @property
    def names(self) -> tuple[str, ...]:
        """All states, in the order in which they are tried."""
        return (*self.precedence, *WORK_STATES)

    @property
    def result(self) -> Result:
        """Yes or no with `one_of`."""
        return Result.ANSWER if self.one_of else Result.STATE


class State(ClosedMapping):
    """One of the states of a day: it holds when these benefits are paid to this extent."""

    state: Name
    """What the state is called."""

    benefits: BenefitNames = Field(min_length=1)
    """The benefits whose extents are added."""

    when: Threshold
    """From which extent the state holds."""


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


class StateOnDay(States):
    """The state on one day; missing when the day is not observed."""

    key = "state_on_day"
    sees = "a look at one day, whatever came before or after it."
    looks_at: ClassVar[Days] = Days.ONE_DAY

    at: Length = Field(title="the day that is looked at")
    """The day, counted from the index date."""

    @property
    def result(self) -> Result:
        """The name of a state."""
        return Result.STATE


class Transitions(States):
    """The number of days on which the state is another one than on the day before."""

    key = "transitions"
    sees = "a number of moves between states, however long each state lasted."

    from_state: Name | None = Field(default=None, title="state that is left")
    """Only transitions out of this state; all when absent."""

    to_state: Name | None = Field(default=None, title="state that is entered")
    """Only transitions into this state; all when absent."""
