"""The extent from which a day is a day of absence."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from rtw_outcomes.language.lengths import FORM_BEFORE, ZERO, Length
from rtw_outcomes.language.plain_numbers import read_number
from rtw_outcomes.language.vocabulary import FULL_TIME_PPM, PPM_PER_PERCENT

DECIMALS_OF_PERCENT = 4  # parts per million are whole


@dataclass(frozen=True)
class OwnExtent:
    """Each person's own extent on one day, with which that of other days is compared.

    Attributes:
        day: from the index date, negative before it.
        above: whether a day of absence has a larger extent, and not also the same one.
    """

    day: Length
    above: bool


NAMED: dict[str, int | OwnExtent] = {
    "any": 1,
    "full": FULL_TIME_PPM,
    "as_on_day_0": OwnExtent(ZERO, above=False),
}


@dataclass(frozen=True)
class Threshold:
    """The extent from which a day counts as absence.

    `limit` is in parts per million of full time, or the person's own extent on one day. Written
    `any` (extent above 0), `full` (extent 100), `{at_least: 50}` (percent), `as_on_day_0` (the
    extent on the index date or a larger one), or `{more_than_on: 30 days before}` (a larger one
    than on that day).

    A person without any extent on day 0 is never absent `as_on_day_0`. `more_than_on` a day
    without extent is any extent; when that day is not observed, no day is absent.
    """

    limit: int | OwnExtent

    @classmethod
    def parse(cls, value: object) -> Self:
        """Read the value of the key `when`.

        Raises:
            ValueError: it is none of the forms, or what it compares with is no number or length.
        """
        if isinstance(value, str) and value in NAMED:
            return cls(NAMED[value])
        if isinstance(value, dict) and set(value) == {"more_than_on"}:
            return cls(OwnExtent(Length.parse_either_way(value["more_than_on"]), above=True))
        if not isinstance(value, dict) or set(value) != {"at_least"}:
            raise ValueError(
                "write `any`, `full`, `as_on_day_0`, `{at_least: 50}` (percent of full time) or "
                "`{more_than_on: 30 days before}`"
            )
        try:
            percent = Decimal(str(read_number(value["at_least"])))
        except ValueError as error:
            raise ValueError(f"`at_least` is in percent of full time: {error}") from None
        if percent != round(percent, DECIMALS_OF_PERCENT):
            raise ValueError(f"`at_least` has at most {DECIMALS_OF_PERCENT} decimals")
        return cls(int(percent * PPM_PER_PERCENT))

    def __str__(self) -> str:
        written = self.written()
        if isinstance(written, str):
            return written
        if isinstance(self.limit, OwnExtent):
            return f"more than {self.limit.day} day 0"
        return f"at least {self.percent:g} percent"

    @property
    def percent(self) -> float:
        """The threshold in percent of full time; of one that is not the person's own."""
        assert isinstance(self.limit, int), "the person's own differs from one to another"
        return self.limit / PPM_PER_PERCENT

    def written(self) -> str | dict[str, float] | dict[str, str]:
        """The value as a definition writes it."""
        for name, limit in NAMED.items():
            if self.limit == limit:
                return name
        if isinstance(self.limit, OwnExtent):
            return {"more_than_on": str(self.limit.day)}
        return {"at_least": self.percent}

    @classmethod
    def __get_pydantic_core_schema__(cls, _: Any, __: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls.parse,
            serialization=core_schema.plain_serializer_function_ser_schema(cls.written),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, _: CoreSchema, __: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        forms = {
            "at_least": {"type": "number", "exclusiveMinimum": 0, "maximum": 100},
            "more_than_on": {"type": "string", "pattern": FORM_BEFORE},
        }
        mappings = (
            {"type": "object", "properties": {key: value}, "required": [key]}
            for key, value in forms.items()
        )
        return {"anyOf": [{"enum": [*NAMED]}, *mappings]}
