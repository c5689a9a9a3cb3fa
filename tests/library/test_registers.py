"""Shipped profiles, and examples of own ones: a delivery gives what the canonical table of it gives."""

import random
from datetime import date, timedelta
from importlib.resources import files

import polars as pl
import pytest

from rtw_outcomes import RtwError, compute
from tests.library.conftest import assert_no_secret

OBSERVED = (date(2019, 1, 1), date(2020, 12, 31))
OUTCOMES = ["net_sick_days_12m", "gross_sick_days_12m", "full_rtw_28d", "recurrence_12m"]
QUARTERS = [
    (date(year, month, 1), (date(year, month, 1) + timedelta(95)).replace(day=1) - timedelta(1))
    for year in (2019, 2020)
    for month in (1, 4, 7, 10)
]
CANONICAL = ["person_id", "start_date", "end_date", "extent", "benefit"]
NAV = ["fnr", "s_start", "s_stopp", "p_start", "p_slutt", "gj_uforg"]


def draw_spells(seed):
    """Spells of sixty persons that do not overlap, with a mean grade in each quarter."""
    rng = random.Random(seed)
    for person in range(60):
        day = OBSERVED[0] + timedelta(rng.randrange(200))
        for _ in range(rng.randint(1, 4)):
            end = min(day + timedelta(rng.randrange(250)), OBSERVED[1])
            if day <= end:
                yield f"0{person:010}", day, end, [rng.choice((1, 1, 0.5, 0.2)) for _ in QUARTERS]
            day = end + timedelta(rng.randrange(2, 60))


def write_as_nav(seed, folder):
    """One file for each quarter; in earlier ones a spell may still end on another day than later."""
    rng = random.Random(seed)
    canonical, rows_of = [], {first: [] for first, _ in QUARTERS}
    for person, start, end, grades in draw_spells(seed):
        for (first, last), grade in zip(QUARTERS, grades, strict=True):
            if start > last or end < first:
                continue
            told = end if end <= last else last + timedelta(rng.randrange(1, 400))
            days = (start, told, first, last)
            rows_of[first].append((person, *(f"{day:%Y%m%d}" for day in days), str(grade)))
            row = (person, max(start, first), min(end, last), 100.0 * grade, "sickness_benefit")
            canonical.append(row)
    for first, rows in rows_of.items():
        table = pl.DataFrame(rows, schema=dict.fromkeys(NAV, pl.String), orient="row")
        table.write_csv(folder / f"nav_{first:%Y%m}.csv", separator=";")
    return pl.DataFrame(canonical, schema=CANONICAL, orient="row")


def make_cohort(spells):
    first = spells.group_by("person_id", maintain_order=True).first()
    return first.select("person_id", index_date="start_date")


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_quarterly_files_of_nav_are_what_the_canonical_table_is(engine, tmp_path):
    canonical = write_as_nav(1, tmp_path)
    cohort = make_cohort(canonical)
    settings = {"observed": OBSERVED, "engine": engine}
    expected = compute(OUTCOMES, canonical, cohort, **settings)
    run = compute(OUTCOMES, f"{tmp_path}/nav_*.csv", cohort, register="nav", **settings)
    assert run.outcomes.equals(expected.outcomes)
    assert run.accounts[0].used == canonical.height
    assert not run.accounts[0].rules
    assert expected.outcomes["net_sick_days_12m"].sum() > 0


def test_a_quarter_that_was_delivered_twice_is_seen(tmp_path):
    canonical = write_as_nav(2, tmp_path)
    cohort = make_cohort(canonical)
    settings = {"observed": OBSERVED, "register": "nav"}
    pattern, quarter = f"{tmp_path}/nav_*.csv", tmp_path / "nav_202001.csv"
    expected = compute(OUTCOMES, pattern, cohort, **settings)
    again = tmp_path / "nav_202001_again.csv"
    again.write_text(quarter.read_text())
    run = compute(OUTCOMES, pattern, cohort, **settings)
    assert [rule.rule for rule in run.accounts[0].rules] == ["duplicate_row"]
    assert run.outcomes.equals(expected.outcomes)
    again.write_text(quarter.read_text().replace(";1\n", ";0.9\n"))
    with pytest.raises(RtwError, match=r"never has.*delivered|never has.*twice") as error:
        compute(OUTCOMES, pattern, cohort, **settings)
    assert_no_secret(error.value)
    largest = compute(OUTCOMES, pattern, cohort, overlap="largest", **settings)
    assert largest.outcomes.equals(expected.outcomes)


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ("1;20200101;20200110;20200101;20200331;", "missing_extent"),
        ("1;;20200110;20200101;20200331;1", "missing_start_date"),
        ("1;20200101;20200110;;20200331;1", "missing_period_from"),
        ("1;20200110;20200101;20200101;20200331;1", "dates_in_order"),
        ("1;20200401;20200410;20200101;20200331;1", "outside_period"),
        ("1;20200101;20200110;20200101;20200331;1.5", "extent_at_most_100"),
    ],
)
def test_the_tests_of_nav_are_rules(row, rule, tmp_path):
    good = "1;20200101;20200110;20200101;20200331;0.5\n"
    (tmp_path / "nav.csv").write_text(f"{';'.join(NAV)}\n{good}{row}\n")
    cohort = pl.DataFrame({"person_id": [1], "index_date": [date(2020, 1, 1)]})
    run = compute(
        OUTCOMES,
        tmp_path / "nav.csv",
        cohort,
        observed=OBSERVED,
        register="nav",
        tolerate="100 percent",
    )
    assert run.rejected["rule"].to_list() == [rule]
    assert run.outcomes["net_sick_days_12m"].to_list() == [5.0]
    assert run.outcomes["rejected_rows"].to_list() == [1]


def test_a_delivery_of_whole_spells_needs_versions_in_place_of_periods(tmp_path):
    """As the comment in the profile says: one row for each spell, which comes again when it changed."""
    profile = files("rtw_outcomes.registers").joinpath("nav.yaml").read_text("utf-8")
    clip, versions = (
        "clip_to: {from: p_start, to: p_slutt}\n",
        "versions: {key: [fnr, s_start], latest_by: p_slutt}",
    )
    assert f"\n{clip}" in profile
    assert f"`{versions}`" in profile
    path = tmp_path / "whole.yaml"
    path.write_text(profile.replace(f"\n{clip}", f"\n{versions}\n"))
    rows = [
        "1;20200120;20200430;20200101;20200331;1",
        "1;20200120;20200515;20200401;20200630;0.75",
        "2;20200302;20200320;20200101;20200331;0.5",
    ]
    (tmp_path / "nav.csv").write_text("\n".join((";".join(NAV), *rows, "")))
    days = [date(2020, 1, 20), date(2020, 3, 2)]
    cohort = pl.DataFrame({"person_id": [1, 2], "index_date": days})
    run = compute(OUTCOMES, tmp_path / "nav.csv", cohort, observed=OBSERVED, register=str(path))
    assert run.outcomes["net_sick_days_12m"].to_list() == [0.75 * 117, 0.5 * 19]
    assert run.rejected["rule"].to_list() == ["older_version"]
