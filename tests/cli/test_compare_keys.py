"""The keys of comparisons and of disclosure rules: read, refused with their line, and told with the data."""

import json
import re

import pytest

from tests.cli.conftest import STUDY

COMPARE = STUDY + "compare: {groups: arm, reference: control}\n"
WIDE = """\
person_id,index_date,arm,centre,sex,age
P-SECRET-77,2020-01-01,treated,1,f,40
P-SECRET-78,2020-04-01,control,2,m,50.5
"""
EVERYTHING = (
    STUDY
    + """\
compare:
  groups: arm
  reference: control
  cluster: centre
  adjust: [age, sex]
  at: [90 days, 12 months]
  subgroups: sex
  level: 90
  correlation: independence
describe: [sex, age]
primary: full_rtw_28d
disclosure: sacro
language: sv
"""
)


def more(keys):
    """A study whose comparison has more keys."""
    return COMPARE.replace("control}", f"control, {keys}}}")


def many(levels, rows):
    """A cohort with a column `site` of so many levels; the register knows two of its persons."""
    lines = [
        f"P-{number},2020-01-01,{'control' if number % 2 else 'treated'},S{number % levels}"
        for number in range(rows - 2)
    ]
    known = ["P-SECRET-77,2020-01-01,treated,S0", "P-SECRET-78,2020-04-01,control,S1"]
    return "\n".join(["person_id,index_date,arm,site", *known, *lines, ""])


def manifest(study):
    return json.loads((study.out / "manifest.json").read_text())


def test_a_study_may_have_all_keys(study):
    study.write(cohort=WIDE, study=EVERYTHING).assert_runs()
    record = manifest(study)
    assert record["study"]["compare"]["at"] == ["90 days", "12 months"]  # as they are written
    assert record["study"]["compare"]["subgroups"] == ["sex"]
    assert record["study"]["primary"] == ["full_rtw_28d"]
    assert (record["disclosure"]["rule_set"], record["disclosure"]["below"]) == ("sacro", 10)
    assert record["study"]["suppress_below"] == 10


def test_the_keys_change_no_outcome(study):
    before = study.outcomes_of(study=STUDY, cohort=WIDE)
    assert study.outcomes_of(study=EVERYTHING).equals(before)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (STUDY + "compare: arm\n", ["study.yaml:7: compare", "keys with values"]),
        (STUDY + "compare: {groups: arm}\n", ["study.yaml:7", "`reference` is missing"]),
        (STUDY + "compare: {reference: control}\n", ["study.yaml:7", "`groups` is missing"]),
        (more("clusters: x"), ["study.yaml:7", "`clusters`", "Did you mean `cluster`"]),
        (COMPARE.replace("control", ""), ["study.yaml:7: compare.reference", "no value"]),
        (COMPARE.replace("arm", "arn"), ["study.yaml:7: compare.groups", "Did you mean `arm`"]),
        (more("cluster: care"), ["study.yaml:7: compare.cluster", "no column `care`"]),
        (more("adjust: [arms]"), ["study.yaml:7: compare.adjust.1", "Did you mean `arm`"]),
        (more("subgroups: sex"), ["study.yaml:7: compare.subgroups", "no column `sex`"]),
        (STUDY + "describe: [sex]\n", ["study.yaml:7: describe.1", "no column `sex`"]),
        (more("adjust: arm"), ["study.yaml:7: compare.adjust", "adjusted away"]),
        (more("subgroups: [arm]"), ["study.yaml:7: compare.subgroups.1", "nothing to compare"]),
        (more("cluster: arm"), ["study.yaml:7: compare.cluster", "several clusters"]),
        (more("adjust: [person_id]"), ["study.yaml:7", "tells persons apart"]),
        (COMPARE.replace("arm", "index_date"), ["study.yaml:7", "tells persons apart"]),
        (STUDY + "describe: PERSON_ID\n", ["study.yaml:7", "tells persons apart"]),
        (STUDY + "by: censor_reason\n", ["study.yaml:7: by", "name of its own"]),
        (STUDY + "describe: entry_date\n", ["study.yaml:7: describe", "name of its own"]),
        (more("adjust: [a, b, a]"), ["study.yaml:7: compare.adjust.3", "stands twice"]),
        (more("models: [zero_inflated, zero_inflated]"), ["compare.models.2", "stands twice"]),
        (STUDY + "describe: [arm, arm]\n", ["study.yaml:7: describe.2", "stands twice"]),
        (more("at: [90 days, 90 days]"), ["compare.at.2", "`90 days` stands twice"]),
        (more("at: [12 months, 1 year]"), ["compare.at.2", "same day as `12 months`"]),
        (more("at: 0 days"), ["study.yaml:7: compare.at", "day 0", "a day after it"]),
        (more("at: [90]"), ["study.yaml:7: compare.at.1"]),
        (more("at: 90 dagar"), ["study.yaml:7: compare.at", "not a length of time"]),
        (more("level: 49"), ["study.yaml:7: compare.level", "from 50 to 99.9", "found 49"]),
        (more("level: 100"), ["study.yaml:7: compare.level", "from 50 to 99.9"]),
        (more("level: 0.95"), ["study.yaml:7: compare.level", "Write `95` for 95 percent"]),
        (more("level: 95 percent"), ["study.yaml:7: compare.level", "a number in plain digits"]),
        (more("correlation: ar1"), ["study.yaml:7: compare.correlation", "exchangeable"]),
        (more("models: poisson"), ["study.yaml:7: compare.models", "negative_binomial"]),
        (STUDY + "primary: full_rtw\n", ["study.yaml:7: primary", "Did you mean `full_rtw_28d`"]),
        (STUDY + "primary: [recurrence_12m]\n", ["study.yaml:7: primary.1", "no outcome"]),
        (STUDY + "disclosure: sacra\n", ["study.yaml:7", "Did you mean `sacro`", "dst"]),
        (STUDY + "disclosure: 0\n", ["study.yaml:7: disclosure", "too small"]),
        (STUDY + "disclosure: 2.5\n", ["study.yaml:7: disclosure", "whole number"]),
        (STUDY + "disclosure: [dst]\n", ["study.yaml:7: disclosure", "whole number"]),
        (
            STUDY + "disclosure: dst\nsuppress_below: 5\n",
            ["study.yaml:8: suppress_below", "short form of `disclosure`", "Remove one"],
        ),
        (STUDY + "language: swedish\n", ["study.yaml:7: language", "one of en, sv"]),
    ],
)
def test_a_wrong_key_is_told_with_its_line(study, text, words):
    study.write(study=text)
    study.assert_refused(3, *words)


def test_all_problems_of_the_keys_are_told_at_once(study):
    study.write(study=more("level: 5, at: 0 days") + "disclosure: 5\nsuppress_below: 5\n")
    study.assert_refused(3, "compare.level", "compare.at", "study.yaml:9")


def test_a_renamed_key_of_the_cohort_makes_no_groups(study):
    study.write(
        cohort=WIDE.replace("person_id", "lopnr"),
        study=COMPARE.replace("arm", "lopnr") + "columns: {cohort: {person_id: lopnr}}\n",
    )
    study.assert_refused(3, "study.yaml:7: compare.groups", "tells persons apart")


# What only the data show.


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("placebo", ["no row that is used", "2 other groups", "as the cells are written"]),
        ("Control", ["2 other groups", "other capitals"]),
    ],
)
def test_a_reference_that_is_not_there_is_told_without_those_that_are(study, reference, words):
    study.write(study=COMPARE.replace("control", reference))
    finished = study.assert_refused(4, "cohort.csv", f"`{reference}`", "`arm`", *words)
    assert "treated" not in finished.err
    assert "control" not in finished.err


def test_a_reference_that_is_alone_is_told(study):
    study.write(cohort=WIDE.replace("treated", "control"), study=COMPARE)
    study.assert_refused(4, "cohort.csv", "`arm`", "nothing to compare")


def test_a_reference_may_be_a_number(study):
    cohort = WIDE.replace("treated", "1").replace("control", "0")
    for reference in ("0", "'0'"):
        study.write(cohort=cohort, study=COMPARE.replace("control", reference)).assert_runs()


def test_a_column_of_the_comparison_may_be_written_in_other_capitals(study):
    study.write(cohort=WIDE.replace("arm", "ARM"), study=more("adjust: Age")).assert_runs()


def test_groups_that_seem_to_be_persons_stop_the_run(study):
    compare = STUDY + "compare: {groups: site, reference: S0}\n"
    study.write(cohort=many(61, 122), study=compare)
    study.assert_refused(
        4, "cohort.csv", "`site`", "61 different values in 122 rows", "seems to tell persons apart"
    )
    for levels, rows in ((61, 123), (60, 120)):
        study.write(cohort=many(levels, rows)).assert_runs()


@pytest.mark.parametrize(
    ("keys", "named"),
    [
        ("by: [site]", "which `by` names"),
        ("describe: [site]", "which `describe` names"),
        (
            "by: site\ncompare: {groups: arm, reference: control, subgroups: site}",
            "which `by` and `compare.subgroups` name;",
        ),
    ],
)
def test_other_columns_that_seem_to_be_persons_are_noted(study, keys, named):
    study.write(cohort=many(61, 122), study=STUDY + keys + "\n")
    words = f"about 60 different values in the column `site`, {named}"
    assert words in study.assert_runs().err
    assert [words in each for each in manifest(study)["warnings"]].count(True) == 1


def test_a_cluster_and_a_covariate_may_have_many_levels(study):
    study.write(cohort=many(61, 122), study=more("cluster: site, adjust: site"))
    assert "different values" not in study.assert_runs().err


def test_a_date_is_no_covariate(study):
    cohort = (
        WIDE.replace(",age", ",born").replace(",40", ",1980-01-01").replace(",50.5", ",1970-05-01")
    )
    study.write(cohort=cohort, study=more("adjust: [sex, born]"))
    study.assert_refused(4, "cohort.csv", "`born`", "holds dates", "`compare: adjust`")


def test_a_measurement_may_describe(study):
    cohort = re.sub(r",S(\d+)", r",\1.5", many(122, 122))
    study.write(cohort=cohort, study=STUDY + "describe: site\n")
    assert "different values" not in study.assert_runs().err


@pytest.mark.parametrize(
    ("keys", "note"),
    [
        ("suppress_below: 1", "groups of every size are shown: `suppress_below` is 1"),
        ("disclosure: 1", "groups of every size are shown: `disclosure` is 1"),
        ("disclosure: 2", "groups of 2 persons or more are shown: `disclosure` is 2"),
    ],
)
def test_small_groups_are_shown_with_a_note(study, keys, note):
    study.write(study=STUDY + f"{keys}\n")
    assert note in study.assert_runs().err
    assert [note in each for each in manifest(study)["warnings"]].count(True) == 1
    study.write(study=STUDY + f"{keys}\nsynthetic: true\n")
    assert "are shown" not in study.assert_runs().err


@pytest.mark.parametrize(
    "keys", ["", "suppress_below: 3", "disclosure: default", "disclosure: dst"]
)
def test_no_note_tells_of_groups_that_are_hidden(study, keys):
    study.write(study=STUDY + f"{keys}\n")
    assert "are shown" not in study.assert_runs().err


@pytest.mark.parametrize("keys", ["models: [zero_inflated]", "correlation: exchangeable"])
def test_a_library_that_is_missing_is_told_before_data_are_read(study, monkeypatch, keys):
    study.write(study=more(keys)).assert_runs()
    monkeypatch.setattr("rtw_outcomes.jobs.study_checks.find_spec", lambda _: None)
    study.write(spells="no table at all")
    study.assert_refused(
        5, "statsmodels", keys.split(":")[0], 'pip install "rtw-outcomes[analysis]"'
    )
    study.write(spells=None, study=COMPARE)
    study.assert_refused(4, "spells.csv")


def test_an_unadjusted_comparison_needs_no_library(study, monkeypatch):
    monkeypatch.setattr("rtw_outcomes.jobs.study_checks.find_spec", lambda _: None)
    study.write(study=COMPARE).assert_runs()
