"""The report of a real run: the table that the program writes, and not one that was made up."""

import json
import re

import polars as pl
import pytest

from rtw_outcomes import run_study
from rtw_outcomes.demo.delivery import write_demo
from rtw_outcomes.report.report import render_report
from rtw_outcomes.report.wording import read_wording

COMPARE = """
compare: {groups: arm, reference: control, cluster: care_centre, adjust: [sex], at: [90 days, 12 months],
  subgroups: [sex]}
describe: [sex, birth_year]
primary: [net_sick_days_12m]
"""
OUTCOMES = ("net_sick_days_12m", "full_rtw_28d", "work_state_12m")


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    study = write_demo(folder / "demo", persons=6000).study
    text = study.read_text("utf-8")
    head, _, _ = text.partition("outcomes:\n")
    names = "".join(f"  - {name}\n" for name in OUTCOMES)
    study.write_text(f"{head}outcomes:\n{names}by: [arm]\n{COMPARE}", encoding="utf-8")
    run_study(study, folder / "results")
    manifest = json.loads((folder / "results" / "manifest.json").read_text("utf-8"))
    return manifest, pl.read_parquet(folder / "results" / "results.parquet")


@pytest.fixture(scope="module")
def page(released):
    return render_report(*released)


def find_part(page, outcome):
    return page[page.index(f'id="outcome-{outcome}"') :].partition("</section>")[0]


def find_table(part, caption):
    return part[part.index(f"<caption>{caption}") :].partition("</table>")[0]


def list_cells(table):
    rows = re.findall("<tr>(.*?)</tr>", table)
    return [re.findall("<t[hd][^>]*>(.*?)</t[hd]>", row) for row in rows]


def test_a_mean_of_a_group_is_told_once_with_its_interval(page):
    cells = list_cells(find_table(find_part(page, "net_sick_days_12m"), "Summary by group"))
    means = [row for row in cells if row[0].startswith("mean")]
    assert [row[0] for row in means] == ["mean (95% confidence interval)"]
    assert all(re.fullmatch(r"\d+(\.\d)? \(\d.* to .*\)", cell) for cell in means[0][1:])
    assert not any(row[0] == "interval" for row in cells)


def test_estimates_of_groups_have_a_context_of_their_own(released):
    _, table = released
    own = table.filter(pl.col("context").str.starts_with("group_"))
    assert set(own["context"]) == {"group_mean", "group_share_any", "group_share"}
    assert set(own["stat_name"]) == {"estimate", "conf.low", "conf.high"}
    described = table.filter(pl.col("context") == "summary")
    assert not set(described["stat_name"]) & {"conf.low", "conf.high"}
    assert described.select("analysis_id", "stat_name").is_duplicated().sum() == 0


def test_a_hidden_estimate_does_not_tell_why_there_is_none(released):
    _, table = released
    assert table.filter("suppressed", pl.col("error") != "").is_empty()


def test_a_pitfall_is_told_once(page):
    for outcome in OUTCOMES:
        told = re.findall('<div class="box">.*?</div>', find_part(page, outcome), re.DOTALL)
        points = re.findall("<li>(.*?)</li>", "".join(told))
        assert len(points) == len(set(points))
    assert page.count("The register does not see work.") == 1


def test_a_count_that_does_not_apply_has_no_mark(page):
    box = find_part(page, "full_rtw_28d").partition('<div class="box">')[2].partition("</div>")[0]
    points = [point for point in re.findall("<li>(.*?)</li>", box) if "end of benefits" in point]
    assert points
    assert "(–)" not in points[0]


def test_the_overview_has_a_difference_and_a_ratio_of_every_outcome(page):
    table = find_table(page, "All outcomes at a glance: intervention against control")
    rows = list_cells(table)[1:]
    assert len(rows) == len(OUTCOMES)
    assert all(re.search(r"\d", cell) for row in rows for cell in row[-2:])
    assert "by 12\N{NO-BREAK SPACE}months" in table


def test_the_event_comes_before_what_competes_with_it(page):
    part = find_part(page, "full_rtw_28d")
    heads = list_cells(find_table(part, "Cumulative incidence at fixed days"))[0]
    assert heads[:6] == ["Day", "Group", "at risk", "events", "censored", "Percent with event"]
    assert part.index("Comparisons of groups: ") < part.index("exits that compete")


def test_the_events_at_a_day_are_those_of_the_event(released, page):
    _, table = released
    at = (
        pl.col("outcome").eq("full_rtw_28d")
        & pl.col("variable").eq("event")
        & pl.col("variable_level").eq("90 days")
        & pl.col("group1_level").eq("control")
        & pl.col("stat_name").eq("n.event")
    )
    (events,) = table.filter(at)["stat_fmt"]
    cells = list_cells(find_table(find_part(page, "full_rtw_28d"), "Cumulative incidence"))
    assert cells[1][3] == events


def test_what_is_hidden_as_a_whole_is_a_sentence(page):
    part = find_part(page, "full_rtw_28d")
    exits = part[part.index("exits that compete") :].partition("<h3")[0]
    rows = {cells[0] for cells in list_cells(exits.partition("</table>")[0])}
    notes = re.findall("<li>(.*?: (?:numbers are|all numbers are 0).*?)</li>", exits)
    assert notes
    for note in notes:
        assert not set(note.partition(":")[0].split("; ")) & rows
        assert note.endswith(("reveal another hidden number.", "all numbers are 0."))


def test_each_method_is_a_line_of_its_own(page):
    methods = re.findall(
        r"<summary>Methods</summary>\s*<ul>(.*?)</ul>", find_part(page, "full_rtw_28d"), re.DOTALL
    )
    lines = re.findall("<li>(.*?)</li>", methods[0])
    assert len(lines) == len(set(lines)) > 3
    assert not any("adjusted for" in line for line in lines)


def test_adjusted_estimates_stand_beside_the_others(page):
    table = find_table(find_part(page, "net_sick_days_12m"), "Comparisons of groups: ")
    assert list_cells(table)[0] == [
        *("Comparison", "Unadjusted (95% confidence interval)"),
        *("Adjusted (95% confidence interval)", "n"),
    ]
    assert "Adjusted for sex." in page


def test_subgroups_have_one_p_value_that_of_the_interaction(page):
    table = find_table(find_part(page, "net_sick_days_12m"), "Comparisons in subgroups")
    with_p = [row for row in list_cells(table)[1:] if row[-2]]
    assert with_p
    assert all("test of interaction" in row[0] for row in with_p)


def test_swedish_tells_reasons_and_contexts_in_swedish(released):
    page = render_report(*released, language="sv")
    assert "bygger på få personer" in page
    assert "based on few persons" not in page
    assert "skillnad i andel, procentenheter, inom 12\N{NO-BREAK SPACE}månader" in page
    assert "färre än 5" in page
    assert "raden slutar innan uttaget börjar" in page
    rows = page[page.index('<h2 id="rows">') :].partition("</section>")[0]
    assert not re.search("about [0-9]", rows)
    assert "Registret ser inte arbete." in page


def test_every_sentence_of_the_record_in_the_catalogue_is_one_of_the_program(root):
    code = "".join(
        path.read_text("utf-8")
        for room in ("analysis", "disclosure", "intake", "statistics")
        for path in (root / "rtw_outcomes" / room).glob("*.py")
    )
    unknown = [text for text in read_wording("sv").sentences if text not in code]
    assert unknown == []
