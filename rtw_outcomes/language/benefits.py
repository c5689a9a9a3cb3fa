"""A list of benefits, as a definition writes it."""

from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

from rtw_outcomes.language.vocabulary import BENEFIT_GROUPS, BENEFITS
from rtw_outcomes.language.yaml_types import one_or_many

_WORD = {"type": "string", "enum": [*BENEFIT_GROUPS, *BENEFITS]}

BenefitNames = Annotated[
    tuple[str, ...],
    BeforeValidator(one_or_many),
    WithJsonSchema({"anyOf": [_WORD, {"type": "array", "items": _WORD, "minItems": 1}]}),
]
