"""Lengths of time: so many days, or so many calendar months; neither turns into the other.

`3 months` after 30 November is 28 February (29 in a leap year): add months, then clamp to the
month's end. Weeks are kept as days and years as months, because that is what they mean exactly.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any, Self

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

FORM = "^(0|[1-9][0-9]{0,4}) (day|week|month|year)s?$"
BEFORE = " before"
FORM_WITH_BEFORE = f"{FORM[:-1]}({BEFORE})?$"
FORM_BEFORE = f"{FORM[:-1]}{BEFORE}$"
IN_DAYS = {"day": 1, "week": 7}
IN_MONTHS = {"month": 1, "year": 12}
LONGEST_DAYS, LONGEST_MONTHS = 36_525, 1_200  # a century: no date of a register overflows
SHORTEST_MONTH_DAYS, LONGEST_MONTH_DAYS = 28, 31
# 400 years, after which the calendar repeats itself.
CYCLE_MONTHS, CYCLE_DAYS = 4_800, 146_097


@dataclass(frozen=True)
class Length:
    """A length of time in whole days or in whole calendar months; one of the two is 0.

    Negative where a window reaches back: so many days or months before.
    """

    months: int = 0
    days: int = 0

    @classmethod
    def parse(cls, text: object) -> Self:
        """Read `28 days`, `4 weeks`, `3 months` or `1 year`.

        Raises:
            ValueError: the text is not a length, or is longer than a century.
        """
        found = re.match(FORM, text) if isinstance(text, str) else None
        if not found:
            raise ValueError(
                "not a length of time; write a number and a unit, like `28 days`, with no 0 in front"
            )
        count, unit = int(found[1]), found[2]
        length = cls(months=count * IN_MONTHS.get(unit, 0), days=count * IN_DAYS.get(unit, 0))
        if length.months > LONGEST_MONTHS or length.days > LONGEST_DAYS:
            raise ValueError("longer than a century")
        return length

    @classmethod
    def parse_either_way(cls, text: object) -> Self:
        """Read a length as `parse` does, or `24 months before`, which is negative.

        Raises:
            ValueError: the text is neither.
        """
        if not isinstance(text, str) or not text.endswith(BEFORE):
            return cls.parse(text)
        length = cls.parse(text.removesuffix(BEFORE))
        return cls(-length.months, -length.days)

    def __str__(self) -> str:
        count, unit = (self.months, "month") if self.months else (self.days, "day")
        words = f"{abs(count)} {unit}" + ("" if abs(count) == 1 else "s")
        return words + (BEFORE if count < 0 else "")

    def __bool__(self) -> bool:
        return bool(self.months or self.days)

    def __mul__(self, times: int) -> "Length":
        return Length(self.months * times, self.days * times)

    def __add__(self, other: "Length") -> "Length":
        """The sum of two lengths in one unit, or of a length and nothing."""
        return Length(self.months + other.months, self.days + other.days)

    @property
    def least_days(self) -> int:
        """No more than the fewest days that this length can span: a month counts as 28 days."""
        return self.days + min(self._span(SHORTEST_MONTH_DAYS), self._span(LONGEST_MONTH_DAYS))

    @property
    def most_days(self) -> int:
        """No fewer than the most days that this length can span: a month counts as 31 days."""
        return self.days + max(self._span(SHORTEST_MONTH_DAYS), self._span(LONGEST_MONTH_DAYS))

    def _span(self, month_days: int) -> int:
        return self.months * month_days

    def ends_after(self, other: "Length") -> bool:
        """Whether this length ends later than the other one, from every start date.

        More months always do: they end in a later month of the calendar.

        >>> Length.parse("12 months").ends_after(Length.parse("11 months"))
        True
        >>> Length.parse("1 month").ends_after(Length.parse("28 days"))
        False
        """
        if self.months and other.months:
            return self.months > other.months
        return self.spans[0] > other.spans[1]

    @property
    def spans(self) -> tuple[int, int]:
        """The fewest and the most days that it spans, over all dates from which it can be counted."""
        fewest, most = _compute_spans(self.months)
        return self.days + fewest, self.days + most

    def after(self, start: date) -> date:
        """The date that lies this length after `start`, clamped to the end of its month.

        >>> Length.parse("3 months").after(date(2020, 11, 30))
        datetime.date(2021, 2, 28)
        """
        if not self.months:
            return start + timedelta(days=self.days)
        years, month = divmod(start.month - 1 + self.months, 12)
        last_day = calendar.monthrange(start.year + years, month + 1)[1]
        return date(start.year + years, month + 1, min(start.day, last_day))

    @classmethod
    def __get_pydantic_core_schema__(cls, _: Any, __: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls.parse, serialization=core_schema.to_string_ser_schema(when_used="always")
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, _: CoreSchema, __: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"type": "string", "pattern": FORM, "examples": ["28 days", "3 months"]}


@cache
def _compute_spans(months: int) -> tuple[int, int]:
    """The fewest and the most days that so many months span.

    The last day of a month is clamped the most, so it has the fewest days; the first day never is.
    """
    starts = _list_month_starts()
    first_to_first, shorter_by = [], []
    for start in range(CYCLE_MONTHS):
        cycles, end = divmod(start + months, CYCLE_MONTHS)
        first_to_first.append(starts[end] + cycles * CYCLE_DAYS - starts[start])
        month_days = starts[start + 1] - starts[start]
        shorter_by.append(max(0, month_days - (starts[end + 1] - starts[end])))
    fewest = min(days - less for days, less in zip(first_to_first, shorter_by, strict=True))
    return fewest, max(first_to_first)


@cache
def _list_month_starts() -> tuple[int, ...]:
    """The day number on which each month of 400 years begins, and the one after them."""
    firsts = [date(2000 + year, month, 1) for year in range(401) for month in range(1, 13)]
    return tuple(first.toordinal() for first in firsts[: CYCLE_MONTHS + 1])


ZERO = Length()
NEVER = 1_000_000  # days; later than any date, and still far from any integer's end
DAYS_OF_WEEK = 7
DAYS_OF_YEAR = 365.25  # of a year of observation
