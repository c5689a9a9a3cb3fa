"""What a hidden result says of itself: that it is hidden, and nothing more."""

from datetime import date, timedelta

import polars as pl
import pytest

from rtw_outcomes import compute

OBSERVED = (date(2015, 1, 1), date(2023, 12, 31))
INDEX = date(2020, 1, 1)
EACH = 30
OUTCOMES = ["full_rtw_28d", "net_sick_days_12m", "fk_return_part_12m"]


@pytest.fixture(scope="module")
def results():
    """Of arm a all are back at work early; of arm b half are, and the others never."""
    never = range(EACH, EACH + EACH // 2)
    spells = pl.DataFrame(
        {
            "person_id": list(range(2 * EACH)),
            "start_date": [INDEX - timedelta(days=10)] * 2 * EACH,
            "end_date": [
                INDEX + timedelta(days=2000 if person in never else 20)
                for person in range(2 * EACH)
            ],
            "extent": [100] * 2 * EACH,
            "benefit": ["sickness_benefit"] * 2 * EACH,
        }
    )
    cohort = pl.DataFrame(
        {
            "person_id": list(range(2 * EACH)),
            "index_date": [INDEX] * 2 * EACH,
            "arm": ["a"] * EACH + ["b"] * EACH,
        }
    )
    compare = {"groups": "arm", "reference": "b", "at": ["90 days", "12 months"]}
    return compute(OUTCOMES, spells, cohort, observed=OBSERVED, compare=compare).results


def test_what_all_persons_of_a_group_have_is_told_nowhere(results):
    """Neither as a count, nor as the count by a day, nor as 100 percent."""
    of_all = results.filter(
        (pl.col("outcome") == "full_rtw_28d") & (pl.col("group1_level") == "a")
    ).filter(pl.col("stat").is_in([float(EACH), 100.0]) & (pl.col("stat_name") != "n.risk"))
    assert set(of_all["variable"].to_list()) <= {""}, of_all
    assert set(of_all["stat_name"].to_list()) <= {"n"}, of_all


def test_a_hidden_estimate_does_not_say_whether_it_has_an_interval(results):
    """A ratio has none where nobody of a group has the event, which the summary hides."""
    hidden = results.filter(pl.col("suppressed"))
    assert not hidden.is_empty()
    assert hidden.filter(pl.col("stat_name").is_in(["conf.low", "conf.high", "p.value"])).is_empty()
