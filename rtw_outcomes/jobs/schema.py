"""The JSON Schemas of the YAML files, generated from their models, for editors."""

import json
from typing import Any

from pydantic import BaseModel

from rtw_outcomes.definitions.based_on import KEY, WRITTEN_ANEW
from rtw_outcomes.intake.profile import Profile
from rtw_outcomes.intake.study import Study
from rtw_outcomes.language.outcome import Outcome

MODELS: dict[str, type[BaseModel]] = {"definition": Outcome, "study": Study, "profile": Profile}

Schema = dict[str, Any]

BASED_ON: Schema = {
    "title": "Based On",
    "type": "string",
    "description": "The definition that this one takes its keys from, by its id or the path of its file; "
    "the keys that follow replace those of the base.",
}


def build_schema(kind: str) -> Schema:
    """The schema of one kind of file."""
    schema = MODELS[kind].model_json_schema(by_alias=True)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return _let_be_based_on(schema) if MODELS[kind] is Outcome else schema


def render_schema(kind: str) -> str:
    """The schema of one kind of file as JSON text."""
    return json.dumps(build_schema(kind), indent=2, ensure_ascii=False) + "\n"


def _let_be_based_on(schema: Schema) -> Schema:
    """A definition with `based_on` needs only the keys that it changes; one without it needs all."""
    needed: Schema = {"required": [key for key in schema["required"] if key not in WRITTEN_ANEW]}
    needed["properties"] = {
        key: _take_needs(schema, key) for key in ("absence", "follow_up", "measure")
    }
    schema["required"] = list(WRITTEN_ANEW)
    schema["properties"] = {KEY: BASED_ON, **schema["properties"]}
    return schema | {"if": {"not": {"required": [KEY]}}, "then": needed}


def _take_needs(schema: Schema, key: str) -> Schema:
    """Take what a mapping requires out of its own schema; inside of it, too, for a measure."""
    mapping = _find_mapping(schema, schema["properties"][key])
    needs: Schema = {"required": mapping.pop("required")} if "required" in mapping else {}
    if key == "measure":
        for kind, form in mapping["properties"].items():
            inside = _find_mapping(schema, form)
            if "required" in inside:
                needs.setdefault("properties", {})[kind] = {"required": inside.pop("required")}
    return needs


def _find_mapping(schema: Schema, form: Schema) -> Schema:
    """The mapping behind a reference, or among the forms that a value may have."""
    if "$ref" in form:
        return _find_mapping(schema, schema["$defs"][form["$ref"].split("/")[-1]])
    for each in form.get("anyOf", ()):
        if "$ref" in each or "properties" in each:
            return _find_mapping(schema, each)
    return form
