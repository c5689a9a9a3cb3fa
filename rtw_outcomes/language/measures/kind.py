"""The facts that every kind of measure states about itself, so that nobody else keeps a list of kinds.

A measure is a class in the file of its family. Its keys are its fields; the rest are facts: what its
result is, what it needs from the rest of the definition, and which outcomes it is computed from.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import ClassVar

from rtw_outcomes.errors import Location
from rtw_outcomes.language.absence import Window
from rtw_outcomes.language.thresholds import Threshold
from rtw_outcomes.language.yaml_types import ClosedMapping


class Result(Enum):
    """The kind of result that one index date has."""

    TIME = "a time to an event"
    STATE = "a state"
    STATES = "several states"
    ANSWER = "yes or no"
    NUMBER = "a number"
    NUMBERS = "several numbers"
    CHANGE = "a change of a number"
    RATE = "its share in the rate of a group"

    @property
    def is_number(self) -> bool:
        """Whether it is one number, of which a mean says something."""
        return self in (Result.NUMBER, Result.CHANGE)

    @property
    def is_answer(self) -> bool:
        """Whether it is yes or no, or can be taken so: whether an event happened in its follow-up."""
        return self in (Result.ANSWER, Result.TIME)


class Days(Enum):
    """The days that a measure looks at."""

    FOLLOW_UP = "the days of `follow_up`"
    ONE_DAY = "the day of `at`"
    OF_OTHERS = "the days of the outcomes that it is made of"
    OF_COHORT = "no day: the cohort brings its value"


@dataclass(frozen=True)
class CohortNumbers:
    """Numbers that a measure takes from a column of the cohort, one for each row or none.

    Attributes:
        column: the column that holds them.
        place: where the measure names it.
        least, most: what a number is at least and at most; without `most` it may be any larger one.
    """

    column: str
    place: Location
    least: Decimal
    most: Decimal | None = None

    def __str__(self) -> str:
        if self.most is None:
            return f"numbers of at least {self.least}"
        return f"numbers from {self.least} to {self.most}"

    def has(self, number: float) -> bool:
        """Whether a number is among them, as it is written."""
        exact = Decimal(str(number))
        return self.least <= exact and (self.most is None or exact <= self.most)


class Kind(ClosedMapping):
    """A kind of measure, with its parameters."""

    key: ClassVar[str]  # the key of `measure` that names it
    sees: ClassVar[str]  # what it sees of a person and what it does not, after `A is`
    looks_at: ClassVar[Days] = Days.FOLLOW_UP
    has_absence: ClassVar[bool] = True
    needs_spells: ClassVar[bool] = False
    starts_on_day_0: ClassVar[bool] = False  # its clock does, so its follow-up must
    at_risk_when_absent: ClassVar[bool] = False  # only persons who are absent on day 0 are
    always_counts: ClassVar[tuple[str, ...]] = ()  # benefits that are added to those of `absence`
    in_any_order: ClassVar[bool] = False  # the order of the outcomes that it names means nothing

    @property
    def result(self) -> Result:
        """The kind of result that one index date has."""
        return Result.NUMBER

    def count_columns(self, follow_up: Window | None) -> int:  # noqa: ARG002 for measures that are split
        """The number of columns of results, where the measure is split on periods or days."""
        return 1

    @property
    def number_of(self) -> str:
        """The unit of its number, such as days; two numbers with the same unit can be compared."""
        return self.key

    @property
    def needs_follow_up(self) -> bool:
        """Whether `follow_up` must say which days are looked at."""
        return self.looks_at is Days.FOLLOW_UP

    @property
    def needs_threshold(self) -> bool:
        """Whether `when` must say from which extent a day is absent."""
        return self.needs_spells

    @property
    def needs_gap(self) -> bool:
        """Whether `join_gap` must say which free days are bridged."""
        return self.needs_spells

    @property
    def counts(self) -> str:
        """The name of what it counts, for a message about what it needs."""
        return "spells"

    @property
    def counts_from_true_first_day(self) -> bool:
        """Whether it measures spells from their true first day, which the register must tell."""
        return False

    @property
    def from_cohort(self) -> CohortNumbers | None:
        """The numbers that it takes from a column of the cohort, if it takes any."""
        return None

    @property
    def named(self) -> dict[Location, str]:
        """The ids of the outcomes that it is computed from, by their places in the measure."""
        return {}

    @property
    def origin(self) -> str | None:
        """The id of the return that it is counted from, if it is counted from one."""
        return None

    @property
    def benefit_lists(self) -> dict[Location, tuple[str, ...]]:
        """The lists of benefits among its parameters, by their places in the measure."""
        return {}

    @property
    def thresholds(self) -> dict[Location, Threshold]:
        """The thresholds among its parameters, by their places in the measure."""
        return {}

    @property
    def benefits_of_an_example(self) -> tuple[str, ...]:
        """The benefits of a row in an example that names none, where they are not those of `absence`."""
        return ()
