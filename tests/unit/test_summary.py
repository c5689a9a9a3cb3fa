from datetime import date

import polars as pl

from rtw_outcomes.definitions.catalogue import read_stock_definition, resolve_outcome
from rtw_outcomes.definitions.definition_file import check_definition
from rtw_outcomes.disclosure.lone_counts import Cell, hide_small
from rtw_outcomes.language.rule_sets import RuleSet
from rtw_outcomes.language.yaml_reader import YamlFile
from rtw_outcomes.planning.planner.build import plan_outcomes
from rtw_outcomes.report.numbers import show_numbers
from rtw_outcomes.results.released import release
from rtw_outcomes.results.summary import explain_hidden, put_groups_side_by_side
from tests.disclosure.attack import read_told


def test_the_mark_of_a_hidden_number_is_explained_by_what_is_hidden():
    assert explain_hidden(5) == (
        "(–) is a hidden number: it is based on fewer than 5 persons (a quartile on fewer than 20), "
        "all persons have the same value, or it would reveal another hidden number."
    )
    assert explain_hidden(1) == "(–) is a hidden number: a quartile needs at least 4 persons."


def summary_of(outcome: str, columns: dict[str, list], by: list[str] = (), below: int = 5):
    resolved = (resolve_outcome(read_stock_definition(outcome)),)
    rows = len(next(iter(columns.values())))
    keys = {"person_id": list(range(rows)), "index_date": [date(2020, 1, 1)] * rows}
    table = pl.DataFrame(keys | columns)
    return release(resolved, plan_outcomes(resolved), table, by, RuleSet.number(below)).summary


def value_of(summary: pl.DataFrame, statistic: str, group: str | None = None) -> float | None:
    chosen = summary.filter(pl.col("statistic") == statistic)
    if group is not None:
        chosen = chosen.filter(pl.col("arm") == group)
    return chosen["value"].item()


def is_rest_in_doubt(summary: pl.DataFrame, rows: int, *told: str, step: int = 5) -> bool:
    """Whether what these counts leave of a group may be 5 or more different counts, one of them not below 5."""
    spans = [read_told((int(value_of(summary, each)), step), 5) for each in told]
    least = max(1, rows - sum(most for _, most in spans))
    most = rows - sum(least for least, _ in spans)
    return most - least + 1 >= 5 and most >= 5


def times(statuses: list[int | None]) -> dict[str, list]:
    return {
        "full_rtw_28d_days": [
            None if status is None else 5 + 10 * (row % 2) for row, status in enumerate(statuses)
        ],
        "full_rtw_28d_status": statuses,
        "full_rtw_28d_unconfirmable": [None if status is None else 0 for status in statuses],
    }


def days_of(persons: int) -> list[float]:
    """Days of which every person has others, with a mean of 10."""
    return [10.0 + number - (persons - 1) / 2 for number in range(persons)]


def net_days(values: list[float]) -> dict[str, list]:
    return {
        "net_sick_days_12m": values,
        "net_sick_days_12m_observed_days": [366] * len(values),
        "net_sick_days_12m_incomplete": [0] * len(values),
    }


def test_a_count_of_few_persons_is_hidden_and_those_that_would_give_it_away_are_in_steps():
    summary = summary_of("full_rtw_28d", times([1] * 31 + [0] * 19 + [3] * 2))
    assert value_of(summary, "event") == 30
    assert value_of(summary, "censored") == 20
    assert value_of(summary, "death") is None
    assert value_of(summary, "disability_pension") == 0
    assert is_rest_in_doubt(summary, 52, "event", "censored")


def test_small_counts_are_hidden_with_a_larger_one_so_that_their_sum_is_not_known():
    cells = {"event": Cell(30, 30), "censored": Cell(20, 20), "a": Cell(3, 3), "b": Cell(4, 4)}
    assert hide_small(cells, 5) == {"event": 30, "censored": None, "a": None, "b": None}


def test_an_empty_cell_is_hidden_where_it_would_tell_that_few_are_all_in_the_other():
    assert hide_small({"yes": Cell(3, 3), "no": Cell(0, 0)}, 5) == {"yes": None, "no": None}
    summary = summary_of("dk_work_success_104w", answers([1] * 3 + [None] * 40))
    for statistic in ("yes", "no", "yes_percent"):
        assert value_of(summary, statistic) is None
    assert summary.filter(pl.col("statistic") == "yes")["n"].item() is None
    assert value_of(summary, "missing") == 40
    assert is_rest_in_doubt(summary, 43, "missing")


def test_one_person_alone_is_hidden_with_the_cells_that_would_tell_where_that_person_is():
    assert hide_small({"yes": Cell(1, 1), "no": Cell(0, 0)}, 5) == {"yes": None, "no": None}
    alone = summary_of("dk_work_success_104w", answers([1] + [None] * 40))
    for statistic in ("yes", "no", "missing"):
        assert value_of(alone, statistic) is None
    nobody = summary_of(
        "dk_work_success_104w",
        {name: pl.Series(values, dtype=pl.Int32) for name, values in answers([None] * 40).items()},
    )
    assert [value_of(nobody, statistic) for statistic in ("yes", "no", "missing")] == [0, 0, 40]


def test_a_mean_that_few_persons_add_to_is_hidden_as_their_sum_is():
    few = summary_of("net_sick_days_12m", net_days([9.0] * 3 + [0.0] * 40))
    assert value_of(few, "mean") is None
    same = summary_of("net_sick_days_12m", net_days([0.0] * 40))
    assert value_of(same, "mean") is None  # it would tell the days of every person


def test_those_not_at_risk_protect_no_count_because_another_outcome_may_show_them():
    """Who is at risk of relapse is shown as the events of the return."""
    summary = summary_of("full_rtw_28d", times([1] * 30 + [0] * 20 + [3] * 2 + [None] * 6))
    assert value_of(summary, "not_at_risk") == 5  # 5, 6 or 7
    assert value_of(summary, "death") is None
    # In doubt even for whoever knows from elsewhere that 6 are not at risk.
    assert is_rest_in_doubt(summary, 58 - 6, "event", "censored")


def test_few_persons_not_at_risk_are_hidden_and_do_not_follow_from_the_statuses():
    summary = summary_of("full_rtw_28d", times([1] * 30 + [0] * 20 + [None] * 3))
    assert value_of(summary, "not_at_risk") is None
    assert value_of(summary, "event") == 30
    assert value_of(summary, "censored") == 20
    assert is_rest_in_doubt(summary, 53, "event", "censored")


def test_small_counts_that_protect_one_another_leave_the_large_ones_shown():
    statuses = [1] * 30 + [0] * 20 + [2] * 4 + [3] * 4 + [None] * 6
    summary = summary_of("full_rtw_28d", times(statuses))
    shown = {name: value_of(summary, name) for name in ("event", "censored", "not_at_risk")}
    assert shown == {"event": 30, "censored": 20, "not_at_risk": 5}  # in steps of 5
    assert value_of(summary, "death") is None
    assert value_of(summary, "disability_pension") is None
    assert is_rest_in_doubt(summary, 64, *shown)


def test_many_index_dates_of_few_persons_are_a_small_group():
    assert hide_small({"event": Cell(40, 4), "censored": Cell(20, 20)}, 5)["event"] is None


def test_a_group_of_few_persons_shows_no_number_at_all():
    """Its name alone would tell of few, so it is not named."""
    columns = net_days([*days_of(8), *days_of(4)]) | {"arm": ["a"] * 8 + ["b"] * 4}
    summary = summary_of("net_sick_days_12m", columns, ["arm"])
    assert value_of(summary, "mean", "a") == 10
    assert set(summary["arm"]) == {"a"}
    everybody = summary_of("net_sick_days_12m", net_days(days_of(4)))
    assert everybody["value"].is_null().all()
    assert everybody["n"].is_null().all()


def test_there_is_no_total_over_groups():
    columns = net_days([*days_of(8), *days_of(6)]) | {"arm": ["a"] * 8 + ["b"] * 6}
    summary = summary_of("net_sick_days_12m", columns, ["arm"])
    assert set(summary["arm"]) == {"a", "b"}
    assert summary.filter(pl.col("statistic") == "mean").height == 2


def test_quartiles_need_more_persons_than_a_mean():
    few, many = (
        summary_of("net_sick_days_12m", net_days(days_of(8))),
        summary_of("net_sick_days_12m", net_days(days_of(21))),
    )
    assert value_of(few, "mean") == 10
    assert value_of(few, "median") is None
    assert value_of(many, "median") == 10


def test_those_not_at_risk_add_no_days():
    summary = summary_of("full_rtw_28d", times([1] * 10 + [0] * 10 + [None] * 20))
    assert value_of(summary, "event") == 10
    assert value_of(summary, "not_at_risk") == 20
    assert value_of(summary, "days_at_risk") == 200


def answers(values: list[int | None]) -> dict[str, list]:
    name = "dk_work_success_104w"
    incomplete = [None if value is None else 0 for value in values]
    return {
        name: values,
        f"{name}_observed_days": [728] * len(values),
        f"{name}_incomplete": incomplete,
    }


def test_a_cut_is_summarised_by_counts_and_not_by_a_mean_that_would_tell_them():
    summary = summary_of("dk_work_success_104w", answers([1] * 30 + [0] * 20 + [None] * 6))
    assert value_of(summary, "yes") == 30
    assert value_of(summary, "no") == 20
    assert value_of(summary, "missing") == 6
    assert value_of(summary, "yes_percent") == 60
    assert "mean" not in summary["statistic"]


RATE = """
outcome: per_spell
language: 1
title: Net days per spell
source: {text: none, certainty: none}
measure:
  rate: {of: net_sick_days_12m, over: recurrence_12m, scale: 10}
"""
STATE = """
outcome: state
language: 1
title: State after a year
source: {text: none, certainty: none}
measure:
  state_on_day:
    states: [{state: sick, benefits: sickness_related, when: any}]
    otherwise: work
    at: 1 year
"""


def summary_of_text(text: str, columns: dict[str, list], below: int = 5) -> pl.DataFrame:
    resolved = (resolve_outcome(check_definition(YamlFile.parse(text, "own.yaml"))),)
    rows = len(next(iter(columns.values())))
    table = pl.DataFrame({"person_id": list(range(rows))} | columns)
    return release(resolved, plan_outcomes(resolved), table, (), RuleSet.number(below)).summary


def rate(values: list[tuple[float | None, int | None]], below: int = 5) -> pl.DataFrame:
    of, over = zip(*values, strict=True)
    incomplete = [None if value is None else 0 for value in of]
    columns = {
        "per_spell": of,
        "per_spell_over": over,
        "per_spell_observed_days": [366] * len(values),
        "per_spell_incomplete": incomplete,
    }
    return summary_of_text(RATE, columns, below)


def test_the_sums_of_a_rate_are_made_before_they_are_divided():
    summary = rate([(10.0, 1)] * 10 + [(0.0, 2)] * 20 + [(None, None)] * 6)
    assert value_of(summary, "missing") == 6
    assert value_of(summary, "fully_observed") == 30
    assert value_of(summary, "sum") == 100
    assert value_of(summary, "over") == 50
    assert value_of(summary, "rate") == 20


def test_a_sum_that_few_persons_add_to_is_hidden_and_a_rate_over_nothing_is_missing():
    few = rate([(10.0, 1)] * 3 + [(0.0, 2)] * 20)
    assert value_of(few, "sum") is None
    assert value_of(few, "rate") is None
    assert value_of(few, "over") is None  # all but 3 persons have 2
    assert value_of(rate([(10.0, 1)] * 20 + [(0.0, 2)] * 20), "over") == 60
    assert value_of(rate([(1.0, 0)] * 20), "rate") is None


def test_the_null_of_a_window_that_nobody_observed_is_missing():
    columns = net_days([*days_of(10), *[None] * 20])
    columns["net_sick_days_12m_observed_days"] = [366] * 10 + [0] * 20
    columns["net_sick_days_12m_incomplete"] = [0] * 10 + [1] * 20
    summary = summary_of("net_sick_days_12m", columns)
    assert value_of(summary, "missing") == 20
    assert value_of(summary, "partly_observed") == 0
    assert value_of(summary, "mean") == 10


def test_the_rate_of_an_answer_tells_no_more_than_the_answer():
    text = RATE.replace("net_sick_days_12m", "dk_work_success_104w").replace(
        "recurrence_12m", "persons"
    )
    columns = {
        "per_spell": [1] * 46 + [0] * 4,
        "per_spell_over": [1] * 50,
        "per_spell_observed_days": [728] * 50,
        "per_spell_incomplete": [0] * 50,
    }
    summary = summary_of_text(text, columns)
    assert value_of(summary, "sum") is None
    assert value_of(summary, "rate") is None


def test_the_days_of_a_state_do_not_follow_from_those_of_the_others():
    text = (
        STATE.replace("state_on_day", "state_days")
        .replace("    at: 1 year\n", "follow_up: 365 days\n")
        .replace("states: [", "states: [{state: rare, benefits: disability_pension, when: any}, ")
    )
    columns = {
        "state_rare": [40] * 2 + [0] * 48,
        "state_sick": [10] * 20 + [0] * 30,
        "state_work": [325] * 50,
        "state_observed_days": [365] * 50,
        "state_incomplete": [0] * 50,
    }
    summary = summary_of_text(text, columns)
    assert value_of(summary, "rare_mean") is None
    assert value_of(summary, "sick_mean") == 4
    assert value_of(summary, "work_mean") is None  # all have 325 days


def test_two_groups_may_be_called_the_same():
    columns = net_days(days_of(6) * 2) | {
        "arm": ["a, b"] * 6 + ["a"] * 6,
        "site": ["c"] * 6 + ["b, c"] * 6,
    }
    summary = summary_of("net_sick_days_12m", columns, by=["arm", "site"])
    (table,) = put_groups_side_by_side(summary, ["arm", "site"]).values()
    assert table.groups == ["a, b, c", "a, b, c"]
    assert [len(values) for values in table.rows.values()] == [2] * len(table.rows)


def test_small_numbers_are_shown_with_digits_that_tell_something():
    assert show_numbers([0.0033, 0.0041, None]) == ["0.0033", "0.0041", "(–)"]
    assert show_numbers([1.5, 1200.25]) == ["1.50", "1,200.25"]


def test_a_state_that_is_not_known_is_counted_as_missing():
    summary = summary_of_text(STATE, {"state": ["sick"] * 10 + ["work"] * 20 + [None] * 10})
    assert value_of(summary, "sick_percent") == 25
    assert value_of(summary, "missing") == 10


def test_states_of_several_days_are_told_day_by_day():
    several = STATE.replace("1 year", "[90 days, 1 year]")
    known = {"state_90_days": ["sick"] * 20 + ["work"] * 20}
    later = {"state_1_year": ["sick"] * 10 + ["work"] * 20 + [None] * 10}
    summary = summary_of_text(several, known | later)
    assert value_of(summary, "90_days_sick_percent") == 50
    assert value_of(summary, "90_days_missing") == 0
    assert value_of(summary, "1_year_work") == 20
    assert value_of(summary, "1_year_missing") == 10


def test_few_who_reach_a_limit_are_hidden_and_do_not_follow_from_the_others():
    summary = summary_of("dk_work_success_104w", answers([1] * 3 + [0] * 40))
    for statistic in ("yes", "yes_percent"):
        assert value_of(summary, statistic) is None
    assert value_of(summary, "no") == 40
    assert is_rest_in_doubt(summary, 43, "no")
    few_others = summary_of("dk_work_success_104w", answers([1] * 3 + [0] * 6))
    for statistic in ("yes", "no", "yes_percent"):
        assert value_of(few_others, statistic) is None


def test_numbers_are_rounded_as_the_readme_says():
    summary = summary_of("net_sick_days_12m", net_days([0.125, 0.125, 0.125, 0.375, 1 / 3] * 8))
    # Of 0.217 and 0.125, in steps of 0.05 that 5 of 40 persons cannot move: there are three values.
    assert value_of(summary, "mean") == 0.2
    assert value_of(summary, "median") == 0.1
    days = summary_of("net_sick_days_12m", net_days([100.0 + day for day in range(40)]))
    assert value_of(days, "mean") == 120  # of 119.5, in steps of 5, for the largest of 40 is 139
    thirds = rate([(1 / 3, 7)] * 11 + [(2 / 3, 8)] * 11)
    assert value_of(thirds, "sum") == 10  # of 11, in steps of 5: there are two values
    assert value_of(thirds, "over") == 150  # of 165, in steps of 50
    assert value_of(thirds, "rate") == 0.667  # 10 times 10 by 150


def test_everything_is_exact_where_groups_of_every_size_are_shown():
    thirds = rate([(1 / 3, 7)] * 11, below=1)
    assert value_of(thirds, "sum") == 3.67
    assert value_of(thirds, "rate") == 0.4762  # 10 times a third by 7, not 36.7 by 77
    alone = summary_of("dk_work_success_104w", answers([1, 0, 0, None]), below=1)
    assert value_of(alone, "yes") == 1
    assert value_of(alone, "yes_percent") == 33.33
    same = summary_of("net_sick_days_12m", net_days([10.0] * 3), below=1)
    assert value_of(same, "mean") == 10
    assert value_of(same, "sd") == 0


def test_a_rate_over_persons_is_told_though_each_is_one_person():
    text = RATE.replace("recurrence_12m", "persons")
    columns = {
        "per_spell": [0.0, 20.0] * 20,
        "per_spell_over": [1] * 40,
        "per_spell_observed_days": [366] * 40,
        "per_spell_incomplete": [0] * 40,
    }
    summary = summary_of_text(text, columns)
    assert value_of(summary, "over") == 40
    assert value_of(summary, "rate") == 100
