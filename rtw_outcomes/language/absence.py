"""Absence from work, and the window of days that a measure looks at."""

from typing import Annotated

from pydantic import (
    Field,
    GetJsonSchemaHandler,
    PlainSerializer,
    PlainValidator,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from rtw_outcomes.language.benefits import BenefitNames
from rtw_outcomes.language.lengths import FORM_WITH_BEFORE, ZERO, Length
from rtw_outcomes.language.thresholds import Threshold
from rtw_outcomes.language.yaml_types import ClosedMapping


class Absence(ClosedMapping):
    """Absence from work: the benefits that count, the extent from which a day is absent, and the gaps that are bridged."""

    benefits: BenefitNames = Field(min_length=1, title="benefits that count")
    """The benefits that are paid in place of work, or a group of them."""

    # Neither of the two has a default: they change results, and no choice is the usual one.
    when: Threshold | None = Field(default=None, title="extent from which a day is absent")
    """The extent from which a day is absent: `any`, `full`, or a percentage of full time."""

    join_gap: Length | None = Field(
        default=None, title="free days over which absences are one spell"
    )
    """So many free days do not end a spell."""


Bound = Annotated[
    Length,
    PlainValidator(Length.parse_either_way),
    PlainSerializer(str),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": FORM_WITH_BEFORE,
            "examples": ["12 months", "24 months before"],
        }
    ),
]


class Window(ClosedMapping):
    """The days [from, to), counted from day 0. `12 months` is short for `{to: 12 months}`.

    It may begin before day 0: `{from: 24 months before, to: 0 days}`.
    """

    from_: Bound = Field(
        default=ZERO,
        alias="from",
        title="first day of the window",
        json_schema_extra={"default": str(ZERO)},
    )
    """The first day, counted from day 0."""

    to: Bound = Field(title="end of the window")
    """The day after the last one, counted from day 0."""

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: object) -> object:
        return {"to": value} if isinstance(value, str) else value

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        short = Length.__get_pydantic_json_schema__(schema, handler)
        return {"anyOf": [short, handler(schema)]}

    def count_periods(self, per: Length) -> int:
        """The number of periods that fill the window exactly; 0 when they do not."""
        months, days = (self.to.months - self.from_.months, self.to.days - self.from_.days)
        whole, each, other = (months, per.months, days) if per.months else (days, per.days, months)
        if not each or other:
            return 0
        periods, rest = divmod(whole, each)
        return 0 if rest else periods

    def count_days(self, each: Length) -> int:
        """The number of times that `each` fits between start and end; 0 when it differs between index dates.

        >>> Window.model_validate("12 months").count_days(Length.parse("30 days"))
        12
        >>> Window.model_validate("365 days").count_days(Length.parse("1 month"))
        0
        """
        if each.months:
            in_days = self.from_.days or self.to.days
            return 0 if in_days else max(0, self.to.months - self.from_.months) // each.months
        if not each or self.from_.months:
            return 0
        fewest, most = ((days - self.from_.days) // each.days for days in self.to.spans)
        return max(0, fewest) if fewest == most else 0
