"""The eight stock outcomes in one pass over sorted arrays, compiled: what a specialist would write.

It knows these outcomes and no others. For each index date it looks at the rows of its person once,
adds up their extents with a few events in a small buffer, and walks over the days that come out.
Days are whole numbers since 1970, intervals are half-open, and -1 stands for null.
"""

import numpy as np
from numba import njit

ABSENCE, PENSION, OTHER = 0, 1, 2
FULL = 1_000_000
GAP = 5
NEVER = 1 << 30
STATES = ("dead", "not_observed", "disability_pension", "full_work", "part_work", "full_absence")
# The columns of the result; a time to event has two, days and then status.
NET, OBSERVED, GROSS = 0, 1, 2
FULL_28D, PART_3M, FULL_3M, RELAPSE = 3, 5, 7, 9
RECURRENCE, RECURRENCE_OBSERVED, STATE = 11, 12, 13
COLUMNS = 14


@njit(cache=True)
def add_event(days, changes, count, day, change):
    """Put an event into its place by day; rows come by start, so it is seldom a long way."""
    place = count
    while place > 0 and days[place - 1] > day:
        days[place], changes[place] = days[place - 1], changes[place - 1]
        place -= 1
    days[place], changes[place] = day, change
    return count + 1


@njit(cache=True)
def add_interval(lows, highs, count, low, high, gap):
    """Join an interval to the last one when at most `gap` free days lie between."""
    if count > 0 and low - highs[count - 1] <= gap:
        highs[count - 1] = high
        return count
    lows[count], highs[count] = low, high
    return count + 1


@njit(cache=True)
def find_return(lows, highs, count, day_0, follow_up, run_ends, other_day, other_status, stop):
    """Day and status of the return; `run_ends` maps a day to the first day after its run."""
    place = 0
    while place < count and highs[place] <= day_0:
        place += 1
    if place == count or lows[place] > day_0:
        return -1, -1
    while place + 1 < count and lows[place + 1] < run_ends[highs[place]]:
        place += 1
    day = highs[place]
    if other_day < run_ends[day]:
        return (other_day, other_status) if other_day < follow_up else (follow_up, 0)
    if day >= follow_up:
        return follow_up, 0
    return day, 1 if run_ends[day] <= stop else 0


@njit(cache=True)
def find_competing(lows, count, origin, death_day):
    """The first pension that begins after a day, or a death before it: day and status."""
    for place in range(count):
        if lows[place] > origin:
            return (lows[place], 2) if lows[place] <= death_day else (death_day, 3)
    return death_day, 3


@njit(cache=True)
def count_longest(persons):
    """The greatest number of rows that a person has."""
    longest, count = 0, 0
    for row in range(persons.size):
        count = count + 1 if row > 0 and persons[row] == persons[row - 1] else 1
        longest = max(longest, count)
    return longest


@njit(cache=True)
def compute(rows, kind_of_code, cohort, order, first_day, tables, out):
    """Fill one row of `out` per index date.

    Args:
        rows: person, start, end, extent_ppm and benefit code, sorted by person and start.
        kind_of_code: what a benefit code is: ABSENCE, PENSION or OTHER.
        cohort: person, index day, day after the last observed one, day of a death that is seen,
            and day of a death at all; sorted by person.
        order: where in `out` each row of the cohort belongs.
        first_day: the first day of the extract, with which the tables begin.
        tables: for each day of the extract the day 28 days, 3, 12 and 24 months later, counted
            from `first_day`.
        out: the results.
    """
    persons, starts, ends, extents, codes = rows
    cohort_persons, index_days, stops, seen_deaths, deaths = cohort
    after_28d, after_3m, after_12m, after_24m = tables
    longest = count_longest(persons)
    days, changes = np.empty((2, 2, 2 * longest), np.int64)
    lows, highs = np.empty((2, 3, 2 * longest), np.int64)
    events = np.zeros(2, np.int64)
    first = 0
    for number in range(cohort_persons.size):
        while first < persons.size and persons[first] < cohort_persons[number]:
            first += 1
        result = out[order[number]]
        # From here on days count from `first_day`, so that they are places in the tables.
        day_0, stop = index_days[number] - first_day, stops[number] - first_day
        seen_death, death = seen_deaths[number] - first_day, deaths[number] - first_day
        year, observed_to = after_12m[day_0], min(stop, after_24m[day_0])
        begin = max(day_0 - GAP, 0)

        events[:] = 0
        row = first
        while row < persons.size and persons[row] == cohort_persons[number]:
            if starts[row] - first_day >= observed_to:
                break
            low = max(starts[row] - first_day, begin)
            high = min(ends[row] + 1 - first_day, observed_to)
            kind = kind_of_code[codes[row]]
            if low < high and kind != OTHER:
                count, extent = events[kind], np.int64(extents[row])
                count = add_event(days[kind], changes[kind], count, low, extent)
                events[kind] = add_event(days[kind], changes[kind], count, high, -extent)
            row += 1

        # Absence: the days between two events have one extent.
        net, gross, extent, any_count, full_count, year_extent = 0, 0, 0, 0, 0, 0
        for event in range(events[ABSENCE] - 1):
            extent += changes[ABSENCE, event]
            low, high = days[ABSENCE, event], days[ABSENCE, event + 1]
            if extent == 0 or low == high:
                continue
            inside = min(high, year) - max(low, day_0)
            if inside > 0:
                gross += inside
                net += inside * min(extent, FULL)
            if low <= year < high:
                year_extent = extent
            any_count = add_interval(lows[0], highs[0], any_count, low, high, GAP)
            if extent >= FULL:
                full_count = add_interval(lows[1], highs[1], full_count, low, high, GAP)

        extent, pension_count, year_pension = 0, 0, 0
        for event in range(events[PENSION] - 1):
            extent += changes[PENSION, event]
            low, high = days[PENSION, event], days[PENSION, event + 1]
            if extent > 0 and low < high:
                pension_count = add_interval(lows[2], highs[2], pension_count, low, high, 0)
                if low <= year < high:
                    year_pension = extent

        result[NET], result[GROSS] = net, gross
        result[OBSERVED] = min(stop, year) - day_0
        other_day, other = find_competing(lows[2], pension_count, day_0, seen_death)
        for column, ends_after, place, count in (
            (FULL_28D, after_28d, 0, any_count),
            (PART_3M, after_3m, 1, full_count),
            (FULL_3M, after_3m, 0, any_count),
        ):
            day, status = find_return(
                lows[place], highs[place], count, day_0, year, ends_after, other_day, other, stop
            )
            result[column] = day - day_0 if status >= 0 else -1
            result[column + 1] = status

        result[RELAPSE : RECURRENCE_OBSERVED + 1] = -1
        if result[FULL_28D + 1] == 1:
            origin = day_0 + result[FULL_28D]
            end = after_12m[origin]
            recurrences, relapse = 0, NEVER
            for place in range(any_count):
                if origin < lows[0, place] < end:
                    relapse = min(relapse, lows[0, place])
                    recurrences += 1
            other_day, other = find_competing(lows[2], pension_count, origin, seen_death)
            day, status = min(end, stop), 0
            if relapse < day and relapse <= other_day:
                day, status = relapse, 1
            elif other_day < day:
                day, status = other_day, other
            result[RELAPSE], result[RELAPSE + 1] = day - origin, status
            result[RECURRENCE], result[RECURRENCE_OBSERVED] = recurrences, min(end, stop) - origin

        extent = year_extent + year_pension
        if death <= year:
            state = 0
        elif year >= stop:
            state = 1
        elif year_pension >= FULL:
            state = 2
        elif extent == 0:
            state = 3
        else:
            state = 4 if extent < FULL else 5
        result[STATE] = state
