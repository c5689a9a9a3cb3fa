"""The stock outcomes of the installed command equal the oracle's, on registers full of limits."""

import datetime as dt
import subprocess
import sys
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from tests.oracle import stock_by_day as oracle
from tests.oracle.random_register import count_statuses, random_register, write_study

RTW = Path(sys.executable).with_name("rtw")
# The reference engine is as slow as it is plain, so it gets fewer persons.
PERSONS = {"duckdb": 300, "reference": 70}
SEEDS = (1, 2, 3, 4, 5)

TIMES_TO_EVENT = (
    "full_rtw_28d",
    "sustainable_rtw_3m",
    "sustainable_full_rtw_3m",
    "days_to_first_relapse",
)
TURNS = {
    **dict.fromkeys(TIMES_TO_EVENT, (None, 0, 1, 2, 3)),
    "net_sick_days_12m": ("none", "some"),
    "net_sick_days_12m_observed_days": ("whole", "part"),
    "gross_sick_days_12m": ("none", "some"),
    "gross_sick_days_12m_observed_days": ("whole", "part"),
    "recurrence_12m": (None, 0, 1, 2),
    "recurrence_12m_observed_days": ("whole", "part"),
    "work_state_12m": (
        *("dead", "not_observed", "disability_pension"),
        *("full_work", "part_work", "full_absence"),
    ),
}


@cache
def register_of(seed, persons):
    return random_register(seed, persons)


@cache
def expected_of(seed, persons):
    return run_oracle(oracle, register_of(seed, persons))


def run_oracle(module, register):
    rows_of = {row.person_id: register.rows_of(row.person_id) for row in register.cohort}
    return [
        module.stock_by_day(
            rows_of[row.person_id],
            row.index_date,
            row.entry_date,
            row.censor_date,
            row.censor_reason,
            register.observed_from,
            register.observed_to,
        )
        for row in register.used_cohort()
    ]


def run_command(study, out, engine):
    command = [RTW, "run", study, "--out", out, "--engine", engine]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return pl.read_parquet(out / "outcomes.parquet")


def is_same(name, expected, found):
    if name == "net_sick_days_12m" and None not in (expected, found):
        return abs(expected - found) <= 1e-9
    return expected == found and isinstance(found, type(expected))


def find_mismatches(expected, found):
    return [
        f"row {number}: {name} is {found_row.get(name, 'missing')!r}, by day {value!r}"
        for number, (expected_row, found_row) in enumerate(zip(expected, found, strict=True))
        for name, value in expected_row.items()
        if name not in found_row or not is_same(name, value, found_row[name])
    ]


# --- the command ------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ["duckdb", "reference"])
@pytest.mark.parametrize(
    ("seed", "file_format"), [(1, "csv"), (2, "parquet"), (3, "tsv"), (4, "csv"), (5, "parquet")]
)
def test_the_command_finds_what_counting_day_by_day_finds(tmp_path, engine, seed, file_format):
    register = register_of(seed, PERSONS[engine])
    study = write_study(register, tmp_path, file_format)
    outcomes = run_command(study, tmp_path / "out", engine)

    used = register.used_cohort()
    assert outcomes["person_id"].to_list() == [row.person_id for row in used]
    assert outcomes["index_date"].to_list() == [row.index_date for row in used]
    assert outcomes["arm"].to_list() == [row.arm for row in used]

    mismatches = find_mismatches(expected_of(seed, PERSONS[engine]), outcomes.to_dicts())
    assert not mismatches, "\n".join([f"seed {seed}: {len(mismatches)} values", *mismatches[:20]])

    rejected = pl.read_parquet(tmp_path / "out" / "rejected.parquet")
    for table, counts in register.rejected_counts().items():
        assert rejected.filter(pl.col("table") == table).height in counts, (seed, table)


# --- the oracle and the generator by themselves -----------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_register_takes_every_turn_of_every_outcome(seed):
    counts = count_statuses(expected_of(seed, PERSONS["duckdb"]))
    turns = {(name, turn) for name, turns in TURNS.items() for turn in turns}
    assert {turn for turn in turns if counts[turn] < 3} == set()
    assert set(counts) == turns


def day(text):
    return dt.date.fromisoformat(text)


SICK = "sickness_benefit"


def rows_from(*texts):
    """Rows from lines such as "2020-01-01 2020-01-31 100", then the benefit if it is another."""
    rows = []
    for text in texts:
        start, end, extent, *benefit = text.split()
        rows.append((day(start), day(end), float(extent), *(benefit or [SICK])))
    return rows


def outcomes_of(*texts, index="2020-01-01", entry=None, censor=None, reason=None, observed=None):
    observed_from, observed_to = observed or ("2019-01-01", "2021-12-31")
    return oracle.stock_by_day(
        rows_from(*texts),
        day(index),
        entry and day(entry),
        censor and day(censor),
        reason,
        day(observed_from),
        day(observed_to),
    )


PERSON_A = ("2019-12-20 2020-01-31 100", "2020-02-01 2020-02-29 50", "2020-04-01 2020-04-10 100")


def test_the_oracle_agrees_with_the_worked_cases():
    found = outcomes_of(*PERSON_A)
    assert found["gross_sick_days_12m"] == 70
    assert found["net_sick_days_12m"] == 55.5
    assert found["net_sick_days_12m_observed_days"] == 366
    assert (found["full_rtw_28d_days"], found["full_rtw_28d_status"]) == (60, 1)
    assert (found["sustainable_full_rtw_3m_days"], found["sustainable_full_rtw_3m_status"]) == (
        101,
        1,
    )
    assert (found["days_to_first_relapse_days"], found["days_to_first_relapse_status"]) == (31, 1)
    assert found["recurrence_12m"] == 1
    assert found["work_state_12m"] == "full_work"

    short = outcomes_of(*PERSON_A, observed=("2019-01-01", "2020-05-31"))
    assert (short["sustainable_full_rtw_3m_days"], short["sustainable_full_rtw_3m_status"]) == (
        101,
        0,
    )


def test_the_oracle_agrees_with_the_worked_cases_of_a_first_return():
    # Not stock outcomes: a run of one day, over which no gap may be joined.
    life = oracle.live(
        rows_from(*PERSON_A),
        day("2020-01-01"),
        None,
        None,
        None,
        day("2019-01-01"),
        day("2021-12-31"),
    )
    any_absence, full_absence = oracle.any_absence(life, 0), oracle.full_absence(life, 0)
    assert oracle.time_to_return(life, any_absence, lambda day: day + oracle.ONE_DAY) == (60, 1)
    assert oracle.time_to_return(life, full_absence, lambda day: day + oracle.ONE_DAY) == (31, 1)


FIRST_SPELL = "2019-12-20 2020-01-31 100"  # the return would be on day 31


@pytest.mark.parametrize(
    ("case", "name", "expected", "rows", "known"),
    [
        ("the run is observed to its last day", "full_rtw_28d", (31, 1), [FIRST_SPELL], {"censor": "2020-02-28"}),
        ("its last day is not", "full_rtw_28d", (31, 0), [FIRST_SPELL], {"censor": "2020-02-27"}),
        ("death on that last day", "full_rtw_28d", (58, 3), [FIRST_SPELL], {"censor": "2020-02-28", "reason": "death"}),
        ("death the day after it", "full_rtw_28d", (31, 1), [FIRST_SPELL], {"censor": "2020-02-29", "reason": "death"}),
        ("death after the extract", "full_rtw_28d", (31, 0), [FIRST_SPELL],
         {"censor": "2020-02-10", "reason": "death", "observed": ("2019-01-01", "2020-02-09")}),
        ("a gap of 5 days joins", "full_rtw_28d", (37, 1), [FIRST_SPELL, "2020-02-06 2020-02-06 25"], {}),
        ("a gap of 6 days splits, and breaks the run", "full_rtw_28d", (38, 1), [FIRST_SPELL, "2020-02-07 2020-02-07 25"], {}),
        ("a break on the run's last day", "full_rtw_28d", (59, 1), [FIRST_SPELL, "2020-02-28 2020-02-28 25"], {}),
        ("a break the day after it", "full_rtw_28d", (31, 1), [FIRST_SPELL, "2020-02-29 2020-02-29 25"], {}),
        ("that break is the relapse", "days_to_first_relapse", (28, 1), [FIRST_SPELL, "2020-02-29 2020-02-29 25"], {}),
        ("pension on the day of return", "full_rtw_28d", (31, 2), [FIRST_SPELL, "2020-02-01 2021-12-31 50 disability_pension"], {}),
        ("pension on day 0", "full_rtw_28d", (31, 1), [FIRST_SPELL, "2020-01-01 2021-12-31 50 disability_pension"], {}),
        ("pension changes its extent", "full_rtw_28d", (31, 1),
         [FIRST_SPELL, "2019-06-01 2020-01-09 50 disability_pension", "2020-01-10 2021-12-31 100 disability_pension"], {}),
        ("day 0 is a bridged day", "full_rtw_28d", (3, 1), ["2019-12-20 2019-12-30 100", "2020-01-03 2020-01-03 100"], {}),
        ("day 0 would be, but the closing absence is not observed", "full_rtw_28d", (None, None),
         ["2019-12-20 2019-12-30 100", "2020-01-03 2020-01-03 100"], {"censor": "2020-01-02"}),
        ("it is, as the absence before it ends on the day of entry", "full_rtw_28d", (3, 1),
         ["2019-12-20 2019-12-30 100", "2020-01-03 2020-01-03 100"], {"entry": "2019-12-30"}),
        ("it is not, as the absence before it ends before the entry", "full_rtw_28d", (None, None),
         ["2019-12-20 2019-12-30 100", "2020-01-03 2020-01-03 100"], {"entry": "2019-12-31"}),
        ("an entry before the extract shows nothing more", "full_rtw_28d", (None, None),
         ["2019-12-20 2019-12-30 100", "2020-01-03 2020-01-03 100"],
         {"entry": "2018-01-01", "observed": ("2019-12-31", "2021-12-31")}),
        ("return on the last day of the follow-up", "full_rtw_28d", (365, 1), ["2020-01-01 2020-12-30 100"], {}),
        ("return the day after it", "full_rtw_28d", (366, 0), ["2020-01-01 2020-12-31 100"], {}),
        ("absent to the end of observation", "full_rtw_28d", (31, 0), [FIRST_SPELL], {"censor": "2020-01-31"}),
        ("death in the run, after the follow-up", "full_rtw_28d", (366, 0), ["2020-01-01 2020-12-30 100"],
         {"censor": "2021-01-01", "reason": "death"}),
        ("3 months from 30 November end with February", "sustainable_full_rtw_3m", (29, 1),
         ["2018-11-01 2018-11-29 100", "2019-02-28 2019-02-28 100"], {"index": "2018-11-01", "observed": ("2018-01-01", "2021-12-31")}),
        ("part time is work", "sustainable_rtw_3m", (31, 1), [FIRST_SPELL, "2020-02-01 2020-12-31 50"], {}),
        ("two parts are full absence", "sustainable_rtw_3m", (31, 1),
         ["2020-01-01 2020-01-31 50", "2020-01-01 2020-01-31 75 rehabilitation_benefit"], {}),
        ("equal rows count once", "sustainable_rtw_3m", (None, None), ["2020-01-01 2020-01-31 50", "2020-01-01 2020-01-31 50"], {}),
        ("relapse and death on one day", "days_to_first_relapse", (30, 1), [FIRST_SPELL, "2020-03-02 2020-03-02 25"],
         {"censor": "2020-03-02", "reason": "death"}),
        ("no relapse in 12 months of the return", "days_to_first_relapse", (366, 0), [FIRST_SPELL, "2021-02-01 2021-02-01 25"], {}),
        ("no relapse while observed, day of return included", "days_to_first_relapse", (29, 0), [FIRST_SPELL], {"censor": "2020-02-29"}),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else "",
)  # fmt: skip
def test_the_oracle_agrees_with_cases_worked_by_hand(case, name, expected, rows, known):
    found = outcomes_of(*rows, **known)
    assert (found[f"{name}_days"], found[f"{name}_status"]) == expected, case


@pytest.mark.parametrize(
    ("expected", "rows", "known"),
    [
        ("dead", [], {"censor": "2021-01-01", "reason": "death"}),
        ("full_work", [], {"censor": "2021-01-02", "reason": "death"}),
        ("full_work", [], {"censor": "2021-01-01", "reason": "emigration"}),
        ("not_observed", [], {"censor": "2020-12-31", "reason": "emigration"}),
        ("part_work", ["2021-01-01 2021-01-01 25", "2021-01-01 2021-01-01 50 disability_pension"], {}),
        ("full_absence", ["2021-01-01 2021-01-01 75", "2021-01-01 2021-01-01 50 disability_pension"], {}),
        ("disability_pension", ["2021-01-01 2021-01-01 75", "2021-01-01 2021-01-01 100 disability_pension"], {}),
        ("full_work", ["2020-12-31 2020-12-31 100", "2021-01-02 2021-01-02 100"], {}),
        ("full_work", ["2021-01-01 2021-01-01 100 sick_pay"], {}),
    ],
)  # fmt: skip
def test_the_oracle_agrees_with_states_worked_by_hand(expected, rows, known):
    assert outcomes_of(*rows, **known)["work_state_12m"] == expected
