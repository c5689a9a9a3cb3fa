"""Sick days, work days, and the extent on one day."""

from typing import ClassVar, Literal

from pydantic import Field

from rtw_outcomes.language.absence import Window
from rtw_outcomes.language.lengths import Length
from rtw_outcomes.language.measures.cut import Cut
from rtw_outcomes.language.measures.kind import Days, Kind, Result

DaysOrWeeks = Literal["days", "weeks"]


class SickDays(Kind):
    """Gross days (each day with extent above 0 counts 1) or net days (it counts its extent)."""

    key = "sick_days"
    sees = "a sum of days: it does not tell when they were, or in how many spells."

    count: Literal["net", "gross"] = Field(title="what is counted")
    """`net` counts each day by its extent, `gross` counts it 1."""

    unit: DaysOrWeeks = Field(default="days", title="days or weeks")
    """Weeks are the seven days from day 0, 7, 14 ...; one day with benefit makes a week of absence."""

    per: Length | None = Field(default=None, title="length of the periods")
    """Split on periods of this length, each end of which is counted from the index date."""

    cut: Cut | None = Field(default=None, title="the number that must be reached")
    """The limit that turns the number into yes or no. Without it, the result is the number itself."""

    @property
    def result(self) -> Result:
        """Several numbers where it is split on periods."""
        if self.per:
            return Result.NUMBERS
        return Result.ANSWER if self.cut else Result.NUMBER

    def count_columns(self, follow_up: Window | None) -> int:
        """Each period has a value and its observed days."""
        return 2 * follow_up.count_periods(self.per) if self.per and follow_up else 2

    @property
    def number_of(self) -> str:
        """Days or weeks."""
        return self.unit


class WorkDays(Kind):
    """Observed days that are not absent, or of each of them the share of full time without benefit.

    The register does not see work: these are days without the benefits of `absence`.
    """

    key = "work_days"
    sees = "a sum of days without absence: it does not tell when they were, or whether they lasted."

    count: Literal["net", "gross"] = Field(title="what is counted")
    """`gross` counts the days without absence, `net` the share of full time without benefit."""

    unit: DaysOrWeeks = Field(default="days", title="days or weeks")
    """A week of work is an observed week without a day of absence."""

    as_: Literal["number", "percent"] = Field(
        default="number", alias="as", title="unit of the result"
    )
    """A number, or the percentage of the observed days or weeks."""

    cut: Cut | None = Field(default=None, title="the number that must be reached")
    """The limit that turns the number into yes or no. Without it, the result is the number itself."""

    @property
    def result(self) -> Result:
        """Yes or no with a cut."""
        return Result.ANSWER if self.cut else Result.NUMBER

    @property
    def number_of(self) -> str:
        """Days, weeks, or percent of the observed ones."""
        return "percent" if self.as_ == "percent" else self.unit

    @property
    def needs_threshold(self) -> bool:
        """A day is a day of work or it is absent; net days take each extent as it is."""
        return self.count == "gross"

    @property
    def counts(self) -> str:
        """The name of what it counts, for a message about what it needs."""
        return "days without absence"


class ExtentOnDay(Kind):
    """The extent on one day, in percent of full time; missing when the day is not observed."""

    key = "extent_on_day"
    sees = "a look at one day, whatever came before or after it."
    looks_at: ClassVar[Days] = Days.ONE_DAY

    at: Length = Field(title="the day that is looked at")
    """The day, counted from the index date."""

    cut: Cut | None = Field(default=None, title="the number that must be reached")
    """The limit that turns the extent into yes or no. Without it, the result is the extent itself."""

    @property
    def result(self) -> Result:
        """Yes or no with a cut."""
        return Result.ANSWER if self.cut else Result.NUMBER

    @property
    def number_of(self) -> str:
        """Percent of full time."""
        return "percent"
