"""Outcomes made of other outcomes: all, any or none of several, a change, and a rate."""

from typing import Annotated, ClassVar

from pydantic import Field

from rtw_outcomes.errors import Location
from rtw_outcomes.language.benefits import BenefitNames
from rtw_outcomes.language.measures.cut import SignedCut
from rtw_outcomes.language.measures.kind import Days, Kind, Result
from rtw_outcomes.language.thresholds import Threshold
from rtw_outcomes.language.yaml_types import IS_WHOLE_NUMBER, ClosedMapping, Name

PERSONS, OBSERVED_YEARS = POPULATIONS = ("persons", "observed_years")


class Composite(Kind):
    """A measure that is made of the results of other outcomes, each under its own id."""

    looks_at: ClassVar[Days] = Days.OF_OTHERS
    has_absence = False


class Logical(Composite):
    """A measure that puts several answers together."""

    in_any_order = True

    outcomes: tuple[Name, ...] = Field(min_length=2)
    """The ids of the outcomes: yes or no, or a time to an event."""

    @property
    def result(self) -> Result:
        """Yes or no."""
        return Result.ANSWER

    @property
    def named(self) -> dict[Location, str]:
        """The outcomes whose answers are put together."""
        return {("outcomes", place): name for place, name in enumerate(self.outcomes)}


class AllOf(Logical):
    """Whether all of several outcomes are yes, each under its own id."""

    key = "all_of"
    sees = "an answer that needs all of several others."


class AnyOf(Logical):
    """Whether any of several outcomes is yes."""

    key = "any_of"
    sees = "an answer that needs one of several others."


class NoneOf(Logical):
    """Whether no one of several outcomes is yes."""

    key = "none_of"
    sees = "an answer that is no when one of several others is yes."

    outcomes: tuple[Name, ...] = Field(min_length=1)
    """The ids of the outcomes: yes or no, or a time to an event."""


class Change(Composite):
    """The second of two outcomes less the first, such as days after less days before."""

    key = "change"
    sees = "a difference between two numbers of the same person."

    first: Name
    """The id of the number that is subtracted."""

    second: Name
    """The id of the number that it is subtracted from."""

    cut: SignedCut | None = Field(default=None, title="the change that must be reached")
    """The limit that turns the change into yes or no. Without it, the result is the change itself."""

    @property
    def result(self) -> Result:
        """A number that may be below 0; yes or no with a cut."""
        return Result.ANSWER if self.cut else Result.CHANGE

    @property
    def named(self) -> dict[Location, str]:
        """The two numbers."""
        return {("first",): self.first, ("second",): self.second}


class LeftOut(ClosedMapping):
    """The persons who are not in the population of a rate: those with these benefits on day 0."""

    benefits: BenefitNames = Field(min_length=1)
    """The benefits whose extents are added."""

    when: Threshold
    """The extent from which a person is left out."""


class Rate(Composite):
    """One outcome summed over the index dates, by what it is a rate over, summed over the same.

    Each index date has its share in both sums; the summary divides the one sum by the other.
    """

    key = "rate"
    sees = "a rate of a group: one sum over index dates divided by another."

    of: Name
    """The id of the outcome that is summed."""

    over: Name = Field(title="what the rate is over")
    """`persons` for the index dates, `observed_years` for their years, or the id of an outcome."""

    scale: Annotated[int, Field(ge=1, le=1_000_000, strict=True), IS_WHOLE_NUMBER] = Field(
        default=1, title="the rate is for so many"
    )
    """The rate is for so many of what it is over, such as 1000 persons."""

    leave_out: LeftOut | None = Field(default=None, title="who is not in the rate")
    """Persons who are in neither sum."""

    @property
    def result(self) -> Result:
        """Its share in two sums."""
        return Result.RATE

    @property
    def named(self) -> dict[Location, str]:
        """The outcome that is summed, and the outcome that the rate is over, if it is over one."""
        of: dict[Location, str] = {("of",): self.of}
        return of if self.over in POPULATIONS else {**of, ("over",): self.over}

    @property
    def benefit_lists(self) -> dict[Location, tuple[str, ...]]:
        """The benefits of persons who are left out."""
        return {("leave_out", "benefits"): self.leave_out.benefits} if self.leave_out else {}

    @property
    def thresholds(self) -> dict[Location, Threshold]:
        """The extent from which persons are left out."""
        return {("leave_out", "when"): self.leave_out.when} if self.leave_out else {}
