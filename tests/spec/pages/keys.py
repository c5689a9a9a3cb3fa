"""The keys of a kind of file, from its model: what may stand there, and what it means."""

import re
from collections.abc import Iterator
from typing import Any

from rtw_outcomes.jobs.schema import MODELS
from rtw_outcomes.language.lengths import FORM, FORM_BEFORE, FORM_WITH_BEFORE
from rtw_outcomes.language.outcome import COUNTRY
from tests.spec.pages.markdown import render_table

Schema = dict[str, Any]

TYPES = {"boolean": "`true` or `false`", "number": "a number", "integer": "a whole number"}
FEW = 4  # words that a cell of a table has room for
PATTERNS = {
    FORM: "a length of time, like `28 days` or `3 months`",
    FORM_WITH_BEFORE: "a length of time, or one before day 0, like `24 months before`",
    FORM_BEFORE: "a length of time before day 0, like `30 days before`",
    COUNTRY: "two capital letters, as `SE`",
    "^[a-z][a-z0-9_]{0,62}$": "an id: lower-case letters, digits and `_`, a letter first",
}


def render_keys(kind: str) -> Iterator[str]:
    """A section for each mapping of one kind of file, with a table of its keys."""
    root = MODELS[kind].model_json_schema(by_alias=True)
    for place in _walk(root, root, ()):
        yield from place


def _walk(schema: Schema, root: Schema, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Every mapping of the file, each before those inside it."""
    # A mapping that has a short form is one of two alternatives.
    mapping = next(each for each in schema.get("anyOf", [schema]) if "properties" in each)
    required = mapping.get("required", ())
    rows = [
        (
            f"`{key}`",
            _describe(value, (*path, key)),
            "must be there" if key in required else _say_default(value),
            " ".join(value.get("description", "").split()),
        )
        for key, value in mapping["properties"].items()
    ]
    title = ": ".join(f"`{key}`" for key in path) or "The file"
    yield f"### {title}", mapping["description"], _render_keys(rows)
    for key, value in mapping["properties"].items():
        for name in re.findall(r"#/\$defs/(\w+)", str(value)):
            yield from _walk(root["$defs"][name], root, (*path, key))


def _describe(schema: Schema, path: tuple[str, ...] = ()) -> str:
    """What may stand at a key, in words."""
    if "$ref" in schema:
        return f"[a mapping](#{'-'.join(path)})"
    if forms := schema.get("anyOf", schema.get("oneOf")):
        some = [_describe(each, path) for each in forms if each.get("type") != "null"]
        return ", or ".join(some)
    if "const" in schema:
        return f"`{schema['const']}`"
    if len(schema.get("enum", ())) > FEW:
        return "one of the [words](#words)"
    if "enum" in schema:
        return ", ".join(f"`{word}`" for word in schema["enum"])
    if schema.get("type") == "array":
        return f"a list of: {_describe(schema['items'], path)}"
    if "additionalProperties" in schema:
        return f"a mapping of keys to {_describe(schema['additionalProperties'])}"
    if schema.get("type") == "object":
        inside = (f"{key}: {_describe(each)}" for key, each in schema["properties"].items())
        return f"a mapping {', '.join(inside)}"
    if schema.get("format") == "date":
        return "a date"
    return PATTERNS.get(schema.get("pattern", ""), TYPES.get(schema["type"], "text"))


def _say_default(schema: Schema) -> str:
    default = schema.get("default")
    if default is None or default == [] or isinstance(default, dict):
        return "left out"
    return f"`{str(default).lower()}`"


def _render_keys(rows: list[tuple[str, ...]]) -> str:
    header = ("key", "value", "default", "note")
    width = 4 if any(row[3] for row in rows) else 3
    return render_table(header[:width], [row[:width] for row in rows])
