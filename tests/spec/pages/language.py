"""The definition language as a page: its keys from the models, its rules from their docstrings."""

import inspect
import re
from collections.abc import Iterator
from typing import Any

from rtw_outcomes.definitions.based_on import PUT_TOGETHER, WRITTEN_ANEW
from rtw_outcomes.definitions.definition_file import check_definition
from rtw_outcomes.definitions.rules.check import list_rules
from rtw_outcomes.jobs.schema import MODELS
from rtw_outcomes.language.lengths import FORM, FORM_BEFORE, FORM_WITH_BEFORE
from rtw_outcomes.language.outcome import COUNTRY
from rtw_outcomes.language.vocabulary import (
    BENEFIT_GROUPS,
    BENEFITS,
    EXITS,
    PRIOR_STATES,
    WORK_STATES,
)
from rtw_outcomes.language.yaml_reader import YamlFile
from tests.spec.pages.markdown import render_page, render_table

Schema = dict[str, Any]

ABOUT = """\
A definition is a YAML file with these keys and no others. What its words mean is shown case by case in
[meaning.md](meaning.md); the shipped files are in `specs/` and explained in [definitions.md](definitions.md).
A length of time is a number and a unit, `day`, `week`, `month` or `year`: weeks are days, years are
months, and months are calendar months. `rtw schema definition` prints the same keys as a JSON Schema,
for editors."""
TYPES = {"boolean": "`true` or `false`", "number": "a number", "integer": "a whole number"}
BASED_ON = """\
With `based_on` a definition takes the keys of another one, its base, and says only what is different.
`based_on` is the id of a stock definition, the id of a definition in the same folder, or the path of a
file. A base may itself be based on another definition.

```yaml
{example}```

- A key that is written replaces that of the base. In {together} and in a measure of the same kind this
  holds key by key; every other value, a list among them, is replaced as a whole. So is `follow_up` by a
  length: `6 months` is short for `{{to: 6 months}}` and begins on day 0.
- A measure of another kind replaces the whole measure.
- A key without a value (`cut:`) takes the key of the base away.
- {anew} are never taken from the base, nor are `group` and `examples`: they are the base's own. The
  reasons of changed keys are not taken either.
- Such a definition means the same as one that is written out, and has the same fingerprint. The
  manifest of a run holds it written out.
- A problem with a key of the base is told at the line of `based_on`, with file and line of that key."""
EXAMPLE = """\
outcome: own_rtw_60d
title: First full return to work, sustained for 60 days
source: {text: Our protocol., certainty: The 60 days are ours.}
based_on: full_rtw_28d
measure:
  return_to_work: {sustained: 60 days}
reasons:
  sustained: our protocol
"""
FEW = 4  # words that a cell of a table has room for
PATTERNS = {
    FORM: "a length of time, like `28 days` or `3 months`",
    FORM_WITH_BEFORE: "a length of time, or one before day 0, like `24 months before`",
    FORM_BEFORE: "a length of time before day 0, like `30 days before`",
    COUNTRY: "two capital letters, as `SE`",
    "^[a-z][a-z0-9_]{0,62}$": "an id: lower-case letters, digits and `_`, a letter first",
}


def render_language() -> str:
    """The page of all keys, rules and words."""
    root = MODELS["definition"].model_json_schema(by_alias=True)
    keys = [part for place in _walk(root, root, ()) for part in place]
    return render_page(
        "The definition language",
        "the keys are in rtw_outcomes/language/, the rules in rtw_outcomes/definitions/rules/",
        [
            ABOUT,
            "## Keys",
            *keys,
            "## A definition based on another one",
            *render_based_on(),
            "## Rules",
            _render_rules(),
            "## Words",
            *_render_words(),
        ],
    )


def render_based_on() -> Iterator[str]:
    """What `based_on` does, with an example that can be read."""
    check_definition(YamlFile.parse(EXAMPLE, "example"))
    yield BASED_ON.format(
        example=EXAMPLE,
        together=_list(PUT_TOGETHER[:2]),
        anew=_list(WRITTEN_ANEW),
    )


def _walk(schema: Schema, root: Schema, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Every mapping of the file, each before those inside it."""
    # A mapping that has a short form is one of two alternatives.
    mapping = next(each for each in schema.get("anyOf", [schema]) if "properties" in each)
    required = mapping.get("required", ())
    rows = [
        (
            f"`{key}`",
            describe(value, (*path, key)),
            "must be there" if key in required else _say_default(value),
            value.get("description", ""),
        )
        for key, value in mapping["properties"].items()
    ]
    title = ": ".join(f"`{key}`" for key in path) or "The file"
    yield f"### {title}", mapping["description"], _render_keys(rows)
    for key, value in mapping["properties"].items():
        for name in re.findall(r"#/\$defs/(\w+)", str(value)):
            yield from _walk(root["$defs"][name], root, (*path, key))


def describe(schema: Schema, path: tuple[str, ...] = ()) -> str:
    """What may stand at a key, in words."""
    if "$ref" in schema:
        return f"[a mapping](#{'-'.join(path)})"
    if forms := schema.get("anyOf", schema.get("oneOf")):
        some = [describe(each, path) for each in forms if each.get("type") != "null"]
        return ", or ".join(some)
    if "const" in schema:
        return f"`{schema['const']}`"
    if len(schema.get("enum", ())) > FEW:
        return "one of the [words](#words)"
    if "enum" in schema:
        return ", ".join(f"`{word}`" for word in schema["enum"])
    if schema.get("type") == "array":
        return f"a list of: {describe(schema['items'], path)}"
    if "additionalProperties" in schema:
        return f"a mapping of keys to {describe(schema['additionalProperties'])}"
    if schema.get("type") == "object":
        inside = (f"{key}: {describe(each)}" for key, each in schema["properties"].items())
        return f"a mapping {', '.join(inside)}"
    if schema.get("format") == "date":
        return "a date"
    return PATTERNS.get(schema.get("pattern", ""), TYPES.get(schema["type"], "text"))


def _say_default(schema: Schema) -> str:
    default = schema.get("default")
    if default is None or default == []:
        return "left out"
    return f"`{str(default).lower()}`"


def _render_keys(rows: list[tuple[str, ...]]) -> str:
    header = ("key", "value", "default", "note")
    width = 4 if any(row[3] for row in rows) else 3
    return render_table(header[:width], [row[:width] for row in rows])


def _render_rules() -> str:
    rules = [f"- {' '.join(inspect.cleandoc(rule.__doc__ or '').split())}" for rule in list_rules()]
    return "A definition that breaks one of these is refused, with file and line.\n\n" + "\n".join(
        rules
    )


def _render_words() -> Iterator[str]:
    yield f"Benefits: {_list(BENEFITS)}."
    groups = [f"- `{group}`: {_list(members)}" for group, members in BENEFIT_GROUPS.items()]
    yield "\n".join(("Groups of benefits, which may stand for their members:", "", *groups))
    yield f"Competing events: any benefit that is not absence and begins, or {_list(EXITS)}."
    states = [f"- `{state}`: {meaning}" for state, meaning in PRIOR_STATES.items()]
    yield "\n".join(("States that may stand in `precedence`:", "", *states))
    yield f"States by the sum of the extents: {_list(WORK_STATES)}."


def _list(words: tuple[str, ...]) -> str:
    return ", ".join(f"`{word}`" for word in words)
