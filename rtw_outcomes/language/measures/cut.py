"""A number turned into yes or no."""

from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field, model_validator

from rtw_outcomes.language.thresholds import DECIMALS_OF_PERCENT
from rtw_outcomes.language.yaml_types import IS_NUMBER, ClosedMapping

# As many decimals as a threshold has.
LIMIT: dict[str, Any] = {"max_digits": 11, "decimal_places": DECIMALS_OF_PERCENT}


class SignedCut(ClosedMapping):
    """Turns a number that may lie below 0 into yes (1) or no (0): exactly one key, in its unit."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    above: Annotated[Decimal, Field(**LIMIT), IS_NUMBER] | None = None
    """Yes where the number is above this one."""

    at_least: Annotated[Decimal, Field(**LIMIT), IS_NUMBER] | None = None
    """Yes where the number is this one or above it."""

    @model_validator(mode="after")
    def _one_key(self) -> Self:
        if (self.above is None) == (self.at_least is None):
            raise ValueError("a cut is either `above` a number, or `at_least` one")
        return self

    @property
    def limit(self) -> Decimal:
        """The number that is compared with."""
        limit = self.at_least if self.above is None else self.above
        assert limit is not None, "one of the two is set"
        return limit

    def __str__(self) -> str:
        return f"above {self.above}" if self.above is not None else f"at least {self.at_least}"


class Cut(SignedCut):
    """Turns a number into yes (1) or no (0): exactly one key, in the unit of the number."""

    above: Annotated[Decimal, Field(ge=0, **LIMIT), IS_NUMBER] | None = None
    """Yes where the number is above this one."""

    at_least: Annotated[Decimal, Field(gt=0, **LIMIT), IS_NUMBER] | None = None
    """Yes where the number is this one or above it."""
