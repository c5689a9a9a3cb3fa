"""Spells and steps as the register has them, against a count day by day."""

import random
from collections import Counter
from datetime import date, timedelta

import polars as pl
import pytest

from rtw_outcomes.quality.register_spells import count_steps, find_spells

ORIGIN = date(1999, 12, 20)


def draw_rows(seed):
    """Rows of some persons, in the order of persons and first days; many touch or overlap."""
    draw = random.Random(seed)
    rows = [
        (person, start, start + draw.randrange(12))
        for person in range(draw.randrange(1, 5))
        for start in (draw.randrange(60) for _ in range(draw.randrange(1, 7)))
    ]
    return sorted(rows)


def to_frame(rows):
    """The rows as the intake leaves them."""
    days = [(f"P{p}", ORIGIN + timedelta(start), ORIGIN + timedelta(end)) for p, start, end in rows]
    return pl.DataFrame(days, schema=["person_id", "start_date", "end_date"], orient="row").lazy()


def find_spells_by_day(rows):
    """The longest runs of days of each person."""
    days = sorted({(p, day) for p, start, end in rows for day in range(start, end + 1)})
    firsts = [each for each in days if (each[0], each[1] - 1) not in days]
    lasts = [each for each in days if (each[0], each[1] + 1) not in days]
    return [(p, first, last) for (p, first), (_, last) in zip(firsts, lasts, strict=True)]


@pytest.mark.parametrize("seed", range(60))
def test_spells_are_the_longest_runs_of_days(seed):
    rows = draw_rows(seed)
    found = find_spells(to_frame(rows))
    persons = sorted({p for p, _, _ in rows})
    assert [
        (persons[number - 1], (start - ORIGIN).days, (end - ORIGIN).days)
        for number, start, end in found.iter_rows()
    ] == find_spells_by_day(rows)


@pytest.mark.parametrize("seed", range(60))
def test_a_step_is_the_free_days_since_all_rows_before(seed):
    rows = draw_rows(seed)
    steps, persons = Counter(), {}
    for place, (person, start, _) in enumerate(rows):
        before = [end for p, _, end in rows[:place] if p == person]
        if before:
            days = min(31, max(-2, start - max(before) - 1))
            steps[days] += 1
            persons.setdefault(days, set()).add(person)
    expected = [(days, count, len(persons[days])) for days, count in sorted(steps.items())]
    assert count_steps(to_frame(rows)).rows() == expected
