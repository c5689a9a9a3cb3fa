"""Random registers whose dates fall on and beside the days on which given outcomes turn.

Dates drawn evenly would almost never put a death on the last day of a run, or a gap of just the
length that still joins. So absences are set apart by the lengths that the definitions name, a day
more or less, and the index dates and censorings are put on or beside where absences begin and end.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from random import Random
from typing import Any, TypeVar

import polars as pl
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from pydantic import BaseModel

from rtw_outcomes.language.lengths import Length
from rtw_outcomes.language.measures.return_to_work import ReturnToWork
from rtw_outcomes.language.resolved import ResolvedOutcome
from rtw_outcomes.language.thresholds import OwnExtent, Threshold
from rtw_outcomes.language.vocabulary import (
    BENEFITS,
    DISABILITY_PENSION,
    EXITS,
    FULL_TIME_PPM,
)
from rtw_outcomes.language.yaml_types import EmployerPeriod
from rtw_outcomes.planning.nodes.values import CohortNumber
from rtw_outcomes.planning.tables import COHORT_SCHEMA, SPELLS_SCHEMA, Tables
from tests.generative.definitions import benefits_of
from tests.generative.measures import AMOUNT_COLUMN, SCORE_COLUMNS, SCORES

PersonId = int | str
Span = tuple[date, date]  # both days inclusive
RowOfOne = tuple[date, date, int, str]
Numbers = tuple[float | None, ...]  # of the columns of the cohort, in their order
IndexDateOfOne = tuple[date, date | None, date | None, str | None, Numbers]
Life = tuple[list[RowOfOne], list[IndexDateOfOne]]
T = TypeVar("T")
DAY = timedelta(days=1)
NUMBER_COLUMNS = (AMOUNT_COLUMN, *SCORE_COLUMNS)

# Month ends, leap days, and days from which adding months has to clamp.
FIRST_DATES = (date(2019, 1, 1), date(2018, 12, 31), date(2019, 2, 28), date(2019, 8, 30))
LAST_DATES = (date(2021, 12, 31), date(2022, 2, 28), date(2021, 4, 30), date(2022, 1, 1))
AWKWARD_DATES = (
    date(2020, 1, 1),
    date(2020, 2, 29),
    date(2019, 11, 30),
    date(2019, 12, 31),
    date(2020, 8, 31),
    date(2021, 2, 28),
    date(2020, 10, 29),
)

# The usual grades, and odd ones.
EXTENTS = (
    FULL_TIME_PPM,
    *(500_000, 250_000, 750_000, 125_000),
    *(499_999, 333_000, 666_667, 999_999, 1),
)


@dataclass(frozen=True)
class Row:
    """A row of the register."""

    person: PersonId
    start: date
    end: date
    extent_ppm: int
    benefit: str


@dataclass(frozen=True)
class IndexDate:
    """A row of the cohort."""

    person: PersonId
    index: date
    entered: date | None
    censored: date | None
    reason: str | None
    numbers: Numbers = (None,) * len(NUMBER_COLUMNS)


@dataclass(frozen=True)
class Register:
    """What an engine computes from, in a form that prints in full when a test fails."""

    observed_from: date
    observed_to: date
    rows: tuple[Row, ...]
    cohort: tuple[IndexDate, ...]
    text_ids: bool
    employer_periods: tuple[EmployerPeriod, ...] = ()

    def tables(self) -> Tables:
        """The same as frames."""
        person = {"person_id": pl.String() if self.text_ids else pl.Int64()}
        rows = [(r.person, r.start, r.end, r.extent_ppm, r.benefit) for r in self.rows]
        cohort = [
            (c.person, c.index, c.entered, c.censored, c.reason, *c.numbers) for c in self.cohort
        ]
        numbers = {CohortNumber(name).name: pl.Float64() for name in NUMBER_COLUMNS}
        return Tables(
            pl.DataFrame(rows, schema=person | SPELLS_SCHEMA, orient="row"),
            pl.DataFrame(cohort, schema=person | COHORT_SCHEMA | numbers, orient="row"),
            self.observed_from,
            self.observed_to,
        )

    def moved(self, days: int) -> "Register":
        """The same register at another time."""
        by = timedelta(days=days)
        return replace(
            self,
            observed_from=self.observed_from + by,
            observed_to=self.observed_to + by,
            rows=tuple(replace(r, start=r.start + by, end=r.end + by) for r in self.rows),
            cohort=tuple(
                replace(
                    c,
                    index=c.index + by,
                    entered=c.entered and c.entered + by,
                    censored=c.censored and c.censored + by,
                )
                for c in self.cohort
            ),
            employer_periods=tuple(
                employer_period(p.from_ + by, p.days) for p in self.employer_periods
            ),
        )


@dataclass(frozen=True)
class Limits:
    """What given definitions turn on; without any, what definitions often turn on."""

    # `runs` are the lengths that returns are sustained for, `rivals` what competes with an event,
    # `true_lengths` what spells are compared with from their true first day.
    lengths: tuple[Length, ...] = (Length(days=7), Length(days=28), Length(months=1))
    extents: tuple[int, ...] = ()
    benefits: tuple[str, ...] = ("sickness_benefit", "rehabilitation_benefit")
    runs: tuple[Length, ...] = (Length(days=28),)
    rivals: tuple[str, ...] = (DISABILITY_PENSION,)
    true_lengths: tuple[Length, ...] = ()

    def as_seen(self, periods: Sequence[EmployerPeriod]) -> "Limits":
        """With the lengths that spells have in the register when they truly have the limits'."""
        seen = [
            Length(days=length.days - period.days)
            for length in self.true_lengths
            for period in periods
            if length.days > period.days
        ]
        return replace(self, lengths=(*self.lengths, *seen))


def find_limits(resolved: Sequence[ResolvedOutcome]) -> Limits:
    """Every length, threshold and benefit that the definitions name, wherever it stands."""
    outcomes = [each.outcome for each in resolved]
    thresholds = [each.limit for outcome in outcomes for each in _find(Threshold, outcome)]
    lengths = {length for outcome in outcomes for length in _find(Length, outcome)}
    lengths |= {limit.day for limit in thresholds if isinstance(limit, OwnExtent)}
    extents = {
        max(1, min(FULL_TIME_PPM, limit + beside))
        for limit in thresholds
        if isinstance(limit, int)
        for beside in (0, -1, 1)
    }
    benefits = Counter(benefit for outcome in outcomes for benefit in benefits_of(outcome))
    return Limits(
        tuple(sorted(lengths, key=lambda length: (length.least_days, length.months))),
        tuple(sorted(extents, reverse=True)),
        tuple(benefit for benefit, _ in benefits.most_common()),
        tuple(o.kind.sustained for o in outcomes if isinstance(o.kind, ReturnToWork)),
        tuple(b for outcome in outcomes for b in (DISABILITY_PENSION, *outcome.competing)),
        tuple(
            length
            for outcome in outcomes
            if outcome.counts_from_true_first_day
            for length in _find(Length, outcome.kind)
        ),
    )


def _find(kind: type[T], part: Any) -> Iterator[T]:
    if isinstance(part, kind):
        yield part
    elif isinstance(part, BaseModel):
        yield from _find(kind, tuple(part.__dict__.values()))
    elif isinstance(part, tuple):
        for value in part:
            yield from _find(kind, value)


USUAL = Limits()

# Hypothesis spends more on the making of a strategy than on drawing from it.
of_one_study = lru_cache(maxsize=8)
BESIDE = st.sampled_from((0, 0, -1, 1))
DAYS_OF_ABSENCE = st.one_of(st.sampled_from((1, 2, 3, 7, 14, 30, 60, 140)), st.integers(1, 90))
DAYS_BEFORE_INDEX = st.sampled_from((0, 0, 1, 7, 60, 200))
DAYS_OF_EMPLOYER = st.one_of(st.sampled_from((0, 14, 21, 28)), st.integers(1, 40))
DAYS_OF_RIVAL = st.sampled_from((400, 30, 0))
NUMBER_OF_RIVALS = st.integers(0, 2)
NUMBER_OF_ABSENCES = st.integers(0, 6)
FORMS_OF_ABSENCE = st.sampled_from(("one", "one", "steps", "overlap", "twice"))
BEGINNINGS_OF_OBSERVATION = st.sampled_from(
    ("none", "none", "none", "none", "none", "near", "near", "before", "limit")
)
DAYS_OBSERVED_BEFORE = st.one_of(st.integers(0, 9), st.sampled_from((28, 31, 90, 366)))
ENDS_OF_OBSERVATION = st.sampled_from(
    ("none", "near", "none", "near", "none", "near", "near", "limit", "reason only")
)
REASONS = st.sampled_from((*EXITS, *EXITS, "moved", None))
AMOUNTS = st.sampled_from((None, 0.0, 0.1, 1250.0, 3333.33))
SCORES_OR_NONE = st.sampled_from((None, *SCORES))
NUMBERS = st.tuples(AMOUNTS, *[SCORES_OR_NONE] * len(SCORE_COLUMNS))
DAYS_TO_CUT = st.integers(0, 60)


@st.composite
def registers(draw: DrawFn, limits: Limits = USUAL, least: int = 1, most: int = 4) -> Register:
    """A register of a few persons, most of them with several index dates.

    Args:
        draw: given by Hypothesis.
        limits: what the definitions turn on.
        least: the fewest persons.
        most: the most persons.
    """
    observed = draw(st.tuples(st.sampled_from(FIRST_DATES), st.sampled_from(LAST_DATES)))
    text_ids = draw(st.booleans())
    periods = draw(employer_periods(observed))
    limits = limits.as_seen(periods)
    drawn = draw(st.lists(lives(observed, limits), min_size=least, max_size=most))
    rows, cohort = [], []
    for number, (rows_of_one, index_dates) in enumerate(drawn, start=1):
        person = f"p {number}" if text_ids else number
        rows += [Row(person, *row) for row in rows_of_one]
        cohort += [IndexDate(person, *index_date) for index_date in index_dates]
    order = Random(draw(st.integers(0, 9)))
    order.shuffle(rows)
    order.shuffle(cohort)
    return Register(*observed, tuple(rows), tuple(cohort), text_ids, periods)


@st.composite
def employer_periods(draw: DrawFn, observed: Span) -> tuple[EmployerPeriod, ...]:
    """A few changes of what employers pay, some of them on dates on which spells begin."""
    dates = draw(st.lists(dates_inside(observed), max_size=3, unique=True))
    return tuple(employer_period(each, draw(DAYS_OF_EMPLOYER)) for each in sorted(dates))


def employer_period(start: date, days: int) -> EmployerPeriod:
    return EmployerPeriod.model_validate({"from": start.isoformat(), "days": days})


@st.composite
def lives(draw: DrawFn, observed: Span, limits: Limits) -> Life:
    """The register rows and index dates of one person."""
    index = draw(dates_inside(observed))
    absences = draw(absences_around(index, limits))
    turns = [index, *draw(turns_of(absences, limits))]
    usual = draw(st.tuples(extents(limits), benefits(limits)))
    rows = [row for absence in absences for row in draw(rows_of(absence, usual, limits))]
    for _ in range(draw(NUMBER_OF_RIVALS)):
        start = draw(st.sampled_from((turns[-1], draw(near(turns, limits)))))
        end = start + draw(DAYS_OF_RIVAL) * DAY
        rows.append((start, end, draw(extents(limits)), draw(rivals(limits))))
        turns.append(start)
    others = draw(st.lists(st.one_of(st.sampled_from(turns), near(turns, limits)), max_size=4))
    index_dates = [
        (
            day,
            draw(entries(day, observed, turns, limits)),
            *draw(censorings(day, observed, turns, limits)),
            draw(NUMBERS),
        )
        for day in dict.fromkeys((index, *others))
        if observed[0] <= day <= observed[1]
    ]
    if draw(st.integers(0, 9)) == 9:
        index_dates = []  # somebody of the register who is in no cohort
    return rows, index_dates


@st.composite
def turns_of(draw: DrawFn, absences: list[Span], limits: Limits) -> list[date]:
    """The days on which something may turn: where absences begin and end, and runs after them."""
    run = draw(st.sampled_from(limits.runs)) if limits.runs else Length(days=1)
    return [
        day
        for start, end in absences
        for day in (start, end, end + DAY, run.after(end + DAY), run.after(end + DAY))
    ]


def dates_inside(observed: Span) -> SearchStrategy[date]:
    """Awkward dates and the limits of the extract as often as all others."""
    return st.one_of(
        st.sampled_from(AWKWARD_DATES), st.sampled_from(observed), *[st.dates(*observed)] * 2
    )


@st.composite
def absences_around(draw: DrawFn, index: date, limits: Limits) -> list[Span]:
    """Absences one after the other, the first one mostly over the index date."""
    start = index - draw(DAYS_BEFORE_INDEX) * DAY
    spans: list[Span] = []
    for _ in range(draw(NUMBER_OF_ABSENCES)):
        end = start + (draw(DAYS_OF_ABSENCE) - 1) * DAY
        if draw(st.integers(0, 4)) == 4 or (not spans and end < index):
            end = draw(near([index, start], limits))
        end = max(start, end)
        spans.append((start, end))
        start = draw(near([end + DAY, end + DAY, end + DAY, index], limits))
    return spans


@st.composite
def near(draw: DrawFn, turns: Sequence[date], limits: Limits) -> date:
    """A length after one of the turns, or a day beside that; a length that is named, or short."""
    turn = draw(st.sampled_from(turns))
    return draw(steps(limits)).after(turn) + draw(BESIDE) * DAY


@of_one_study
def steps(limits: Limits) -> SearchStrategy[Length]:
    short = st.integers(0, 12).map(lambda days: Length(days=days))
    named = st.sampled_from(limits.lengths)
    return st.one_of(st.just(Length()), short, named, named)


@st.composite
def rows_of(draw: DrawFn, absence: Span, usual: tuple[int, str], limits: Limits) -> list[RowOfOne]:
    """One absence as the register may hold it: in one row, in two after another or overlapping."""
    start, end = absence
    same = st.just(usual)
    another = st.tuples(extents(limits), benefits(limits))
    extent, benefit = draw(st.one_of(same, same, another))
    other_extent, other = draw(st.one_of(same, another, another))
    cut = min(end, start + draw(DAYS_TO_CUT) * DAY)
    match draw(FORMS_OF_ABSENCE):
        case "steps" if cut > start:
            return [(start, cut - DAY, extent, benefit), (cut, end, other_extent, other)]
        case "overlap":
            later = end + draw(st.sampled_from((0, 0, -1, 1, 20))) * DAY
            return [
                (start, end, extent, benefit),
                (cut, max(cut, later), other_extent, other),
            ]
        case "twice":  # as two decisions on the same days, told apart by what engines do not see
            return [(start, end, extent, benefit)] * 2
    return [(start, end, extent, benefit)]


@of_one_study
def extents(limits: Limits) -> SearchStrategy[int]:
    """Full time, the thresholds, a part per million beside them, and what adds up to them."""
    rests = [whole - 333_333 for whole in (FULL_TIME_PPM, *limits.extents) if whole > 333_333]
    return st.one_of(
        st.just(FULL_TIME_PPM),
        st.just(FULL_TIME_PPM),
        st.sampled_from((*limits.extents, *EXTENTS)),
        st.sampled_from((333_333, *rests)),
    )


@of_one_study
def benefits(limits: Limits) -> SearchStrategy[str]:
    """Mostly those that most definitions name."""
    shared, named = st.sampled_from(limits.benefits[:2]), st.sampled_from(limits.benefits)
    return st.one_of(shared, shared, named, st.sampled_from(BENEFITS))


@of_one_study
def rivals(limits: Limits) -> SearchStrategy[str]:
    """Benefits whose beginning competes with an event."""
    return st.sampled_from([rival for rival in limits.rivals if rival in BENEFITS])


@st.composite
def entries(
    draw: DrawFn, index: date, observed: Span, turns: Sequence[date], limits: Limits
) -> date | None:
    """The beginning of a person's observation; for most that of the extract."""
    match draw(BEGINNINGS_OF_OBSERVATION):
        case "near":  # a length of the definitions may reach back: a window before the index date
            return min(index, draw(near(draw(st.sampled_from(([index], turns))), limits)))
        case "before":
            return index - draw(DAYS_OBSERVED_BEFORE) * DAY
        case "limit":
            return min(index, observed[0] + draw(st.sampled_from((0, -1, 1, -200))) * DAY)
    return None


@st.composite
def censorings(
    draw: DrawFn, index: date, observed: Span, turns: Sequence[date], limits: Limits
) -> tuple[date | None, str | None]:
    """The end of a person's observation, or none; a reason without a date now and then."""
    reason = draw(REASONS)
    match draw(ENDS_OF_OBSERVATION):
        case "none":
            return None, None
        case "near":
            return max(index, draw(near(turns, limits))), reason
        case "limit":
            return max(index, observed[1] + draw(st.sampled_from((0, -1, 1, 200))) * DAY), reason
    return None, reason
