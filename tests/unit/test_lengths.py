"""How far lengths reach, compared with every day of the calendar."""

from datetime import date

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rtw_outcomes.language.lengths import Length

# The calendar repeats itself after 400 years.
DATES = pl.select(pl.date_range(date(2000, 1, 1), date(2399, 12, 31))).to_series()
UNITS = {"day": "d", "week": "w", "month": "mo", "year": "y"}


def ends(text: str) -> pl.Series:
    """The dates that a length leads to, reckoned by another program than ours."""
    count, unit, *before = text.split()
    sign = "-" if before else ""
    return DATES.dt.offset_by(f"{sign}{count}{UNITS[unit.removesuffix('s')]}")


@st.composite
def pairs_of_lengths(draw):
    """Two lengths that lie near to each other, one of them often in days and one in months."""
    months = draw(st.one_of(st.integers(2, 30), st.integers(2, 1198)))
    days = round(months * 30.436875) + draw(st.integers(-4, 4))
    before = draw(st.sampled_from(("", " before")))
    near = [f"{months} months", f"{months + draw(st.integers(-2, 2))} months"]
    near += [f"{days} days", f"{days // 7} weeks", f"{months // 12} years"]
    return draw(st.tuples(*[st.sampled_from([each + before for each in near])] * 2))


@settings(deadline=None)
@example(("12 months", "11 months"))
@example(("11 months before", "12 months before"))
@example(("1 year", "52 weeks"))
@example(("1 month", "27 days"))
@example(("1 month", "28 days"))
@example(("31 days", "1 month"))
@example(("32 days", "1 month"))
@example(("100 years", "36524 days"))
@given(pairs_of_lengths())
def test_a_length_ends_after_another_one_when_it_does_from_every_date(pair):
    one, other = map(Length.parse_either_way, pair)
    assert one.ends_after(other) == (ends(pair[0]) > ends(pair[1])).all()


@settings(deadline=None)
@given(st.integers(0, 1200), st.sampled_from(("", " before")))
def test_a_length_spans_no_fewer_and_no_more_days_than_it_says(months, before):
    text = f"{months} months{before}"
    spans = (ends(text) - DATES).dt.total_days()
    length = Length.parse_either_way(text)
    assert length.least_days <= spans.min() <= spans.max() <= length.most_days


@pytest.mark.parametrize("text", ["010 months", "00 days", "01 week"])
def test_a_length_has_no_zero_in_front(text):
    with pytest.raises(ValueError, match="no 0 in front"):
        Length.parse(text)
