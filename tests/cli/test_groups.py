"""The columns that make groups or describe them: found in any capitals, and used where they mean something."""

import json
import re

import polars as pl
import pytest

from tests.cli.conftest import STUDY as SMALL

STUDY = SMALL + "suppress_below: 1\n"
COMPARE = STUDY + "compare: {groups: arm, reference: control}\n"
WIDE = """\
person_id,index_date,arm,centre,sex
P-SECRET-77,2020-01-01,treated,1,f
P-SECRET-78,2020-04-01,control,2,m
"""
REPORTED = """\
outcome: NAME
language: 1
title: Work ability
source: {text: none, certainty: none}
measure:
  reported: {column: COLUMN, range: {from: 0, to: 60}}
"""


def summary(study):
    return pl.read_csv(study.out / "summary.csv")


def manifest(study):
    return json.loads((study.out / "manifest.json").read_text())


@pytest.mark.parametrize(
    "keys",
    [
        "by: [arm]\ncompare: {groups: Arm, reference: control}",
        "by: [ARM, Sex]\ndescribe: [sex]\ncompare: {groups: arm, reference: control}",
        "describe: [SEX, Centre]\ncompare: {groups: arm, reference: control, cluster: centre}",
        "describe: sex\ncompare: {groups: arm, reference: control, adjust: SEX, subgroups: Sex}",
        "by: [arm, Arm2]\ncompare: {groups: arm2, reference: a}",
    ],
)
def test_keys_may_write_a_column_in_different_capitals(study, keys):
    cohort = WIDE.replace("sex\n", "sex,arm2\n").replace("f\n", "f,a\n").replace("m\n", "m,b\n")
    study.write(cohort=cohort, study=STUDY + keys + "\n").assert_runs()


def test_the_first_spelling_is_the_name_in_the_results(study):
    keys = "by: [Arm]\ncompare: {groups: ARM, reference: control}\n"
    study.write(cohort=WIDE, study=STUDY + keys).assert_runs()
    assert summary(study).columns == ["outcome", "Arm", "statistic", "value", "n"]
    record = manifest(study)["study"]
    assert record["by"] == ["Arm"]
    assert record["compare"]["groups"] == "Arm"


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ("describe: [sex, Sex]", ["study.yaml:8: describe", "stands twice"]),
        ("describe: [Censor_Reason]", ["study.yaml:8: describe", "name of its own"]),
        ("by: [Index_Date]", ["study.yaml:8: by", "tells persons apart"]),
        (
            "compare: {groups: arm, reference: control, adjust: [Arm]}",
            ["study.yaml:8: compare.adjust", "adjusted away"],
        ),
    ],
)
def test_a_rule_holds_in_other_capitals(study, keys, words):
    study.write(cohort=WIDE, study=STUDY + keys + "\n")
    study.assert_refused(3, *words)


def test_a_definition_may_write_a_column_otherwise_than_the_study(study):
    study.put("ability.yaml", REPORTED.replace("NAME", "ability").replace("COLUMN", "centre"))
    text = STUDY.replace("outcomes: [", "outcomes: [ability.yaml, ") + "describe: [Centre]\n"
    study.write(cohort=WIDE, study=text).assert_runs()


def test_two_definitions_write_a_column_alike(study):
    for name, column in (("ability", "centre"), ("other", "Centre")):
        study.put(f"{name}.yaml", REPORTED.replace("NAME", name).replace("COLUMN", column))
    study.write(
        cohort=WIDE, study=STUDY.replace("outcomes: [", "outcomes: [ability.yaml, other.yaml, ")
    )
    study.assert_refused(3, "study.yaml:6: outcomes", "`centre` and `Centre`", "same capitals")


@pytest.mark.parametrize("by", ["", "by: []\n"])
def test_without_groups_of_the_summary_those_of_the_comparison_are_shown(study, by):
    study.write(cohort=WIDE, study=COMPARE + by).assert_runs()
    assert summary(study)["arm"].unique(maintain_order=True).to_list() == ["control", "treated"]
    assert manifest(study)["study"]["by"] == ["arm"]


def test_groups_of_the_summary_that_are_named_hold(study):
    study.write(cohort=WIDE, study=COMPARE + "by: [sex]\n").assert_runs()
    assert summary(study)["sex"].unique(maintain_order=True).to_list() == ["f", "m"]


def test_groups_that_the_summary_cannot_show_are_told_where_they_are_named(study):
    study.write(cohort=WIDE.replace("arm", "value"), study=COMPARE.replace("arm", "value"))
    study.assert_refused(3, "study.yaml:8: compare.groups", "a column of the summary")


@pytest.mark.parametrize(
    ("keys", "key"),
    [
        ("describe: [sex, arm]\ncompare: {groups: arm, reference: control}", "compare.groups"),
        ("describe: [sex, arm]\nby: [arm]", "by"),
    ],
)
def test_groups_do_not_describe_themselves(study, keys, key):
    study.write(cohort=WIDE, study=f"{STUDY}{keys}\n")
    finished = study.assert_refused(3, "study.yaml:8: describe", "has one value", f"`{key}` has it")
    assert len(re.findall("rtw: ", finished.err)) == 1


def test_groups_of_the_summary_may_describe_those_that_are_compared(study):
    study.write(cohort=WIDE, study=COMPARE + "by: [sex]\ndescribe: [sex]\n").assert_runs()
