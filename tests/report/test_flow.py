"""The flow: from the index dates to those that are analysed, for the study and for each outcome."""

import polars as pl

from rtw_outcomes.report.flow import make_flow_table, make_outcome_flow
from rtw_outcomes.report.overview import Main
from rtw_outcomes.report.reading import read_analyses
from rtw_outcomes.report.report import render_report
from rtw_outcomes.report.wording import read_wording

from .made_up_trial import SCHEMA, Rows, make_manifest, make_table

GROUPS = ("control", "letter")
MAIN = Main("rtw", "Return", True, {}, {})


def read(rows):
    return read_analyses(pl.DataFrame(rows.rows, schema=SCHEMA))


def test_the_flow_of_an_outcome_goes_from_who_is_not_at_risk_to_why_persons_are_censored():
    rows = Rows(GROUPS)
    for group in GROUPS[::-1]:
        counts = {"censored_emigration": None, "censored": 20, "event": 300, "not_at_risk": 30}
        rows.add("rtw", "summary", counts, group=group, decimals=0)
        at = {"variable": "event", "variable_level": "90 days", "n": 370}
        rows.add("rtw", "competing_cif", {"estimate": 80.0}, group=group, **at)
    table = make_outcome_flow(MAIN, read(rows), GROUPS, read_wording("en"))
    assert table.caption == "Return [primary]: index dates"
    assert table.head == ("Stage", "control", "letter")
    assert [row[0] for row in table.rows] == [
        *("not at risk", "analysed", "censored", "censored: emigration"),
    ]
    assert table.rows[1] == ("analysed", "370", "370")
    assert table.rows[-1][1:] == ("(–)", "(–)")


def test_clusters_stand_in_the_flow_where_all_outcomes_have_the_same():
    rows = Rows(GROUPS)
    for outcome, clusters in {"a": 12, "b": 12, "c": 11}.items():
        rows.add(outcome, "clusters", {"n_clusters": clusters}, group="control", decimals=0)
    analyses = read(rows)
    of = {name: [each for each in analyses if each.outcome == name] for name in "abc"}
    same = {name: of[name] for name in "ab"}
    wording = read_wording("en")
    assert make_flow_table([], same, wording).rows == (("clusters", "12"),)
    assert make_flow_table([], of, wording) is None


def test_a_paper_is_read_from_the_overview_over_the_flow_and_the_persons_to_the_outcomes():
    text = render_report(make_manifest(), make_table())
    names = ("overview", "flow", "persons", "outcomes", "sensitivity", "open", "rows", "versions")
    places = [text.index(f'<h2 id="{name}">') for name in names]
    assert places == sorted(places)
    contents = text[text.index("<nav") :].partition("</nav>")[0]
    assert all(f'href="#{name}"' in contents for name in (*names, "warnings", "disclosure"))


def test_the_flow_of_what_is_not_primary_is_folded():
    text = render_report(make_manifest(), make_table())
    flow = text[text.index('<h2 id="flow">') :].partition("</section>")[0]
    shown, _, folded = flow.partition("<details>")
    assert "sustained for 28 days [primary]: index dates" in shown
    assert "Net sick days in 12 months: index dates" in folded
