"""The effect under other choices: a table of its own, and estimates of one kind below each other."""

import polars as pl
import pytest

from rtw_outcomes.report.overview import choose_main
from rtw_outcomes.report.reading import read_analyses
from rtw_outcomes.report.report import render_report
from rtw_outcomes.report.sensitivity import list_measures, make_sensitivity_tables
from rtw_outcomes.report.wording import read_wording

from .made_up_trial import SCHEMA, Rows, make_manifest, make_table

OBSERVED = {"variable": "sensitivity", "variable_level": "observed for the whole follow-up"}
TWO, THREE = ("control", "letter"), ("control", "letter", "visit")


def make_tables(rows, primary=("net",), measures=None, language="en"):
    analyses = read_analyses(pl.DataFrame(rows.rows, schema=SCHEMA))
    by_outcome = {}
    for each in analyses:
        if not each.is_varied:
            by_outcome.setdefault(each.outcome, []).append(each)
    mains = [choose_main(each, each, each in primary, own) for each, own in by_outcome.items()]
    varied = [each for each in analyses if each.is_varied]
    return make_sensitivity_tables(
        mains, by_outcome, varied, measures or {}, read_wording(language)
    )


def add_days(rows, outcome="net", value=-9.0):
    rows.compare(outcome, "mean_difference", value, 4.0, unit="days")
    rows.compare(outcome, "mean_difference", value + 1, 4.0, unit="days", covariates="age, sex")
    rows.compare(outcome, "mean_ratio", 0.9, 0.1, unit="ratio")


def test_rows_are_the_unadjusted_the_adjusted_and_each_choice():
    rows = Rows(TWO)
    add_days(rows)
    rows.compare("net", "mean_difference", -7.0, 5.0, unit="days", n=2900, **OBSERVED)
    (table,) = make_tables(rows, measures={"net": "sick_days"})
    assert table.caption == "net: letter against control"
    assert [row[0] for row in table.rows] == [
        *("Unadjusted", "Adjusted for age, sex", "Observed for the whole follow-up"),
    ]
    assert table.rows[-1][1:] == ("−7.00 (−12.00 to −2.00)", "", "2,900")


def test_another_outcome_of_the_same_measure_is_another_definition():
    rows = Rows(TWO)
    add_days(rows)
    add_days(rows, "gross", -12.0)
    add_days(rows, "cost", -100.0)
    measures = {"net": "sick_days", "gross": "sick_days", "cost": "cost"}
    (table,) = make_tables(rows, measures=measures)
    assert table.rows[-1][0] == "Defined otherwise: gross"
    assert not any("cost" in row[0] for row in table.rows)


def test_an_effect_by_another_day_is_no_other_definition():
    rows = Rows(TWO)
    for outcome, day in {"net": "12 months", "later": "24 months"}.items():
        at = {"variable": "event", "variable_level": day, "unit": "percentage points"}
        rows.compare(outcome, "proportion_difference", 3.0, 1.0, **at)
    assert make_tables(rows, measures={"net": "x", "later": "x"}) == []


def test_a_hazard_ratio_stands_below_a_hazard_ratio_and_not_below_a_ratio_of_shares():
    rows = Rows(TWO)
    last = {"variable": "event", "variable_level": "365 days"}
    rows.compare("net", "risk_ratio", 1.03, 0.1, unit="ratio", **last)
    rows.compare("net", "coxph", 1.31, 0.1, unit="ratio", **last)
    rows.compare("net", "coxph", 1.29, 0.1, unit="ratio", **OBSERVED)
    (table,) = make_tables(rows)
    assert [row[1].partition(" ")[0] for row in table.rows] == ["1.31", "1.29"]
    assert table.notes == ("Ratio: hazard ratio, up to 365\N{NO-BREAK SPACE}days.",)


def test_a_choice_about_one_of_several_periods_is_not_told_as_one_about_all():
    rows = Rows(TWO)
    rows.compare("net", "gee", -4.0, 1.0, variable="period", unit="days")
    rows.compare("net", "mean_difference", -2.0, 1.0, unit="days", **OBSERVED)
    assert make_tables(rows) == []


def test_each_pair_of_several_groups_has_a_row():
    rows = Rows(THREE)
    add_days(rows)
    rows.compare("net", "mean_difference", -7.0, 5.0, unit="days", **OBSERVED)
    (table,) = make_tables(rows)
    assert table.head[:2] == ("Choice", "Groups")
    assert [row[1] for row in table.rows[:2]] == ["letter against control", "visit against control"]
    assert len(table.rows) == 6


@pytest.mark.parametrize("primary", [("net",), ()])
def test_only_primary_outcomes_have_a_table_and_all_where_none_is_primary(primary):
    rows = Rows(TWO)
    for outcome in ("net", "gross"):
        add_days(rows, outcome)
        rows.compare(outcome, "mean_difference", -7.0, 5.0, unit="days", **OBSERVED)
    assert len(make_tables(rows, primary)) == (1 if primary else 2)


def test_other_choices_are_in_their_own_section_only():
    text = render_report(make_manifest(), make_table())
    section = text[text.index('<h2 id="sensitivity">') :].partition("</section>")[0]
    assert "Members of a cluster as independent" in section
    assert "3.20 (0.70 to 5.70)" in section
    assert text.count("3.20 (0.70 to 5.70)") == 1
    swedish = render_report(make_manifest(), make_table(), language="sv")
    assert "Personer i samma kluster som oberoende" in swedish


def test_an_outcome_without_a_definition_has_a_measure_of_its_own():
    manifest = {
        "outcomes": [
            {"outcome": "own"},
            {"outcome": "net", "definition": {"measure": {"sick_days": {}}}},
        ]
    }
    assert list_measures(manifest) == {"own": "own", "net": "sick_days"}
