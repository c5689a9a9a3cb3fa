"""A definition that is based on another one, in every command that takes definitions."""

import json

import pytest

OWN = """\
outcome: own_return
title: Own
source: {text: none, certainty: none}
based_on: full_rtw_28d
measure: {return_to_work: {sustained: 60 days}}
"""
EXAMPLE = """\
examples:
  - case: one spell
    index: 2020-01-03
    spells: |
      start end extent
      2020-01-01 2020-01-14 100
    expect: {days: 12, status: event}
"""


@pytest.fixture
def own(study):
    study.put("own.yaml", OWN + EXAMPLE)
    return study.folder / "own.yaml"


def test_show_says_it_in_full_and_prints_the_file_as_it_is(rtw, own):
    shown = rtw("show", own)
    assert shown.status == 0, shown.err
    for words in ("begins 60 days without absence", "join_gap: 5 days", "sustained: 60 days"):
        assert words in " ".join(shown.out.split())
    assert rtw("show", own, "--yaml").out == OWN + EXAMPLE


def test_test_runs_its_own_examples_only(rtw, own):
    tested = rtw("test", own)
    assert (tested.status, tested.err) == (0, "")
    assert tested.out.startswith("1 example of 1 definition")


def test_diff_with_the_base_is_what_was_written(rtw, own):
    compared = rtw("diff", "full_rtw_28d", own)
    assert compared.status == 0
    assert "They differ in 1 parameter " in compared.out
    assert "A  28 days\n  B  60 days" in compared.out


def test_sql_is_printed(rtw, own):
    assert "own_return_days" in rtw("sql", own).out


def test_the_manifest_has_it_written_out(study):
    study.put("own.yaml", OWN + EXAMPLE)
    study.write(study=study.path.read_text().replace("full_rtw_28d", "own.yaml"))
    study.assert_runs()
    manifest = json.loads((study.out / "manifest.json").read_text())
    definition = manifest["outcomes"][1]["definition"]
    assert definition["absence"] == {
        "benefits": ["sickness_related"],
        "when": "any",
        "join_gap": "5 days",
    }
    assert definition["measure"] == {"return_to_work": {"sustained": "60 days"}}
    assert "based_on" not in definition


def test_a_problem_is_told_with_the_line_of_the_file_that_has_it(study):
    study.put("own.yaml", OWN.replace("60 days", "60"))
    study.write(study=study.path.read_text().replace("full_rtw_28d", "own.yaml"))
    study.assert_refused(3, "own.yaml:5: measure.return_to_work.sustained")


def test_the_schema_needs_less_of_it(rtw):
    schema = json.loads(rtw("schema", "definition").out)
    assert schema["properties"]["based_on"]["description"]
    assert set(schema["required"]) == {"outcome", "title", "source"}
    assert schema["if"] == {"not": {"required": ["based_on"]}}
    needed = schema["then"]
    assert set(needed["required"]) == {"language", "measure"}
    assert needed["properties"]["absence"] == {"required": ["benefits"]}
    assert needed["properties"]["follow_up"] == {"required": ["to"]}
    assert needed["properties"]["measure"]["properties"]["sick_days"] == {"required": ["count"]}
    for name in ("Absence", "SickDays", "ReturnToWork"):
        assert "required" not in schema["$defs"][name]
    assert schema["$defs"]["Citation"]["required"] == ["text", "certainty"]
