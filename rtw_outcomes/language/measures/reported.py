"""Values that the cohort brings: what persons say of themselves, in numbers of an instrument."""

from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import Field

from rtw_outcomes.language.measures.cut import LIMIT, SignedCut
from rtw_outcomes.language.measures.kind import CohortNumbers, Days, Kind, Result
from rtw_outcomes.language.yaml_types import IS_NUMBER, ClosedMapping, Text


class ValueRange(ClosedMapping):
    """The values that an instrument can give; both limits are among them."""

    from_: Annotated[Decimal, Field(**LIMIT), IS_NUMBER] = Field(alias="from")
    """The lowest value."""

    to: Annotated[Decimal, Field(**LIMIT), IS_NUMBER]
    """The highest value."""

    def __str__(self) -> str:
        return f"from {self.from_} to {self.to}"


class Reported(Kind):
    """A value that the cohort brings, such as a score of self-reported work ability."""

    key = "reported"
    sees = "a value that the cohort brings: no register is looked at."
    looks_at: ClassVar[Days] = Days.OF_COHORT
    has_absence = False

    column: Text = Field(title="column of the cohort")
    """Its cells are numbers in the range, or empty; the value of a row without one is missing."""

    range_: ValueRange = Field(alias="range", title="values that there may be")
    """The values that the instrument can give. A cell with another number stops the run."""

    cut: SignedCut | None = Field(default=None, title="the number that must be reached")
    """The limit that turns the value into yes or no. Without it, the result is the value itself."""

    @property
    def result(self) -> Result:
        """Yes or no with a cut."""
        return Result.ANSWER if self.cut else Result.NUMBER

    @property
    def number_of(self) -> str:
        """Values of a range, which tells one instrument from another."""
        return f"values {self.range_}"

    @property
    def from_cohort(self) -> CohortNumbers | None:
        """The values."""
        return CohortNumbers(self.column, ("column",), self.range_.from_, self.range_.to)
