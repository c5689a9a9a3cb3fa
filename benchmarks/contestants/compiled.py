"""A compiled single pass over the sorted file: what a specialist would write for these outcomes.

Decoding the Parquet file is part of it: Polars reads the numbers, which it does fastest, and
pyarrow the benefits, which it gives as the codes of the file's dictionary without making strings.
Both use all cores; the loop in `compiled_loop.py` uses one. The rows must be sorted by person.
"""

from datetime import date

import numpy as np
import polars as pl
import pyarrow.parquet as pq

from benchmarks.contestants import compiled_loop as loop
from benchmarks.inputs import Inputs
from benchmarks.laps import Laps

ABSENCE = {
    *("sickness_benefit", "rehabilitation_benefit"),
    *("work_injury_benefit", "preventive_sickness_benefit"),
}


def run(inputs: Inputs, laps: Laps) -> pl.DataFrame:
    """Compute the stock outcomes in the cohort's order."""
    laps.begin("read")
    rows, kinds = _read_rows(inputs)
    cohort = pl.read_parquet(inputs.cohort)
    laps.begin("compute")
    order = cohort["person_id"].arg_sort()
    arrays = _list_cohort(cohort[order], inputs.observed_to)
    tables = _add_lengths(inputs.observed_from, inputs.observed_to)
    out = np.empty((cohort.height, loop.COLUMNS), np.int32)
    loop.compute(rows, kinds, arrays, order.to_numpy(), _day(inputs.observed_from), tables, out)
    return _name_columns(out)


def _read_rows(inputs: Inputs) -> tuple[tuple[np.ndarray, ...], np.ndarray]:
    """The rows as arrays, and what each benefit code is to these outcomes."""
    columns = ["person_id", "start_date", "end_date", "extent_ppm"]
    numbers = pl.read_parquet(inputs.spells, columns=columns).rechunk()
    table = pq.read_table(inputs.spells, columns=["benefit"], read_dictionary=["benefit"])
    benefits = table["benefit"].unify_dictionaries().combine_chunks()
    kinds = [
        loop.ABSENCE
        if name in ABSENCE
        else loop.PENSION
        if name == "disability_pension"
        else loop.OTHER
        for name in benefits.dictionary.to_pylist()
    ]
    arrays = [column.to_physical().to_numpy() for column in numbers]
    return (*arrays, benefits.indices.to_numpy()), np.array(kinds)


def _list_cohort(cohort: pl.DataFrame, observed_to: date) -> tuple[np.ndarray, ...]:
    """Person, day 0, the day after the last observed one, a death that is seen, a death at all."""
    censor, died = pl.col("censor_date"), pl.col("censor_reason") == "death"
    days = cohort.select(
        "index_date",
        pl.min_horizontal(censor, pl.lit(observed_to)).dt.offset_by("1d"),
        pl.when(died & (censor <= observed_to)).then(censor).alias("seen_death"),
        pl.when(died).then(censor).alias("death"),
    )
    days = days.with_columns(pl.all().to_physical().fill_null(loop.NEVER))
    return tuple(column.to_numpy() for column in (cohort["person_id"], *days))


def _add_lengths(first: date, last: date) -> tuple[np.ndarray, ...]:
    """For each day from the first to the one after the last: 28 days, 3, 12 and 24 months later."""
    days = np.arange(_day(first), _day(last) + 2)
    later = (days + 28, *(_add_months(days, months) for months in (3, 12, 24)))
    return tuple(each - days[0] for each in later)


def _add_months(days: np.ndarray, months: int) -> np.ndarray:
    """The same day of a later month, or the last of a month that is too short."""
    month = days.astype("datetime64[D]").astype("datetime64[M]")
    day_of_month = days - month.astype("datetime64[D]").astype(int)
    target = (month + months).astype("datetime64[D]").astype(int)
    length = (month + months + 1).astype("datetime64[D]").astype(int) - target
    return target + np.minimum(day_of_month, length - 1)


def _day(day: date) -> int:
    return int(np.datetime64(day, "D").astype(int))


def _name_columns(out: np.ndarray) -> pl.DataFrame:
    """The columns as the package names them, with nulls."""
    whole = pl.from_numpy(np.ascontiguousarray(out.T), orient="col")
    at = [pl.col(f"column_{number}") for number in range(loop.COLUMNS)]
    known = [pl.when(column >= 0).then(column) for column in at]
    states = pl.Series(loop.STATES)
    times = {
        "full_rtw_28d": loop.FULL_28D,
        "sustainable_rtw_3m": loop.PART_3M,
        "sustainable_full_rtw_3m": loop.FULL_3M,
        "days_to_first_relapse": loop.RELAPSE,
    }
    columns = {
        "net_sick_days_12m": pl.lit(pl.Series(out[:, loop.NET] / loop.FULL)),
        "net_sick_days_12m_observed_days": at[loop.OBSERVED],
        "gross_sick_days_12m": at[loop.GROSS],
        "gross_sick_days_12m_observed_days": at[loop.OBSERVED],
        **{f"{name}_days": known[place] for name, place in times.items()},
        **{f"{name}_status": known[place + 1] for name, place in times.items()},
        "recurrence_12m": known[loop.RECURRENCE],
        "recurrence_12m_observed_days": known[loop.RECURRENCE_OBSERVED],
        "work_state_12m": pl.lit(states).gather(at[loop.STATE]),
    }
    return whole.select(**columns)
