"""What may be changed in a register, or in time, without changing any outcome.

Asked of the reference engine, as in `test_properties.py`.
"""

from dataclasses import replace
from datetime import timedelta
from random import Random

from hypothesis import given, note
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from rtw_outcomes.language.vocabulary import BENEFITS, FULL_TIME_PPM
from tests.generative.definitions import benefits_of, resolve
from tests.generative.measures import UNITS_OF_DAYS
from tests.generative.registers import DAY, Row
from tests.generative.strategies import in_rounds, studies

FOUR_YEARS = 1461  # days; the calendar repeats itself after them from 1901 to 2099


@in_rounds(60)
@given(studies(UNITS_OF_DAYS), st.integers(-2_000, 2_000))
def test_outcomes_in_days_are_the_same_at_any_time(study, days):
    moved = study.with_register(study.register.moved(days)).results
    assert_frame_equal(moved, study.results)


@in_rounds(60)
@given(studies(), st.integers(-10, 10))
def test_outcomes_in_months_are_the_same_four_years_on(study, times):
    moved = study.with_register(study.register.moved(times * FOUR_YEARS)).results
    assert_frame_equal(moved, study.results)


def split_rows(register, random, _):
    """Each row of several days becomes two that adjoin."""
    for row in register.rows:
        cut = random.randint(0, (row.end - row.start).days) * DAY
        if cut:
            yield replace(row, end=row.start + cut - DAY)
        yield replace(row, start=row.start + cut)


def split_extents(register, random, _):
    """Each row becomes two of the same days that share its extent."""
    for row in register.rows:
        part = random.randint(0, row.extent_ppm - 1)
        if part:
            yield replace(row, extent_ppm=part)
        yield replace(row, extent_ppm=row.extent_ppm - part)


def shuffle_rows(register, random, _):
    yield from random.sample(register.rows, len(register.rows))


def add_rows_outside_the_extract(register, random, _):
    yield from register.rows
    for index in register.cohort:
        for end in (register.observed_from - DAY, register.observed_to + timedelta(days=50)):
            days = random.randint(0, 49)
            yield Row(index.person, end - days * DAY, end, FULL_TIME_PPM, random.choice(BENEFITS))


def cut_rows_to_the_extract(register, _, __):
    for row in register.rows:
        start = max(row.start, register.observed_from)
        end = min(row.end, register.observed_to)
        if start <= end:
            yield replace(row, start=start, end=end)


def add_rows_after_the_last_observed_day(register, random, _):
    yield from register.rows
    for person in {index.person for index in register.cohort}:
        last_days = [
            min(index.censored or register.observed_to, register.observed_to)
            for index in register.cohort
            if index.person == person
        ]
        start = max(last_days) + random.randint(1, 9) * DAY
        end = start + timedelta(days=99)
        yield Row(person, start, end, FULL_TIME_PPM, random.choice(BENEFITS))


def add_rows_before_the_first_observed_day(register, random, _):
    yield from register.rows
    for person in {index.person for index in register.cohort}:
        first_days = [
            max(index.entered or register.observed_from, register.observed_from)
            for index in register.cohort
            if index.person == person
        ]
        end = min(first_days) - random.randint(1, 9) * DAY
        start = end - timedelta(days=99)
        yield Row(person, start, end, FULL_TIME_PPM, random.choice(BENEFITS))


def add_rows_of_somebody_else(register, random, _):
    yield from register.rows
    for row in register.rows:
        yield replace(row, person="x" if register.text_ids else 0)
        yield replace(row, extent_ppm=random.randint(1, FULL_TIME_PPM), person=row.person * 100)


def add_rows_of_benefits_that_nothing_is_said_of(register, random, definitions):
    yield from register.rows
    said = {"disability_pension"}  # what the states of a day look at in any case
    for outcome in (each.outcome for each in resolve(definitions)):
        said |= {*benefits_of(outcome), *outcome.competing}
    for row in register.rows:
        for benefit in sorted({*BENEFITS} - said):
            end = row.end + random.randint(0, 30) * DAY
            yield replace(row, benefit=benefit, end=end, extent_ppm=FULL_TIME_PPM)


CHANGES = (
    split_rows,
    split_extents,
    shuffle_rows,
    add_rows_outside_the_extract,
    cut_rows_to_the_extract,
    add_rows_after_the_last_observed_day,
    add_rows_before_the_first_observed_day,
    add_rows_of_somebody_else,
    add_rows_of_benefits_that_nothing_is_said_of,
)


@in_rounds(60)
@given(study=studies(), seed=st.integers(0, 99))
def test_a_change_of_rows_that_says_nothing_new_changes_nothing(study, seed):
    """Every change of one study: to draw it costs more than to compute it."""
    for change in CHANGES:
        note(change.__name__)
        rows = tuple(change(study.register, Random(seed), study.definitions))
        changed = study.with_register(replace(study.register, rows=rows)).results
        assert_frame_equal(changed, study.results)
