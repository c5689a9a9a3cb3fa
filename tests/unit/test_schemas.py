"""The JSON Schemas: every key is explained, and every list says what may stand in it."""

from collections.abc import Iterator

import pytest

from rtw_outcomes.jobs.schema import MODELS, build_schema
from rtw_outcomes.language.vocabulary import BENEFITS, EXITS


def list_keys(schema) -> Iterator[tuple[str, dict]]:
    """Every key of a file with its schema."""
    mappings = [schema, *schema["$defs"].values()]
    for mapping in mappings:
        for form in mapping.get("anyOf", [mapping]):
            for key, value in form.get("properties", {}).items():
                yield f"{form['title']}.{key}", value


def list_arrays(schema) -> Iterator[dict]:
    """Every list of values in a schema."""
    if isinstance(schema, dict):
        if schema.get("type") == "array":
            yield schema
        schema = list(schema.values())
    if isinstance(schema, list):
        for each in schema:
            yield from list_arrays(each)


@pytest.mark.parametrize("kind", MODELS)
def test_every_key_has_a_text_to_hover_over(kind):
    schema = build_schema(kind)
    keys = dict(list_keys(schema))
    assert len(keys) >= 10
    kinds = {f"Measure.{kind}" for kind in schema["$defs"].get("Measure", {}).get("properties", ())}
    without = [key for key, value in keys.items() if not value.get("description")]
    # A kind of measure is explained by its own mapping.
    assert [key for key in without if key not in kinds] == []
    forms = [each.get("anyOf", [each])[-1] for each in schema["$defs"].values()]
    assert [each["title"] for each in forms if not each.get("description")] == []


@pytest.mark.parametrize("kind", MODELS)
def test_every_list_says_what_may_stand_in_it(kind):
    arrays = list(list_arrays(build_schema(kind)))
    assert arrays
    assert [array for array in arrays if not array.get("items")] == []


def test_lists_of_closed_words_name_them():
    schema = build_schema("definition")
    (benefits,) = list_arrays(schema["$defs"]["Absence"]["properties"]["benefits"])
    assert set(benefits["items"]["enum"]) >= set(BENEFITS)
    assert set(schema["properties"]["competing"]["items"]["enum"]) == {*BENEFITS, *EXITS}
    for name in ("precedence", "one_of"):
        assert "dead" in schema["$defs"]["WorkState"]["properties"][name]["items"]["enum"]
    codes = build_schema("study")["properties"]["benefit_codes"]
    assert codes["additionalProperties"]["enum"] == [*BENEFITS]
