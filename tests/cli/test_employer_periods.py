"""How long employers pay is said by the register or the study, and told before data are read."""

import json

import pytest

from tests.cli.conftest import STUDY

TRUE_LENGTHS = "sweden_spells_over_14_days_started"
ASKING = STUDY.replace("full_rtw_28d", TRUE_LENGTHS)


def manifest_of(study):
    return json.loads((study.out / "manifest.json").read_text())


def test_true_lengths_are_refused_before_data_are_read_when_nothing_says_what_employers_pay(study):
    study.write(study=ASKING, spells="no,table\n")
    study.assert_refused(3, f"outcome `{TRUE_LENGTHS}`", "`employer_periods: [{from: ")


def test_a_study_says_what_employers_pay_and_the_manifest_and_report_repeat_it(study):
    periods = "employer_periods: [{from: 2005-01-01, days: 14}]\n"
    study.write(study=ASKING + periods).assert_runs()
    # The spell of the second person is seen for 10 days, 24 from its true first day.
    assert study.outcomes()[TRUE_LENGTHS].to_list() == [0, 1]
    assert manifest_of(study)["employer_periods"] == [{"from": "2005-01-01", "days": 14}]
    assert "14 days from 2005-01-01 on" in (study.out / "report.html").read_text()


def test_an_empty_list_says_that_spells_are_seen_from_their_first_day(study):
    study.write(study=ASKING + "employer_periods: []\n").assert_runs()
    assert study.outcomes()[TRUE_LENGTHS].to_list() == [0, 0]
    assert manifest_of(study)["employer_periods"] == []
    assert "as seen" in (study.out / "report.html").read_text()


def test_nothing_is_said_of_employer_periods_where_no_outcome_asks_for_them(study):
    periods = "employer_periods: [{from: 2005-01-01, days: 14}]\n"
    study.write(study=STUDY + periods).assert_runs()
    assert manifest_of(study)["employer_periods"] is None
    assert "mployer period" not in (study.out / "report.html").read_text()


@pytest.mark.parametrize(
    ("periods", "words"),
    [
        ("[{from: 2005-01-01, days: 14}, {from: 2003-07-01, days: 21}]", "order of their dates"),
        ("[{from: 2005-01-01, days: 14}, {from: 2005-01-01, days: 21}]", "each date once"),
        ("[{from: 2005-01-01, days: two weeks}]", "whole number"),
        ("[{from: 2005-01-01, days: true}]", "whole number"),
        ("[{from: 2005-01-01}]", "`days` is missing"),
        ("[{days: 14}]", "`from` is missing"),
        ("[{from: 2005, days: 14}]", "calendar date"),
        ("14", "list"),
    ],
)
def test_employer_periods_that_cannot_be_are_told_with_their_line(study, periods, words):
    study.write(study=ASKING + f"employer_periods: {periods}\n")
    study.assert_refused(3, "study.yaml:7: employer_periods", words)


def test_the_register_says_it_unless_the_study_does(demo, rtw, tmp_path):
    text = (demo / "study.yaml").read_text().split("outcomes:")[0] + f"outcomes: {TRUE_LENGTHS}\n"
    for name in ("spells", "cohort"):
        text = text.replace(f"{name}: delivery", f"{name}: {demo}/delivery")
    found = {}
    for name, more in (("of_register", ""), ("of_study", "employer_periods: []\n")):
        path = tmp_path / f"{name}.yaml"
        path.write_text(text + more)
        finished = rtw("run", path, "--out", tmp_path / name)
        assert finished.status == 0, finished.err
        found[name] = json.loads((tmp_path / name / "manifest.json").read_text())
    assert found["of_register"]["employer_periods"][-1] == {"from": "2005-01-01", "days": 14}
    assert found["of_study"]["employer_periods"] == []


def test_a_study_is_validated_and_definitions_are_compared_on_it_with_its_employer_periods(
    study, rtw
):
    study.write(study=ASKING + "employer_periods: [{from: 2005-01-01, days: 14}]\n")
    assert rtw("validate", study.path).status == 0
    finished = rtw("diff", TRUE_LENGTHS, "lisa_spells_started", "--study", study.path)
    assert finished.status == 0, finished.err
    assert "whether spells are measured from their true first day" in finished.out


def test_the_query_of_true_lengths_needs_a_study(study, rtw):
    finished = rtw("sql", TRUE_LENGTHS)
    assert finished.status == 3
    assert finished.out == ""
    assert "a study whose register says it" in finished.err
    study.write(study=ASKING + "employer_periods: [{from: 2005-01-01, days: 14}]\n")
    assert "'2005-01-01'" in rtw("sql", study.path).out
