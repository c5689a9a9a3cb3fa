"""What a careful analyst writes with pandas: merges, groupby, cumsum and shift, no loops.

One row of the cohort is one `row`. Intervals of dates are half-open, [start, end).
"""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.inputs import Inputs
from benchmarks.laps import Laps

ABSENCE = [
    *("sickness_benefit", "rehabilitation_benefit"),
    *("work_injury_benefit", "preventive_sickness_benefit"),
]
FULL_TIME = 1_000_000
ONE_DAY, GAP = pd.Timedelta(days=1), pd.Timedelta(days=5)
TWENTY_EIGHT_DAYS = pd.Timedelta(days=28)
THREE_MONTHS, YEAR, TWO_YEARS = (pd.DateOffset(months=months) for months in (3, 12, 24))
NEVER = pd.Timestamp("2200-01-01")


def run(inputs: Inputs, laps: Laps) -> pd.DataFrame:
    """Compute the stock outcomes in the cohort's order."""
    laps.begin("read")
    spells, cohort = read_parquet(inputs.spells), read_parquet(inputs.cohort)
    laps.begin("compute")
    return compute_outcomes(spells, cohort, inputs.observed_from, inputs.observed_to)


def read_parquet(path: Path) -> pd.DataFrame:
    """Read a file with dates as datetimes; the default, Python objects, is slow to compute with."""
    return pd.read_parquet(path, to_pandas_kwargs={"date_as_object": False})


def compute_outcomes(
    spells: pd.DataFrame, cohort: pd.DataFrame, observed_from: date, observed_to: date
) -> pd.DataFrame:
    """One row of outcomes per row of the cohort."""
    cohort = add_dates(cohort, pd.Timestamp(observed_to))
    rows = cut_rows(spells, cohort, pd.Timestamp(observed_from))
    absence = add_up_extents(rows[rows["benefit"].isin(ABSENCE)])
    pension = add_up_extents(rows[rows["benefit"] == "disability_pension"])
    any_spells = join_spells(absence, GAP)
    full_spells = join_spells(absence[absence["extent"] >= FULL_TIME], GAP)
    pensions = join_spells(pension, pd.Timedelta(0))

    outcomes = pd.DataFrame(index=cohort.index)
    observed_days = (
        cohort[["year_end", "observed_end"]].min(axis=1) - cohort["index_date"]
    ).dt.days
    outcomes[["net_sick_days_12m", "gross_sick_days_12m"]] = count_sick_days(absence, cohort)
    outcomes["net_sick_days_12m_observed_days"] = observed_days
    outcomes["gross_sick_days_12m_observed_days"] = observed_days

    competing = find_competing(cohort["index_date"], pensions, cohort)
    returns = {
        "full_rtw_28d": (any_spells, TWENTY_EIGHT_DAYS),
        "sustainable_rtw_3m": (full_spells, THREE_MONTHS),
        "sustainable_full_rtw_3m": (any_spells, THREE_MONTHS),
    }
    for name, (each, sustained) in returns.items():
        outcomes[[f"{name}_days", f"{name}_status"]] = find_return(
            each, sustained, cohort, competing
        )
    is_returned = outcomes["full_rtw_28d_status"] == 1
    days = pd.to_timedelta(outcomes["full_rtw_28d_days"].astype(float), unit="D")
    return_date = (cohort["index_date"] + days)[is_returned]
    outcomes = outcomes.join(find_new_spells(any_spells, return_date, pensions, cohort))
    outcomes["work_state_12m"] = find_state(absence, pension, cohort)
    return outcomes


def add_dates(cohort: pd.DataFrame, observed_to: pd.Timestamp) -> pd.DataFrame:
    """Add the ends of follow-up, of the window and of observation, and a death that is seen."""
    last_date = cohort["censor_date"].fillna(observed_to).clip(upper=observed_to)
    is_dead = cohort["censor_reason"] == "death"
    death = cohort["censor_date"].where(is_dead, NEVER)
    return cohort.assign(
        year_end=cohort["index_date"] + YEAR,
        window_end=cohort["index_date"] + TWO_YEARS,
        observed_end=last_date + ONE_DAY,
        death=death,
        seen_death=death.where(death <= observed_to, NEVER),
    )


def cut_rows(
    spells: pd.DataFrame, cohort: pd.DataFrame, observed_from: pd.Timestamp
) -> pd.DataFrame:
    """The rows of each index date, cut to what is observed of its window."""
    windows = pd.DataFrame(
        {
            "person_id": cohort["person_id"],
            "row": cohort.index,
            "first": (cohort["index_date"] - GAP).clip(lower=observed_from),
            "last": cohort[["window_end", "observed_end"]].min(axis=1),
        }
    )
    rows = spells.merge(windows, on="person_id")
    rows = rows[(rows["start_date"] < rows["last"]) & (rows["end_date"] >= rows["first"])]
    return pd.DataFrame(
        {
            "row": rows["row"],
            "start": rows[["start_date", "first"]].max(axis=1),
            "end": (rows["end_date"] + ONE_DAY).clip(upper=rows["last"]),
            "extent": rows["extent_ppm"],
            "benefit": rows["benefit"],
        }
    )


def add_up_extents(rows: pd.DataFrame) -> pd.DataFrame:
    """Intervals of one extent: it changes where a row starts and where one ends."""
    changes = pd.concat(
        [
            pd.DataFrame({"row": rows["row"], "start": rows["start"], "change": rows["extent"]}),
            pd.DataFrame({"row": rows["row"], "start": rows["end"], "change": -rows["extent"]}),
        ]
    )
    changes = changes.groupby(["row", "start"], as_index=False)["change"].sum()
    by_row = changes.groupby("row")
    changes["extent"] = by_row["change"].cumsum()
    changes["end"] = by_row["start"].shift(-1)
    changes["extent"] = changes["extent"].clip(upper=FULL_TIME)
    return changes.loc[changes["extent"] > 0, ["row", "start", "end", "extent"]]


def join_spells(intervals: pd.DataFrame, gap: pd.Timedelta) -> pd.DataFrame:
    """Join intervals that are at most a gap apart."""
    free = intervals["start"] - intervals.groupby("row")["end"].shift()
    number = (~(free <= gap)).cumsum()
    spells = intervals.groupby(number).agg(
        row=("row", "first"), start=("start", "first"), end=("end", "last")
    )
    return spells.reset_index(drop=True)


def count_sick_days(absence: pd.DataFrame, cohort: pd.DataFrame) -> pd.DataFrame:
    """Net and gross days from the index date to the end of the year."""
    dates = cohort.loc[absence["row"], ["index_date", "year_end"]].set_index(absence.index)
    first = absence["start"].clip(lower=dates["index_date"])
    last = absence["end"].clip(upper=dates["year_end"])
    gross = (last - first).dt.days.clip(lower=0)
    days = pd.DataFrame({"net": gross * absence["extent"], "gross": gross})
    sums = days.groupby(absence["row"]).sum().reindex(cohort.index, fill_value=0)
    return sums.assign(net=sums["net"] / FULL_TIME)


def find_competing(origin: pd.Series, pensions: pd.DataFrame, cohort: pd.DataFrame) -> pd.DataFrame:
    """The first pension that begins after the origin, or a death: its date and status."""
    begins = pensions[pensions["start"] > pensions["row"].map(origin)]
    pension = begins.groupby("row")["start"].min().reindex(origin.index).fillna(NEVER)
    death = cohort.loc[origin.index, "seen_death"]
    date = np.minimum(pension, death)
    return pd.DataFrame({"date": date, "status": np.where(pension <= death, 2, 3)}, origin.index)


def find_return(
    spells: pd.DataFrame,
    sustained: pd.Timedelta | pd.DateOffset,
    cohort: pd.DataFrame,
    competing: pd.DataFrame,
) -> pd.DataFrame:
    """Days to the return and status, null for those who are not absent on the index date."""
    index_date = spells["row"].map(cohort["index_date"])
    next_start = spells.groupby("row")["start"].shift(-1)
    spells = spells.assign(
        run_end=spells["end"] + sustained,
        is_free=~(next_start < spells["end"] + sustained),
        is_absent=(spells["start"] <= index_date) & (index_date < spells["end"]),
    )
    at_risk = spells.loc[spells["is_absent"], "row"]
    free = spells[spells["is_free"] & (spells["end"] > index_date)]
    first = free.drop_duplicates("row").set_index("row").loc[at_risk]

    known = cohort.loc[at_risk]
    other = competing.loc[at_risk]
    year_end, end = known["year_end"], first["end"]
    competes, other_in_time = other["date"] < first["run_end"], other["date"] < year_end
    is_confirmed = first["run_end"] <= known["observed_end"]
    cases = [competes & other_in_time, competes | (end >= year_end)]
    date = end.mask(cases[1], year_end).mask(cases[0], other["date"])
    status = np.select(cases, [other["status"], 0], is_confirmed.astype(int))
    days = (date - known["index_date"]).dt.days
    table = pd.DataFrame({"days": days, "status": status}, at_risk).astype("Int32")
    return table.reindex(cohort.index)


def find_new_spells(
    spells: pd.DataFrame, return_date: pd.Series, pensions: pd.DataFrame, cohort: pd.DataFrame
) -> pd.DataFrame:
    """The first relapse and the number of recurrences of those who returned."""
    year_end = return_date + YEAR
    known = cohort.loc[return_date.index]
    is_new = (spells["start"] > spells["row"].map(return_date)) & (
        spells["start"] < spells["row"].map(year_end)
    )
    starts = spells[is_new].groupby("row")["start"].agg(["min", "size"]).reindex(return_date.index)
    other = find_competing(return_date, pensions, known)
    end = np.minimum(year_end, known["observed_end"])
    relapse = starts["min"].fillna(NEVER)
    cases = [
        (relapse < end) & (relapse <= other["date"]),
        other["date"] < end,
    ]
    date = end.mask(cases[1], other["date"]).mask(cases[0], relapse)
    table = pd.DataFrame(
        {
            "days_to_first_relapse_days": (date - return_date).dt.days,
            "days_to_first_relapse_status": np.select(cases, [1, other["status"]], 0),
            "recurrence_12m": starts["size"].fillna(0),
            "recurrence_12m_observed_days": (end - return_date).dt.days,
        }
    )
    return table.astype("Int32").reindex(cohort.index)


def find_state(absence: pd.DataFrame, pension: pd.DataFrame, cohort: pd.DataFrame) -> pd.Series:
    """The state on the day a year after the index date."""
    day = cohort["year_end"]

    def extent_on_day(intervals: pd.DataFrame) -> pd.Series:
        on = intervals["row"].map(day)
        there = intervals[(intervals["start"] <= on) & (on < intervals["end"])]
        return there.set_index("row")["extent"].reindex(cohort.index, fill_value=0)

    on_pension = extent_on_day(pension)
    extent = extent_on_day(absence) + on_pension
    states = {
        "dead": cohort["death"] <= day,
        "not_observed": day >= cohort["observed_end"],
        "disability_pension": on_pension >= FULL_TIME,
        "full_work": extent == 0,
        "part_work": extent < FULL_TIME,
    }
    return pd.Series(np.select(list(states.values()), list(states), "full_absence"), cohort.index)
