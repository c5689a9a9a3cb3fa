"""Lengths of time: so many days, or so many calendar months; neither turns into the other.

`3 months` after 30 November is 28 February (29 in a leap year): add months, then clamp to the
month's end. Weeks are kept as days and years as months, because that is what they mean exactly.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Self

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

FORM = "^([0-9]{1,5}) (day|week|month|year)s?$"
BEFORE = " before"
FORM_WITH_BEFORE = f"{FORM[:-1]}({BEFORE})?$"
FORM_BEFORE = f"{FORM[:-1]}{BEFORE}$"
IN_DAYS = {"day": 1, "week": 7}
IN_MONTHS = {"month": 1, "year": 12}
LONGEST_DAYS, LONGEST_MONTHS = 36_525, 1_200  # a century: no date of a register overflows
SHORTEST_MONTH_DAYS, LONGEST_MONTH_DAYS = 28, 31


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
            raise ValueError("not a length of time; write a number and a unit, like `28 days`")
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
        """The fewest days that this length can span: a month counts as 28 days."""
        return self.days + min(self._span(SHORTEST_MONTH_DAYS), self._span(LONGEST_MONTH_DAYS))

    @property
    def most_days(self) -> int:
        """The most days that this length can span: a month counts as 31 days."""
        return self.days + max(self._span(SHORTEST_MONTH_DAYS), self._span(LONGEST_MONTH_DAYS))

    def _span(self, month_days: int) -> int:
        return self.months * month_days

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
            cls.parse, serialization=core_schema.to_string_ser_schema()
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, _: CoreSchema, __: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"type": "string", "pattern": FORM, "examples": ["28 days", "3 months"]}


ZERO = Length()
NEVER = 1_000_000  # days; later than any date, and still far from any integer's end
DAYS_OF_WEEK = 7
DAYS_OF_YEAR = 365.25  # of a year of observation
