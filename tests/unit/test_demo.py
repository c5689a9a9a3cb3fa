"""The demo is held against the published counts and against what its docstrings promise."""

import contextlib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import yaml

from rtw_outcomes.demo import effect
from rtw_outcomes.demo.cohort import INDEX_DATES_OUTSIDE
from rtw_outcomes.demo.delivery import COLUMNS, DemoFiles, write_demo
from rtw_outcomes.demo.dirt import BROKEN_ROWS, NO_DIAGNOSIS, SUPPLEMENT
from rtw_outcomes.demo.persons import draw_persons
from rtw_outcomes.demo.published import LENGTH_CLASSES, read_started_spells
from rtw_outcomes.demo.register import PENSION, cut_into_subspells
from rtw_outcomes.demo.spells import draw_spells
from rtw_outcomes.errors import UsageError
from rtw_outcomes.jobs.run import run_study

pytestmark = pytest.mark.slow  # left out by `make quick`

OBSERVED_TO = date(2019, 12, 31)
PART_TIME = ("0.25", "0.5", "0.75")
DEL_DATES, FALL_DATES = ("DEL_FROM_DATUM", "DEL_TOM_DATUM"), ("FALL_FROM_DATUM", "FALL_TOM_DATUM")

# A share drawn from n spells is off by a standard error of sqrt(p (1 - p) / n); five of
# them leave room for all the cells that are looked at, and none for a wrong share.
STANDARD_ERRORS = 5


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoFiles:
    """A delivery in which the intervention does nothing, so that lengths are as they were drawn."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(effect, "SHARE_SHORTENED", 0)
        return write_demo(tmp_path_factory.mktemp("demo"), persons=100_000, seed=1)


@pytest.fixture(scope="module")
def rows(demo: DemoFiles) -> pl.DataFrame:
    return read_rows(demo)


@pytest.fixture(scope="module")
def cohort(demo: DemoFiles) -> pl.DataFrame:
    return pl.read_csv(demo.cohort, try_parse_dates=True)


@pytest.fixture(scope="module")
def spells(rows: pl.DataFrame) -> pl.DataFrame:
    """One row a spell of sickness, with its length in days: nothing broken is left in it."""
    of_persons = rows.filter(pl.col("lopnr").is_not_null() & (pl.col("DELFORMAN1_KOD") != PENSION))
    return (
        of_persons.group_by("lopnr", "FALL_FROM_DATUM")
        .agg(
            pl.col("FALL_TOM_DATUM", "KON_KOD", "FORSAKRADTYP_KOD").first(),
            diagnosis=pl.col("DIAGNOS_KOD").first(),
            part_time=pl.col("OMFATTNING").is_in(PART_TIME).any(),
            first_extent=pl.col("OMFATTNING").sort_by("DEL_FROM_DATUM").first(),
        )
        .with_columns(pl.col(FALL_DATES).str.to_date())
        .with_columns(days=days_between(*FALL_DATES), year=pl.col("FALL_FROM_DATUM").dt.year())
        .sort("lopnr", "FALL_FROM_DATUM")
    )


@pytest.fixture(scope="module")
def started_2017(spells: pl.DataFrame) -> pl.DataFrame:
    """Spells of 2017 can be seen for two years: no length class is cut by the extract's end."""
    known = spells.filter(
        (pl.col("year") == 2017) & (pl.col("days") > 14) & (pl.col("diagnosis") != NO_DIAGNOSIS)
    )
    classes = pl.coalesce(
        pl.when(pl.col("days").is_between(*bounds)).then(pl.lit(name))
        for name, bounds in LENGTH_CLASSES.items()
    )
    return known.with_columns(length_class=classes)


def read_rows(demo: DemoFiles) -> pl.DataFrame:
    return pl.read_csv(demo.spells, separator="\t", infer_schema=False)


def days_between(first: str, last: str) -> pl.Expr:
    return (pl.col(last) - pl.col(first)).dt.total_days() + 1


def readable(rows: pl.DataFrame) -> pl.DataFrame:
    dates = rows.with_columns(pl.col(*DEL_DATES, *FALL_DATES).str.to_date(strict=False))
    return dates.with_columns(pl.col("OMFATTNING").cast(float, strict=False)).drop_nulls(
        ["lopnr", "OMFATTNING", *DEL_DATES]
    )


def assert_shares(counts: np.ndarray, expected: np.ndarray) -> None:
    share = expected / expected.sum()
    standard_error = np.sqrt(share * (1 - share) / counts.sum())
    off = np.abs(counts / counts.sum() - share) / standard_error
    assert off.max() < STANDARD_ERRORS


# The published counts


def test_the_published_counts_are_those_of_23_diagnoses():
    published = read_started_spells()
    assert published.counts.shape == (23, 5)
    assert published.counts.sum() == 244_151
    f43 = published.counts[published.diagnoses.index("F43")]
    assert list(f43) == [13_432, 24_062, 13_023, 12_435, 8_288]


def test_started_spells_follow_the_published_counts_by_diagnosis(started_2017):
    published = read_started_spells()
    counts = [started_2017.filter(diagnosis=code).height for code in published.diagnoses]
    assert sum(counts) == started_2017.height
    assert_shares(np.array(counts), published.counts.sum(axis=1))


def test_started_spells_follow_the_published_counts_by_length_class(started_2017):
    counts = [started_2017.filter(length_class=name).height for name in LENGTH_CLASSES]
    assert sum(counts) == started_2017.height
    assert_shares(np.array(counts), read_started_spells().counts.sum(axis=0))


@pytest.mark.parametrize("diagnosis", ["F43", "F32", "M54", "S82", "I63"])
def test_length_classes_follow_the_published_counts_within_a_diagnosis(started_2017, diagnosis):
    published = read_started_spells()
    of_diagnosis = started_2017.filter(diagnosis=diagnosis)
    counts = [of_diagnosis.filter(length_class=name).height for name in LENGTH_CLASSES]
    assert_shares(np.array(counts), published.counts[published.diagnoses.index(diagnosis)])


def test_half_of_all_f43_spells_are_over_within_about_55_days(spells):
    f43 = spells.filter((pl.col("diagnosis") == "F43") & (pl.col("year") < 2018))
    assert 50 <= f43["days"].median() <= 60


# Persons and seasons


def test_persons_have_between_1_3_and_1_5_spells(demo, spells):
    assert 1.3 <= spells.height / demo.persons <= 1.5


def test_every_person_has_rows(rows):
    assert rows["lopnr"].cast(int).drop_nulls().unique().sort().to_list() == list(range(1, 100_001))


def test_64_percent_of_the_persons_are_women(rows):
    women = (rows.unique("lopnr")["KON_KOD"] == "2").mean()
    assert women == pytest.approx(0.64, abs=0.01)


def test_fewer_spells_start_in_summer_and_more_in_winter(spells):
    started = pl.col("FALL_FROM_DATUM")
    starts = spells.filter(pl.col("year").is_between(2015, 2018))
    by_month = starts.group_by(month=started.dt.month()).agg(
        per_day=pl.len() / started.dt.month_end().unique().dt.day().sum()
    )
    average = starts.height / (4 * 365 + 1)
    summer = by_month.filter(pl.col("month").is_in([6, 7, 8]))["per_day"]
    winter = by_month.filter(pl.col("month").is_in([1, 2]))["per_day"]
    assert summer.max() < 0.92 * average
    assert summer.mean() < 0.85 * average
    assert winter.min() > 1.05 * average


def test_part_time_is_a_quarter_to_a_third_of_spells_and_commoner_among_women(spells):
    over_14_days = spells.filter(pl.col("days") > 14)
    assert 0.25 <= over_14_days["part_time"].mean() <= 0.33
    women, men = (over_14_days.filter(KON_KOD=code)["part_time"].mean() for code in ("2", "1"))
    assert women > 1.2 * men


def test_part_time_is_commoner_in_long_spells(spells):
    share = {
        name: spells.filter(pl.col("days").is_between(*bounds))["part_time"].mean()
        for name, bounds in LENGTH_CLASSES.items()
    }
    assert list(share.values()) == sorted(share.values())


def test_only_those_not_employed_have_spells_of_14_days_or_less(spells, cohort):
    censored = cohort.drop_nulls("censor_date")["person_id"].cast(pl.String).implode()
    whole = spells.filter(
        (pl.col("FALL_TOM_DATUM") < OBSERVED_TO) & ~pl.col("lopnr").is_in(censored)
    )
    short = whole.filter(pl.col("days") <= 14)
    assert 0.1 < short.height / spells.height < 0.3
    assert set(short["FORSAKRADTYP_KOD"]) == {"2", "3", "5"}


def test_relapses_come_within_days_weeks_and_months(spells):
    ended = pl.col("FALL_TOM_DATUM").shift(1).over("lopnr")
    free = spells.select(free=(pl.col("FALL_FROM_DATUM") - ended).dt.total_days() - 1)["free"]
    kinds = [free.is_between(1, 5).sum(), free.is_between(6, 40).sum(), (free > 40).sum()]
    assert free.min() >= 1
    assert min(kinds) > 0.1 * sum(kinds)


# The layout


def test_the_layout_is_that_of_a_delivery(rows):
    assert tuple(rows.columns) == COLUMNS
    assert set(rows["SYNTHETIC"]) == {"synthetic"}
    assert set(rows["OMFATTNING"]) == {"0", *PART_TIME, "1", "halv", "1.5"}


def test_rows_are_counted_and_in_order(demo, rows, cohort):
    assert (demo.spell_rows, demo.cohort_rows) == (rows.height, cohort.height)
    order = readable(rows).select(pl.col("lopnr").cast(int), "DEL_FROM_DATUM")
    assert order.equals(order.sort("lopnr", "DEL_FROM_DATUM"))


def test_nothing_is_later_than_the_extract(rows):
    assert rows.select(pl.max_horizontal(pl.max(*DEL_DATES, *FALL_DATES))).item() == "2019-12-31"


def test_the_first_14_days_of_an_employee_are_unpaid(rows):
    started = rows.filter(
        (pl.col("DEL_FROM_DATUM") == pl.col("FALL_FROM_DATUM"))
        & (pl.col("FALL_FROM_DATUM") != pl.col("FALL_FROM_DATUM2"))
        & (pl.col("FORSAKRADTYP_KOD") == "8")
    )
    assert set(started["OMFATTNING"]) - {"1.5", "halv"} == {"0"}
    assert set(started["DEL_DAGAR_TOT"]) == {"14"}
    assert set(started["DEL_DAGAR_BRUTTO"]) == {"0"}
    waits = started.height / rows.filter(FORSAKRADTYP_KOD="8").height
    assert waits > 0.3


def test_pensions_run_to_the_end_of_the_extract_and_may_be_partial(demo, rows):
    pensions = readable(rows).filter(DELFORMAN1_KOD=PENSION)
    assert 0.01 <= pensions["lopnr"].n_unique() / demo.persons <= 0.02
    assert set(pensions["OMFATTNING"]) == {0.25, 0.5, 0.75, 1.0}
    last = pensions.group_by("lopnr").agg(pl.max("DEL_TOM_DATUM", "FALL_TOM_DATUM"))
    assert (last["DEL_TOM_DATUM"] == OBSERVED_TO).mean() > 0.97  # the rest died or left
    raised = pensions.group_by("lopnr").agg(pl.col("OMFATTNING").n_unique())
    assert (raised["OMFATTNING"] == 2).any()


def test_subspells_fill_their_spell_before_there_is_any_dirt():
    rng = np.random.default_rng(1)
    persons = draw_persons(5_000, rng)
    last_days = np.full(5_000, (OBSERVED_TO - date(1970, 1, 1)).days, dtype=np.int32)
    spells = draw_spells(persons, rng).with_columns(shortened_from=pl.lit(None, pl.Int32))
    rows = cut_into_subspells(persons, spells, last_days, rng)
    follows = pl.col("DEL_TOM_DATUM").shift(1).over("spell") + timedelta(days=1)
    assert rows.filter(pl.col("DEL_FROM_DATUM") != follows).is_empty()
    spells = rows.group_by("spell").agg(pl.sum("DEL_DAGAR_TOT"), pl.first("FALL_DAGAR_TOT"))
    assert spells["DEL_DAGAR_TOT"].equals(spells["FALL_DAGAR_TOT"])
    net = pl.col("DEL_DAGAR_BRUTTO") * pl.col("OMFATTNING")
    assert rows.filter(pl.col("DEL_DAGAR_NETTO") != net).is_empty()


# The dirt


@pytest.fixture(params=[1, 2, 3])
def small(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[pl.DataFrame]:
    return read_rows(write_demo(tmp_path, persons=5_000, seed=request.param))


def test_every_kind_of_dirt_is_in_a_small_demo(small):
    dated = small.with_columns(pl.col(DEL_DATES).str.to_date(strict=False))
    background = pl.col("KOMMUN_KOD").n_unique().over(*COLUMNS[:17])
    no_days = (pl.col("DEL_DAGAR_TOT") == "0") & (pl.col("DEL_BELOPP_BRUTTO") != "0")
    found = {
        "repeated": small.filter(background > 1),
        "no diagnosis": small.filter(DIAGNOS_KOD=NO_DIAGNOSIS),
        "supplement": small.filter(no_days & (pl.col("DELFORMAN2_KOD") == SUPPLEMENT)),
        "overlap": overlapping(small),
        "left out": incomplete(small),
        "ends before it starts": dated.filter(pl.col("DEL_TOM_DATUM") < pl.col("DEL_FROM_DATUM")),
        "impossible date": small.filter(DEL_FROM_DATUM="2017-02-30"),
        "extent in words": small.filter(OMFATTNING="halv"),
        "extent above one": small.filter(OMFATTNING="1.5"),
        "no serial number": small.filter(pl.col("lopnr").is_null()),
    }
    assert set(BROKEN_ROWS) < set(found)
    assert [kind for kind, dirty in found.items() if dirty.is_empty()] == []


def test_dirt_is_rare(rows):
    assert rows["lopnr"].null_count() < 0.001 * rows.height
    assert (rows["DIAGNOS_KOD"] == NO_DIAGNOSIS).mean() < 0.05
    assert rows.unique(COLUMNS[:17]).height > 0.9 * rows.height
    assert incomplete(rows).height < 0.01 * rows.height


def paid_once(rows: pl.DataFrame) -> pl.DataFrame:
    days = rows.filter((pl.col("DEL_DAGAR_TOT") != "0") & (pl.col("DELFORMAN1_KOD") != PENSION))
    return readable(days.unique(COLUMNS[:17], maintain_order=True))


def overlapping(rows: pl.DataFrame) -> pl.DataFrame:
    before = pl.col("DEL_TOM_DATUM").shift(1).over("lopnr", "DELFORMAN1_KOD")
    return paid_once(rows).filter(pl.col("DEL_FROM_DATUM") <= before)


def incomplete(rows: pl.DataFrame) -> pl.DataFrame:
    """Spells with fewer days than they should have, though none of their rows is broken."""
    broken = rows.filter(
        pl.col("lopnr").is_null()
        | pl.col("OMFATTNING").is_in(["halv", "1.5"])
        | (pl.col("DEL_FROM_DATUM") == "2017-02-30")
        | (pl.col("DEL_TOM_DATUM") < pl.col("DEL_FROM_DATUM"))
    )
    intact = rows.join(broken, on=(*FALL_DATES, "DIAGNOS_KOD", "fodelsear"), how="anti")
    in_spell = paid_once(intact).group_by("lopnr", "FALL_FROM_DATUM")
    sums = in_spell.agg(pl.col("DEL_DAGAR_TOT").cast(int).sum(), pl.first("FALL_DAGAR_TOT"))
    return sums.filter(pl.col("DEL_DAGAR_TOT") < pl.col("FALL_DAGAR_TOT").cast(int))


# The cohort


def test_the_cohort_is_15_percent_of_the_persons(demo, cohort):
    assert cohort["person_id"].n_unique() == round(0.15 * demo.persons)
    assert set(cohort["synthetic"]) == {"synthetic"}


def test_cohort_keys_are_unique(cohort):
    assert not cohort.select("person_id", "index_date").is_duplicated().any()


def test_index_dates_are_in_2017_but_for_the_planted_ones(cohort):
    elsewhere = cohort.filter(pl.col("index_date").dt.year() != 2017)
    assert sorted(elsewhere["index_date"]) == sorted(INDEX_DATES_OUTSIDE)


def test_a_care_centre_is_in_one_arm(cohort):
    centres = cohort.group_by("care_centre").agg(pl.col("arm").n_unique(), size=pl.len())
    assert set(centres["arm"]) == {1}
    assert set(cohort["arm"]) == {"control", "intervention"}
    assert centres.height == 60
    assert centres["size"].is_between(150, 350).mean() > 0.99


def test_the_effect_is_the_one_that_is_stated(tmp_path, monkeypatch):
    """The same persons with the effect and without it; chance is left in who they are."""
    means = {}
    for share in (effect.SHARE_SHORTENED, 0):
        monkeypatch.setattr(effect, "SHARE_SHORTENED", share)
        demo = write_demo(tmp_path / f"demo {share}", persons=30_000, seed=2)
        run = run_study(demo.study, tmp_path / f"out {share}", only="net_sick_days_12m")
        of_arm = run.outcomes.filter(arm=effect.INTERVENTION)
        others = run.outcomes.filter(arm=effect.CONTROL)
        means[share] = of_arm["net_sick_days_12m"].mean(), others["net_sick_days_12m"].mean()
    (treated, control), (untreated, same) = means.values()
    assert treated - untreated == pytest.approx(effect.TRUE_DIFFERENCE_IN_NET_DAYS, abs=2)
    assert control == same


def test_most_of_the_cohort_are_absent_on_day_0(rows, cohort):
    absent = readable(rows).filter(pl.col("OMFATTNING") > 0)
    on_day_0 = (
        cohort.select(pl.col("person_id").cast(pl.String).alias("lopnr"), "index_date")
        .join(absent, on="lopnr")
        .filter(pl.col("index_date").is_between(*DEL_DATES))
    )
    assert 0.90 < on_day_0["lopnr"].n_unique() / cohort.height < 0.97


def test_one_percent_die_and_one_percent_leave_the_country(cohort):
    censored = cohort.drop_nulls("censor_date")
    assert set(censored["censor_reason"]) == {"death", "emigration"}
    assert censored["censor_date"].is_between(censored["index_date"], OBSERVED_TO).all()
    for reason in ("death", "emigration"):
        assert cohort.filter(censor_reason=reason).height / cohort.height == pytest.approx(
            0.01, abs=0.005
        )


def test_no_rows_are_later_than_a_death(rows, cohort):
    deaths = cohort.filter(censor_reason="death").with_columns(
        pl.col("person_id").cast(pl.String).alias("lopnr")
    )
    of_the_dead = readable(rows).join(deaths, on="lopnr")
    assert of_the_dead["lopnr"].n_unique() > 0.9 * deaths.height
    for day in (*DEL_DATES, *FALL_DATES):
        assert (of_the_dead[day] <= of_the_dead["censor_date"]).all()


# The files


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path):
    first, again, other = (
        write_demo(tmp_path / name, persons=2_000, seed=seed)
        for name, seed in (("first", 7), ("again", 7), ("other", 8))
    )
    for part in ("study", "spells", "cohort"):
        assert getattr(first, part).read_bytes() == getattr(again, part).read_bytes()
    assert first.spells.read_bytes() != other.spells.read_bytes()
    assert first.cohort.read_bytes() != other.cohort.read_bytes()


@pytest.mark.parametrize("persons", [1, 2, 10, 60])
@pytest.mark.parametrize("seed", range(5))
def test_a_tiny_demo_has_index_dates_or_is_refused(tmp_path, persons, seed):
    cohort_rows = 0
    with contextlib.suppress(UsageError):
        cohort_rows = write_demo(tmp_path / "demo", persons=persons, seed=seed).cohort_rows
    assert (cohort_rows > 0) == (tmp_path / "demo").exists()


def test_the_study_names_the_files_and_every_benefit(demo, rows):
    text = demo.study.read_text(encoding="utf-8")
    study = yaml.safe_load(text)
    assert text.startswith("# yaml-language-server: $schema=study.schema.json\n")
    assert demo.study.parent / study["spells"] == demo.spells
    assert demo.study.parent / study["cohort"] == demo.cohort
    assert set(study["benefit_codes"]) == set(rows["DELFORMAN1_KOD"])
    assert study["observed"] == {"from": date(2015, 1, 1), "to": OBSERVED_TO}
    assert study["synthetic"] is True
    assert study["compare"]["groups"] == "arm"
    assert len(study["outcomes"]) == 10
