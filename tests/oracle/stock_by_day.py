"""The stock outcomes of one cohort row, counted day by day: slow, obvious and apart from the package.

It is written from the meaning of the words alone and shares no code with the engines it checks,
so that a mistake has to be made twice to go unseen. A day is a `datetime.date`, a set of days is
a set, and nothing is computed with the limits of an interval that can be found by walking.

Where the words leave a choice, the reading taken stands in a comment that starts with "Reading".
"""

import calendar
import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

ABSENCE_BENEFITS = {
    "sickness_benefit",
    "rehabilitation_benefit",
    "work_injury_benefit",
    "preventive_sickness_benefit",
}
PENSION = {"disability_pension"}
GAP_DAYS = 5

CENSORED, EVENT, ON_PENSION, DEAD = 0, 1, 2, 3
NOT_AT_RISK = (None, None)

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Life:
    """What is known about one cohort row, a day at a time."""

    index_date: dt.date
    last_day: dt.date  # last observed day
    death_date: dt.date | None  # as recorded, whether or not it lies in the observed days
    absence: dict[dt.date, Fraction]  # observed day -> extent of absence, days with extent only
    pension: dict[dt.date, Fraction]  # the same for disability pension


def stock_by_day(
    rows, index_date, entry_date, censor_date, censor_reason, observed_from, observed_to
):
    """Return every column of the eight stock outcomes for one cohort row.

    `rows` are the register rows of this person as they stand in the file:
    (start_date, end_date, extent, benefit, then anything else that the row holds).
    """
    life = live(
        rows, index_date, entry_date, censor_date, censor_reason, observed_from, observed_to
    )
    return {
        **net_sick_days_12m(life),
        **gross_sick_days_12m(life),
        **full_rtw_28d(life),
        **sustainable_rtw_3m(life),
        **sustainable_full_rtw_3m(life),
        **days_to_first_relapse(life),
        **recurrence_12m(life),
        **work_state_12m(life),
    }


def live(rows, index_date, entry_date, censor_date, censor_reason, observed_from, observed_to):
    first_day = observed_from if entry_date is None else max(entry_date, observed_from)
    last_day = observed_to if censor_date is None else min(censor_date, observed_to)
    # Reading: rows are compared as they stand in the file, every column of it. Two rows that
    # become equal only when they are cut at the limit of the extract are two rows, and so are
    # two that differ in nothing but, say, the diagnosis.
    distinct_rows = set(rows)
    return Life(
        index_date=index_date,
        last_day=last_day,
        death_date=censor_date if censor_reason == "death" else None,
        absence=extent_by_day(distinct_rows, ABSENCE_BENEFITS, first_day, last_day),
        pension=extent_by_day(distinct_rows, PENSION, first_day, last_day),
    )


# --- the stock outcomes -----------------------------------------------------------------------


def net_sick_days_12m(life):
    window = days_between(life.index_date, add_months(life.index_date, 12))
    percent = sum((life.absence.get(day, Fraction(0)) for day in window), Fraction(0))
    return {
        "net_sick_days_12m": float(percent / 100),
        "net_sick_days_12m_observed_days": count_observed(life, window),
    }


def gross_sick_days_12m(life):
    window = days_between(life.index_date, add_months(life.index_date, 12))
    return {
        "gross_sick_days_12m": sum(1 for day in window if day in life.absence),
        "gross_sick_days_12m_observed_days": count_observed(life, window),
    }


def full_rtw_28d(life):
    pair = time_to_return(life, in_spell=any_absence(life), after_run=after_28_days)
    return time_to_event_columns("full_rtw_28d", pair)


def sustainable_rtw_3m(life):
    # Reading: the spells of this outcome are spells of full absence, so a part-time stretch of
    # at most 5 days between two full ones is bridged like free days would be.
    pair = time_to_return(life, in_spell=full_absence(life), after_run=after_3_months)
    return time_to_event_columns("sustainable_rtw_3m", pair)


def sustainable_full_rtw_3m(life):
    pair = time_to_return(life, in_spell=any_absence(life), after_run=after_3_months)
    return time_to_event_columns("sustainable_full_rtw_3m", pair)


def days_to_first_relapse(life):
    pair = time_to_relapse(life, in_spell=any_absence(life), after_run=after_28_days)
    return time_to_event_columns("days_to_first_relapse", pair)


def recurrence_12m(life):
    return_date = date_of_return(life, any_absence(life), after_28_days)
    if return_date is None:
        # Reading: without a return there is no window, so its observed days are null as well.
        return {"recurrence_12m": None, "recurrence_12m_observed_days": None}
    in_spell = any_absence(life)
    # Reading: the day of return is the first day of the window. It cannot hold a new spell; it
    # does count as an observed day.
    window = days_between(return_date, add_months(return_date, 12))
    new_spells = [day for day in window if day in in_spell and day - ONE_DAY not in in_spell]
    return {
        "recurrence_12m": len(new_spells),
        "recurrence_12m_observed_days": count_observed(life, window),
    }


def work_state_12m(life):
    return {"work_state_12m": state_on(life, add_months(life.index_date, 12))}


# --- what they are made of --------------------------------------------------------------------


def time_to_return(life, in_spell, after_run):
    """Days to the first return whose whole run is free of absence, and the status."""
    if life.index_date not in in_spell:
        return NOT_AT_RISK
    follow_up = days_between(life.index_date, add_months(life.index_date, 12))

    # The first day from which no absent day is known until the run is over. It always exists:
    # the day after the last observed day has no known absence behind it.
    # (That `day` itself is asked first only saves time.)
    day = life.index_date
    while day in in_spell or any(later in in_spell for later in days_between(day, after_run(day))):
        day += ONE_DAY
    run = days_between(day, after_run(day))

    # Reading: "before the return, or inside the run" holds for the day of return itself too: a
    # pension or a death on that very day makes it no return. That the event comes first on a
    # shared day is left for events that need no days after them to be confirmed (the relapse).
    competing = first_competing(life, after=life.index_date)
    if competing is not None and competing[0] < after_run(day):
        competing_day, status = competing
        if competing_day not in follow_up:
            return len(follow_up), CENSORED
        return days_from(life.index_date, competing_day), status

    if day not in follow_up:
        return len(follow_up), CENSORED
    if any(later > life.last_day for later in run):
        # Also the person who is absent to the last observed day: censored the day after it,
        # which is the number of days observed.
        return days_from(life.index_date, day), CENSORED
    return days_from(life.index_date, day), EVENT


def date_of_return(life, in_spell, after_run):
    days, status = time_to_return(life, in_spell, after_run)
    return life.index_date + days * ONE_DAY if status == EVENT else None


def time_to_relapse(life, in_spell, after_run):
    """Days from the return to the first spell after it, and the status."""
    return_date = date_of_return(life, in_spell, after_run)
    if return_date is None:
        return NOT_AT_RISK
    window = days_between(return_date, add_months(return_date, 12))
    # Reading: the clock starts anew at the return, so "beginning after day 0" is after the return.
    competing = first_competing(life, after=return_date)
    for day in window[1:]:
        if day in in_spell:
            return days_from(return_date, day), EVENT
        if competing is not None and competing[0] == day:
            return days_from(return_date, day), competing[1]
    return count_observed(life, window), CENSORED


def first_competing(life, after):
    """The first day after `after` on which a pension begins or the person dies, and which."""
    for day in days_between(after, life.last_day + ONE_DAY):
        # Reading: a pension of any extent, on that day and not on the day before. A change of
        # extent does not begin a pension; a single day without it lets it begin again.
        if day > after and day in life.pension and day - ONE_DAY not in life.pension:
            # Reading: a pension that begins on the day of death is a pension, the first named.
            return day, ON_PENSION
        # Reading: unlike a pension, which must begin after day 0, a death counts on day 0 too.
        # A death after the last observed day is never reached here.
        if day == life.death_date:
            return day, DEAD
    return None


def state_on(life, day):
    # Reading: `dead` is taken at its word, so a death recorded after the end of the extract
    # counts here, although it is not a competing event above.
    if life.death_date is not None and life.death_date <= day:
        return "dead"
    if day > life.last_day:
        return "not_observed"
    pension = life.pension.get(day, Fraction(0))
    # Reading: several part pensions that add up to 100 are a pension at 100.
    if pension == 100:
        return "disability_pension"
    # Reading: what is paid on the day itself; a bridged day is a day of full work here.
    extent = min(Fraction(100), life.absence.get(day, Fraction(0)) + pension)
    if extent == 0:
        return "full_work"
    return "part_work" if extent < 100 else "full_absence"


# --- days -------------------------------------------------------------------------------------


def extent_by_day(rows, benefits, first_day, last_day):
    extent = {}
    for start, end, row_extent, benefit, *_ in rows:
        if benefit not in benefits:
            continue
        # By way of text: 33.3 is 333/10, not the binary fraction nearest to it.
        percent = Fraction(str(row_extent))
        for day in days_between(max(start, first_day), min(end, last_day) + ONE_DAY):
            extent[day] = extent.get(day, Fraction(0)) + percent
    return {day: min(Fraction(100), total) for day, total in extent.items()}


def any_absence(life, gap_days=GAP_DAYS):
    return join_days(set(life.absence), gap_days)


def full_absence(life, gap_days=GAP_DAYS):
    return join_days({day for day, extent in life.absence.items() if extent == 100}, gap_days)


def join_days(absent, gap_days):
    """Add the free days between two absent ones that are at most `gap_days` free days apart.

    Reading: the days on both sides of a gap must be observed, and nothing else: the absence that
    closes the gap may lie after the follow-up, the one that opens it before the index date.
    """
    in_spell = set(absent)
    for day in absent:
        gap, later = [], day + ONE_DAY
        while later not in absent and len(gap) < gap_days:
            gap.append(later)
            later += ONE_DAY
        if later in absent:
            in_spell.update(gap)
    return in_spell


def after_28_days(day):
    return day + 28 * ONE_DAY


def after_3_months(day):
    return add_months(day, 3)


def add_months(day, months):
    """The same day of a later month, or the last day of that month if it is too short."""
    year, month = day.year, day.month
    for _ in range(months):
        month += 1
        if month == 13:
            year, month = year + 1, 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def days_between(first, after_last):
    """Every day from `first` to the day before `after_last`."""
    return [
        dt.date.fromordinal(number) for number in range(first.toordinal(), after_last.toordinal())
    ]


def days_from(first, day):
    return len(days_between(first, day))


def count_observed(life, window):
    # A window never starts before the index date, which is an observed day.
    return sum(1 for day in window if day <= life.last_day)


def time_to_event_columns(outcome, pair):
    # Reading: `x_observed_days` stands beside counts over a window; a time to event has none.
    return {f"{outcome}_days": pair[0], f"{outcome}_status": pair[1]}
