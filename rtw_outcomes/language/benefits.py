"""A benefit and a list of benefits, as files write them."""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from rtw_outcomes.language.vocabulary import BENEFIT_GROUPS, BENEFITS
from rtw_outcomes.language.yaml_types import one_or_many

_WORD = {"type": "string", "enum": [*BENEFIT_GROUPS, *BENEFITS]}

BenefitNames = Annotated[
    tuple[str, ...],
    BeforeValidator(one_or_many),
    WithJsonSchema({"anyOf": [_WORD, {"type": "array", "items": _WORD, "minItems": 1}]}),
]


def _check_benefit(benefit: str) -> str:
    if benefit not in BENEFITS:
        raise ValueError(f"unknown benefit; one of {', '.join(BENEFITS)} is needed")
    return benefit


BenefitName = Annotated[
    str, AfterValidator(_check_benefit), Field(json_schema_extra={"enum": [*BENEFITS]})
]
