"""The extent from which a day is a day of absence."""

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from rtw_outcomes.vocabulary import FULL_TIME_PPM, PPM_PER_PERCENT

NAMED = {"any": 1, "full": FULL_TIME_PPM, "as_on_day_0": None}


@dataclass(frozen=True)
class Threshold:
    """The extent from which a day counts as absence, in parts per million of full time.

    Written `any` (extent above 0), `full` (extent 100), `{at_least: 50}` (percent), or
    `as_on_day_0`, which is each person's own: the extent on the index date. Then `at_least_ppm` is
    None, and a person without any on that day is never absent.
    """

    at_least_ppm: int | None

    @classmethod
    def parse(cls, value: object) -> Self:
        """Read the value of the key `when`.

        Raises:
            ValueError: it is none of the three forms, or its percentage is no number.
        """
        if isinstance(value, str) and value in NAMED:
            return cls(NAMED[value])
        if not isinstance(value, dict) or set(value) != {"at_least"}:
            raise ValueError(
                "write `any`, `full`, `as_on_day_0` or `{at_least: 50}` (percent of full time)"
            )
        percent = value["at_least"]
        is_number = isinstance(percent, int | float) and not isinstance(percent, bool)
        if not is_number or not math.isfinite(percent):
            raise ValueError("`at_least` is a number, in percent of full time")
        return cls(round(Decimal(str(percent)) * PPM_PER_PERCENT))

    def __str__(self) -> str:
        written = self.written()
        return written if isinstance(written, str) else f"at least {self.percent:g} percent"

    @property
    def percent(self) -> float:
        """The threshold in percent of full time; of one that is not the person's own."""
        assert self.at_least_ppm is not None, "the extent on day 0 differs from person to person"
        return self.at_least_ppm / PPM_PER_PERCENT

    def written(self) -> str | dict[str, float]:
        """The value as a definition writes it."""
        for name, ppm in NAMED.items():
            if self.at_least_ppm == ppm:
                return name
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
        percent = {"type": "number", "exclusiveMinimum": 0, "maximum": 100}
        at_least = {"type": "object", "properties": {"at_least": percent}}
        return {"anyOf": [{"enum": [*NAMED]}, at_least | {"required": ["at_least"]}]}
