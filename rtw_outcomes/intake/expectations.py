"""What the rows of a register are expected to look like: steps of extents, changes of rules, limits.

They keep no row from being used. The quality page judges a delivery by them.
"""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from rtw_outcomes.language.yaml_types import IS_NUMBER, ClosedMapping, Day, Text

Judgement = Literal["fine", "look", "stop"]

LimitNumber = Annotated[float, Field(ge=0, strict=True), IS_NUMBER]


class RuleChange(ClosedMapping):
    """A change of rules that rows may show."""

    from_: Day = Field(alias="from")
    """The first date on which the new rule was in force. The quality page shows its month."""

    what: Text
    """The change, in a word or two."""


class UpperLimit(ClosedMapping):
    """Numbers from which on something is judged. A word that is left out is never said."""

    look: LimitNumber | None = None
    """A person should look at this number, or at a higher one."""

    stop: LimitNumber | None = None
    """This number, or a higher one, makes results meaningless."""

    @model_validator(mode="after")
    def _stops_above(self) -> "UpperLimit":
        if self.look is not None and self.stop is not None and self.stop < self.look:
            raise ValueError("`stop` is not below `look`, for a higher number is worse here")
        return self

    def judge(self, value: float) -> Judgement:
        """The judgement on a number.

        >>> UpperLimit(look=1, stop=5).judge(1)
        'look'
        """
        if self.stop is not None and value >= self.stop:
            return "stop"
        return "look" if self.look is not None and value >= self.look else "fine"

    @property
    def words(self) -> str:
        """The limits in words.

        >>> UpperLimit(look=0.1, stop=5).words
        'look from 0.1, stop from 5'
        """
        said = (("look", self.look), ("stop", self.stop))
        return ", ".join(f"{word} from {number:g}" for word, number in said if number is not None)

    def tell(self, judgement: Judgement) -> str:
        """How much a number with this judgement is, without the number, which may be hidden."""
        limit = self.stop if judgement == "stop" else self.look
        return f"{limit or 0:g} or more"


class LowerLimit(ClosedMapping):
    """Numbers below which something is judged. A word that is left out is never said."""

    look: LimitNumber | None = None
    """A person should look at a number below this one."""

    stop: LimitNumber | None = None
    """A number below this one makes results meaningless."""

    @model_validator(mode="after")
    def _stops_below(self) -> "LowerLimit":
        if self.look is not None and self.stop is not None and self.stop > self.look:
            raise ValueError("`stop` is not above `look`, for a lower number is worse here")
        return self

    def judge(self, value: float) -> Judgement:
        """The judgement on a number.

        >>> LowerLimit(look=50, stop=10).judge(50)
        'fine'
        """
        if self.stop is not None and value < self.stop:
            return "stop"
        return "look" if self.look is not None and value < self.look else "fine"

    @property
    def words(self) -> str:
        """The limits in words.

        >>> LowerLimit(look=50, stop=10).words
        'look below 50, stop below 10'
        """
        said = (("look", self.look), ("stop", self.stop))
        return ", ".join(f"{word} below {number:g}" for word, number in said if number is not None)

    def tell(self, judgement: Judgement) -> str:
        """How much a number with this judgement is, without the number, which may be hidden."""
        limit = self.stop if judgement == "stop" else self.look
        return f"less than {limit or 0:g}"


class Limits(ClosedMapping):
    """The limits by which the quality page judges a delivery. All have a default."""

    faulty_rows: UpperLimit = UpperLimit(look=0.1, stop=5)
    """Percent of the rows of a source, or of one of its files, that are faulty. Registers are made by machines, so one row in a
    thousand is not a slip of somebody's pen; one in twenty is a fault of the reading or of the delivery."""

    faulty_rows_of_year: UpperLimit = UpperLimit(look=1, stop=20)
    """Percent of the rows of a year. Faults that lie in one year come from a change of layout."""

    left_out_rows: UpperLimit = UpperLimit(look=75)
    """Percent of the rows of a source that are left out by design. The rest is then a small part."""

    empty_months: UpperLimit = UpperLimit(look=1, stop=3)
    """Months inside the extract without started spells. Everybody looks healthy in a month whose rows are
    missing; a missing quarter is a missing file."""

    empty_end_months: UpperLimit = UpperLimit(look=1, stop=2)
    """Months without started spells at one end of the extract. The observed period is then longer than
    the rows reach, and everybody looks healthy there."""

    thin_end: LowerLimit = LowerLimit(look=75, stop=25)
    """Started spells of the last three months, in percent of the same months of other years. Registers
    that are still being filled have few rows at the end."""

    low_month: LowerLimit = LowerLimit(look=50, stop=10)
    """Started spells of a month, in percent of the same month of other years. Half as many is more than
    any season does; a tenth is a hole."""

    high_month: UpperLimit = UpperLimit(look=200)
    """The same, upwards. In the spring of 2020 Swedish spells nearly doubled, so twice as many is possible
    and worth a look."""

    short_spells: LowerLimit = LowerLimit(look=5)
    """Percent of the spells of sickness benefit that are as short as the employer period. Hardly any
    means that first days are moved back over that period already."""

    off_steps: UpperLimit = UpperLimit(look=0.1, stop=20)
    """Percent of the rows whose extent is none of `extent_steps`. Many are a sign of another unit."""

    overlaps_of_one_day: UpperLimit = UpperLimit(look=1, stop=20)
    """Percent of the rows with a row before them that begin on its last day. Many mean that the end is
    the first day after (`end_is: first_day_after`)."""

    longer_overlaps: UpperLimit = UpperLimit(look=1, stop=20)
    """Percent of the rows with a row before them that overlap it by more days. Extents are added there."""

    gaps_of_one_day: UpperLimit = UpperLimit(look=20)
    """Percent of the rows with a row before them that begin one free day after it. Many mean that ends
    are a day too early, or begins a day too late."""

    absent_code: UpperLimit = UpperLimit(look=12)
    """Months at one end of the extract in which a code does not occur. Codes are seldom used for a part
    of an extract only, unless their meaning changed."""

    linked_persons: LowerLimit = LowerLimit(look=50, stop=5)
    """Percent of the persons of a group with any register row. A cohort of persons on sickness benefit
    has nearly 100; hardly any means that ids are not written alike. A cohort of healthy persons has
    fewer than half, and that is a reason to look once."""

    linkage_difference: UpperLimit = UpperLimit(look=10, stop=50)
    """Percentage points between the groups with the highest and the lowest share of linked persons."""

    unknown_exits: UpperLimit = UpperLimit(look=1)
    """Percent of the exits whose reason no definition knows. They end observation and mean nothing more."""

    rows_after_death: UpperLimit = UpperLimit(look=1, stop=20)
    """Percent of the dead with a register row that begins after their death."""
