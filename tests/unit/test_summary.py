from datetime import date

import polars as pl

from rtw_outcomes.catalogue import read_stock_definition, resolve_outcome
from rtw_outcomes.disclosure import Cell, hide_small
from rtw_outcomes.planner import plan_outcomes
from rtw_outcomes.summary import summarise


def summary_of(outcome: str, columns: dict[str, list], by: list[str] = (), below: int = 5):
    resolved = (resolve_outcome(read_stock_definition(outcome)),)
    rows = len(next(iter(columns.values())))
    keys = {"person_id": list(range(rows)), "index_date": [date(2020, 1, 1)] * rows}
    table = pl.DataFrame(keys | columns)
    return summarise(resolved, plan_outcomes(resolved), table, by, below)


def value_of(summary: pl.DataFrame, statistic: str, group: str | None = None) -> float | None:
    chosen = summary.filter(pl.col("statistic") == statistic)
    if group is not None:
        chosen = chosen.filter(pl.col("arm") == group)
    return chosen["value"].item()


def times(statuses: list[int | None]) -> dict[str, list]:
    return {
        "full_rtw_28d_days": [None if status is None else 10 for status in statuses],
        "full_rtw_28d_status": statuses,
        "full_rtw_28d_unconfirmable": [None if status is None else 0 for status in statuses],
    }


def net_days(values: list[float]) -> dict[str, list]:
    return {
        "net_sick_days_12m": values,
        "net_sick_days_12m_observed_days": [366] * len(values),
        "net_sick_days_12m_incomplete": [0] * len(values),
    }


def test_a_count_of_few_persons_is_hidden_together_with_one_that_would_give_it_away():
    summary = summary_of("full_rtw_28d", times([1] * 30 + [0] * 20 + [3] * 2))
    assert value_of(summary, "event") == 30
    assert value_of(summary, "death") is None
    assert value_of(summary, "censored") is None
    assert value_of(summary, "disability_pension") == 0


def test_small_counts_are_hidden_with_a_larger_one_so_that_their_sum_is_not_known():
    cells = {"event": Cell(30, 30), "censored": Cell(20, 20), "a": Cell(3, 3), "b": Cell(4, 4)}
    assert hide_small(cells, 5) == {"event": 30, "censored": None, "a": None, "b": None}


def test_those_not_at_risk_protect_no_count_because_another_outcome_may_show_them():
    """Who is at risk of relapse is shown as the events of the return."""
    summary = summary_of("full_rtw_28d", times([1] * 30 + [0] * 20 + [3] * 2 + [None] * 6))
    assert value_of(summary, "not_at_risk") == 6
    assert value_of(summary, "censored") is None
    assert value_of(summary, "death") is None


def test_few_persons_not_at_risk_are_hidden_together_with_a_status():
    summary = summary_of("full_rtw_28d", times([1] * 30 + [0] * 20 + [None] * 3))
    assert value_of(summary, "not_at_risk") is None
    assert value_of(summary, "censored") is None
    assert value_of(summary, "event") == 30
    assert value_of(summary, "event_percent") is None


def test_many_index_dates_of_few_persons_are_a_small_group():
    assert hide_small({"event": Cell(40, 4), "censored": Cell(20, 20)}, 5)["event"] is None


def test_a_group_of_few_persons_shows_no_number_at_all():
    columns = net_days([10.0] * 12) | {"arm": ["a"] * 8 + ["b"] * 4}
    summary = summary_of("net_sick_days_12m", columns, ["arm"])
    assert value_of(summary, "mean", "a") == 10
    hidden = summary.filter(pl.col("arm") == "b")
    assert hidden["value"].is_null().all()
    assert hidden["n"].is_null().all()


def test_there_is_no_total_over_groups():
    columns = net_days([10.0] * 12) | {"arm": ["a"] * 8 + ["b"] * 4}
    summary = summary_of("net_sick_days_12m", columns, ["arm"])
    assert set(summary["arm"]) == {"a", "b"}


def test_quartiles_need_more_persons_than_a_mean():
    few, many = (
        summary_of("net_sick_days_12m", net_days([10.0] * 8)),
        summary_of("net_sick_days_12m", net_days([float(day) for day in range(21)])),
    )
    assert value_of(few, "mean") == 10
    assert value_of(few, "median") is None
    assert value_of(many, "median") == 10


def test_the_share_of_events_is_of_those_at_risk():
    summary = summary_of("full_rtw_28d", times([1] * 10 + [0] * 10 + [None] * 20))
    assert value_of(summary, "event_percent") == 50
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


def test_few_who_reach_a_limit_are_hidden_and_so_are_the_others():
    summary = summary_of("dk_work_success_104w", answers([1] * 3 + [0] * 40))
    for statistic in ("yes", "no", "yes_percent"):
        assert value_of(summary, statistic) is None
