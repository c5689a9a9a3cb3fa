"""The JSON Schemas of the YAML files, generated from their models, for editors."""

import json

from pydantic import BaseModel

from rtw_outcomes.intake.profile import Profile
from rtw_outcomes.intake.study import Study
from rtw_outcomes.language.outcome import Outcome

MODELS: dict[str, type[BaseModel]] = {"definition": Outcome, "study": Study, "profile": Profile}


def render_schema(kind: str) -> str:
    """The schema of one kind of file as JSON text."""
    schema = MODELS[kind].model_json_schema(by_alias=True)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
