"""Rows of one benefit that overlap: their extents add up, or the largest of each day counts."""

import random
from datetime import date, timedelta

import polars as pl
import pytest

from rtw_outcomes import compute
from tests.library.conftest import OBSERVED

FIRST, DAYS = date(2020, 1, 1), 60
BENEFITS = ("sickness_benefit", "rehabilitation_benefit", "disability_pension")
ABSENCE = BENEFITS[:2]
OUTCOMES = ["net_sick_days_12m", "gross_sick_days_12m"]


def draw_rows(seed):
    """Rows of forty persons, many of which overlap, touch, lie inside others or are equal in part."""
    rng = random.Random(seed)
    rows = []
    for person in range(40):
        for _ in range(rng.randint(1, 7)):
            start = FIRST + timedelta(rng.randrange(DAYS))
            end = start + timedelta(rng.choice((0, 0, 3, 10, 25)))
            extent = rng.choice((25.0, 50.0, 100.0))
            rows.append((person, start, end, extent, rng.choice(BENEFITS)))
    names = ["person_id", "start_date", "end_date", "extent", "benefit"]
    return pl.DataFrame(rows, schema=names, orient="row")


def count_days(rows, meaning):
    """Net and gross days of each person, by looking at every day."""
    of_a_day = {}
    for person, start, end, extent, benefit in set(rows.iter_rows()):
        if benefit in ABSENCE:
            for day in range((end - start).days + 1):
                at = of_a_day.setdefault((person, start + timedelta(day)), {})
                at.setdefault(benefit, []).append(extent)
    net, gross = [0.0] * 40, [0] * 40
    for (person, _), benefits in of_a_day.items():
        net[person] += min(100, sum(map(meaning, benefits.values()))) / 100
        gross[person] += 1
    return net, gross


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
@pytest.mark.parametrize("seed", range(4))
def test_the_largest_extent_of_each_day_counts(seed, engine):
    rows = draw_rows(seed)
    cohort = pl.DataFrame({"person_id": range(40), "index_date": [FIRST] * 40})
    for overlap, meaning in (("largest", max), ("sum", sum)):
        run = compute(OUTCOMES, rows, cohort, observed=OBSERVED, overlap=overlap, engine=engine)
        net, gross = count_days(rows, meaning)
        assert run.outcomes["net_sick_days_12m"].to_list() == pytest.approx(net)
        assert run.outcomes["gross_sick_days_12m"].to_list() == gross


def test_the_account_is_of_the_rows_as_delivered():
    rows = draw_rows(5)
    cohort = pl.DataFrame({"person_id": range(20), "index_date": [FIRST] * 20})
    runs = [
        compute(OUTCOMES, rows, cohort, observed=OBSERVED, overlap=overlap)
        for overlap in ("sum", "largest")
    ]
    first, second = (run.accounts[0] for run in runs)
    assert (first.rows, first.used, first.rules) == (second.rows, second.used, second.rules)
    notes = [{each.note: each for each in account.notes} for account in (first, second)]
    counts = [each["overlapping_rows"].count for each in notes]
    assert counts[0] == counts[1] > 0
    assert "largest extent counts" in notes[1]["overlapping_rows"].explanation
    assert notes[0]["not_in_cohort"] == notes[1]["not_in_cohort"]
