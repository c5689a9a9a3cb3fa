"""The reference engine: plain Python that walks over days, slow and obvious.

What the other engines must equal. It holds days in sets and dictionaries and never computes with
intervals, so that it cannot share a mistake with them. One cohort row is worked on at a time.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import singledispatch
from typing import Any

import polars as pl

from rtw_outcomes.errors import UnsupportedError
from rtw_outcomes.language.lengths import DAYS_OF_WEEK, DAYS_OF_YEAR, Length
from rtw_outcomes.language.vocabulary import (
    DEATH,
    EMIGRATION,
    FULL_TIME_PPM,
    NOT_OBSERVED,
    PPM_PER_PERCENT,
)
from rtw_outcomes.planning.nodes.aggregates import (
    ChainDayOn,
    Counted,
    ExtentOn,
    SickDaysIn,
    SickWeeksIn,
    SpellCount,
    StateDaysIn,
    TransitionCount,
)
from rtw_outcomes.planning.nodes.events import (
    AbsentOnDay0,
    Exit,
    FirstEvent,
    FreeRun,
    NextAbsence,
    Onset,
    Return,
    SpellLength,
)
from rtw_outcomes.planning.nodes.intervals import (
    Absent,
    ChainedSpells,
    Extents,
    FirstDays,
    Paid,
    RegisterRows,
    Spells,
    StateIntervals,
)
from rtw_outcomes.planning.nodes.node import Node
from rtw_outcomes.planning.nodes.values import (
    CohortNumber,
    CostIn,
    Difference,
    Happened,
    Incomplete,
    InPopulation,
    IsOneOf,
    Logic,
    LogicalCombination,
    NamedStateOn,
    ObservedDays,
    ObservedWeeks,
    One,
    PercentOn,
    Reaches,
    Seen,
    StateOn,
    Total,
    Unconfirmable,
    WorkPercent,
    Years,
)
from rtw_outcomes.planning.plan import Plan
from rtw_outcomes.planning.tables import RESULT_TYPES, Tables

DayExtents = dict[int, int]
RegisterRow = tuple[date, date, int, str]
TimeToEvent = dict[str, int | None]
NOT_AT_RISK: TimeToEvent = {"days": None, "status": None}


@dataclass(frozen=True)
class Case:
    """One cohort row with the register rows of its person."""

    rows: list[RegisterRow]
    index_date: date
    entry_date: date | None
    censor_date: date | None
    censor_reason: str | None
    observed_from: date
    observed_to: date
    cohort_numbers: dict[CohortNumber, float | None]
    results: dict[Node, Any]

    @property
    def observed_days(self) -> int:
        """Number of observed days from day 0 on, day 0 included."""
        return (min(self.censor_date or date.max, self.observed_to) - self.index_date).days + 1

    @property
    def observed(self) -> range:
        """The days inside the extract, from the person's own first day to their own last day."""
        first_date = max(self.entry_date or date.min, self.observed_from)
        return range((first_date - self.index_date).days, self.observed_days)

    def day_after(self, length: Length, start: int = 0) -> int:
        """The day that lies a length of time after another day."""
        begin = self.index_date + timedelta(days=start)
        return (length.after(begin) - self.index_date).days

    def result(self, node: Node) -> Any:
        """The value of a node for this case, computed once."""
        if node not in self.results:
            self.results[node] = evaluate(node, self)
        return self.results[node]


def run(plan: Plan, tables: Tables, memory_limit: int | None = None) -> pl.DataFrame:  # noqa: ARG001 all rows are held as Python objects
    """Compute the plan's columns, one row per cohort row, in the cohort's order."""
    rows_of = defaultdict(list)
    rows = tables.scan_spells().select(
        "person_id", "start_date", "end_date", "extent_ppm", "benefit"
    )
    for person, *row in rows.collect().iter_rows():
        rows_of[person].append(tuple(row))
    values: dict[str, list[Any]] = {column.name: [] for column in plan.columns}
    numbers = plan.cohort_numbers()
    for person, index_date, entry_date, censor_date, censor_reason, *held in tables.cohort.select(
        "person_id",
        "index_date",
        "entry_date",
        "censor_date",
        "censor_reason",
        *(pl.col(number.name) for number in numbers),
    ).iter_rows():
        case = Case(
            rows_of.get(person, []),
            index_date,
            entry_date,
            censor_date,
            censor_reason,
            tables.observed_from,
            tables.observed_to,
            dict(zip(numbers, held, strict=True)),
            {},
        )
        for column in plan.columns:
            result = case.result(column.node)
            values[column.name].append(result[column.field])
    return pl.DataFrame(
        values, schema={column.name: RESULT_TYPES[column.kind] for column in plan.columns}
    )


@singledispatch
def evaluate(node: Node, case: Case) -> Any:  # noqa: ARG001 the signature that every step has
    """The value of one node for one case."""
    raise UnsupportedError(f"the reference engine has no step {type(node).__name__}")


@evaluate.register
def _(node: RegisterRows, case: Case) -> dict[int, list[tuple[str, int]]]:
    on_day = defaultdict(list)
    for start, end, extent, benefit in case.rows:
        first, last = (start - case.index_date).days, (end - case.index_date).days
        if node.first_day is not None and last < node.first_day - 1:
            continue
        if node.last_day is not None and first > node.last_day + 1:
            continue
        for day in range(max(first, case.observed.start), min(last + 1, case.observed.stop)):
            on_day[day].append((benefit, extent))
    return on_day


@evaluate.register
def _(node: Extents, case: Case) -> DayExtents:
    extents = {}
    for day in case.result(node.paid):
        total = _extent_on(day, node, case)
        if total > 0:
            extents[day] = total
    return extents


@evaluate.register
def _(node: ExtentOn, case: Case) -> dict[str, int]:
    return {"value": _extent_on(case.day_after(node.at), node, case)}


def _extent_on(day: int, node: Extents | ExtentOn, case: Case) -> int:
    paid: list[int] = case.result(node.paid).get(day, [])
    return min(FULL_TIME_PPM, sum(paid))


@evaluate.register
def _(node: Paid, case: Case) -> dict[int, list[int]]:
    """On each day the extents that are paid."""
    paid = defaultdict(list)
    for day, rows in case.result(node.rows).items():
        for benefit, extent in rows:
            if benefit in node.benefits:
                paid[day].append(extent)
    return paid


@evaluate.register
def _(node: Absent, case: Case) -> set[int]:
    extents = case.result(node.extents)
    if isinstance(node.limit, int):
        return {day for day, extent in extents.items() if extent >= node.limit}
    day_of_own = case.day_after(node.limit.day)
    if day_of_own not in case.observed:
        return set()
    own = extents.get(day_of_own, 0)
    if node.limit.above:
        return {day for day, extent in extents.items() if extent > own}
    return {day for day, extent in extents.items() if 0 < own <= extent}


@evaluate.register
def _(node: FirstDays, case: Case) -> DayExtents:
    """The days with an extent among the first days of each spell, bridged days counted."""
    extents = case.result(node.extents)
    spells = _join(extents, node.join_gap_days)
    first = {day for spell in spells for day in spell[: node.days]}
    return {day: extent for day, extent in extents.items() if day in first}


@evaluate.register
def _(node: Spells, case: Case) -> list[list[int]]:
    return _join(case.result(node.absent), node.join_gap_days)


def _join(days: Iterable[int], join_gap_days: int) -> list[list[int]]:
    """Each spell as the list of its days, bridged days included."""
    spells: list[list[int]] = []
    for day in sorted(days):
        if spells and day - spells[-1][-1] - 1 <= join_gap_days:
            spells[-1].extend(range(spells[-1][-1] + 1, day + 1))
        else:
            spells.append([day])
    return spells


@evaluate.register
def _(node: ChainedSpells, case: Case) -> list[list[int]]:
    """Each chain as the list of the days of its spells; the days between them are in none."""
    chains: list[list[int]] = []
    for spell in case.result(node.spells):
        if chains and spell[0] - chains[-1][-1] - 1 <= node.link_gap_days:
            chains[-1].extend(spell)
        else:
            chains.append(list(spell))
    return chains


@evaluate.register
def _(node: ChainDayOn, case: Case) -> dict[str, int | None]:
    day = case.day_after(node.at)
    if day not in case.observed:
        return {"value": None}
    for chain in case.result(node.chained):
        if day in chain:
            return {"value": sum(earlier <= day for earlier in chain)}
    return {"value": 0}


@evaluate.register
def _(node: FreeRun, case: Case) -> dict[str, int | None]:
    absent = {day for spell in case.result(node.spells) for day in spell}
    if 0 not in absent and not node.day_0_may_count:
        return {"day": None, "next_absent": None}
    # The day after the last absent one begins a run that nothing breaks, so there is a first one.
    day = next(day for day in _days_from(0) if not absent.intersection(_run(case, node, day)))
    return {"day": day, "next_absent": min((a for a in absent if a > day), default=None)}


@evaluate.register
def _(node: NextAbsence, case: Case) -> dict[str, int | None]:
    return {"day": case.result(node.run)["next_absent"]}


@evaluate.register
def _(node: Return, case: Case) -> TimeToEvent:
    day = case.result(node.run)["day"]
    if day is None:
        return NOT_AT_RISK
    follow_up, run = case.day_after(node.follow_up), _run(case, node.run, day)
    other_day, other_status = _first_competing(node.competing, case)
    if other_day is not None and other_day < run.stop:
        if other_day < follow_up:
            return {"days": other_day, "status": other_status}
        return {"days": follow_up, "status": 0}
    if day >= follow_up:
        return {"days": follow_up, "status": 0}
    return {"days": day, "status": 1 if run.stop <= case.observed_days else 0}


def _days_from(day: int) -> Iterator[int]:
    while True:
        yield day
        day += 1


def _run(case: Case, node: FreeRun, day: int) -> range:
    """The days that must be free of absence for a return on this day."""
    return range(day, case.day_after(node.sustained, start=day))


def _first_competing(events: tuple[Onset | Exit, ...], case: Case) -> tuple[int | None, int]:
    """The first competing event and its status; of two on one day, the one that is named first."""
    first_day, first_status = None, 0
    for status, event in enumerate(events, start=2):
        day = case.result(event)["day"]
        if day is not None and (first_day is None or day < first_day):
            first_day, first_status = day, status
    return first_day, first_status


@evaluate.register
def _(node: Onset, case: Case) -> dict[str, int | None]:
    origin = _origin_day(node.origin, case)
    if origin is None:
        return {"day": None}
    spells = [each for each in case.result(node.spells) if _has_length(each, node.length, case)]
    begins = [spell[0] for spell in spells if spell[0] > origin]
    return {"day": min(begins, default=None)}


@evaluate.register
def _(node: Exit, case: Case) -> dict[str, int | None]:
    seen = case.censor_date is not None and case.censor_date <= case.observed_to
    left = seen and case.censor_reason == node.reason
    return {"day": case.observed_days - 1 if left else None}


@evaluate.register
def _(node: FirstEvent, case: Case) -> TimeToEvent:
    origin = _origin_day(node.origin, case)
    if origin is None:
        return NOT_AT_RISK
    end = case.day_after(node.follow_up, start=origin)
    event_day = case.result(node.event)["day"]
    other_day, other_status = _first_competing(node.competing, case)
    for day in range(origin, min(end, case.observed_days)):
        if day == event_day:
            return {"days": day - origin, "status": 1}
        if day == other_day:
            return {"days": day - origin, "status": other_status}
    return {"days": min(end, case.observed_days) - origin, "status": 0}


@evaluate.register
def _(node: SpellCount, case: Case) -> dict[str, int | None]:
    window = _window_after(node, case)
    if window is None:
        return {"value": None}
    counted = [
        spell
        for spell in case.result(node.spells)
        if _is_counted(spell, node.counted, window, case)
        and _has_length(spell, node.length, case)
        # A spell that begins on the day of the return is not one after it.
        and (node.origin is None or spell[0] != window.start)
    ]
    return {"value": len(counted)}


def _has_length(spell: list[int], length: SpellLength, case: Case) -> bool:
    first_date = case.index_date + timedelta(days=spell[0])
    paid_by_employer = [p.days for p in length.employer_periods if p.from_ <= first_date]
    days = len(spell) + (paid_by_employer[-1] if paid_by_employer else 0)
    return length.at_least_days <= days and (length.below_days is None or days < length.below_days)


def _is_counted(spell: list[int], counted: Counted, window: range, case: Case) -> bool:
    if counted is Counted.STARTED:
        return spell[0] in window
    if counted is Counted.ENDED:
        return spell[-1] in window and spell[-1] + 1 in case.observed
    return any(day in window for day in spell)


@evaluate.register
def _(node: AbsentOnDay0, case: Case) -> dict[str, int]:
    return {"value": int(any(0 in spell for spell in case.result(node.spells)))}


@evaluate.register
def _(node: SickDaysIn, case: Case) -> dict[str, float]:
    window = _window(node, case)
    days = case.result(node.days)
    counted = [day for day in days if day in window]
    if not node.net:
        return {"value": len(counted)}
    return {"value": sum(days[day] for day in counted) / FULL_TIME_PPM}


@evaluate.register
def _(node: SickWeeksIn, case: Case) -> dict[str, int]:
    """Each week of the window is looked at: is one of its days paid or absent?"""
    absent = case.result(node.spells.absent)
    weeks = _weeks(node)
    return {"value": sum(any(day in absent for day in week) for week in weeks)}


@evaluate.register
def _(node: ObservedWeeks, case: Case) -> dict[str, int]:
    weeks = _weeks(node)
    return {"value": sum(any(day in case.observed for day in week) for week in weeks)}


def _weeks(node: SickWeeksIn | ObservedWeeks) -> Iterator[range]:
    for first in range(node.start, node.end, DAYS_OF_WEEK):
        yield range(first, first + DAYS_OF_WEEK)


@evaluate.register
def _(node: CohortNumber, case: Case) -> dict[str, float | None]:
    return {"value": case.cohort_numbers[node]}


@evaluate.register
def _(node: CostIn, case: Case) -> dict[str, float | None]:
    per_day = node.per_day
    if isinstance(per_day, CohortNumber):
        per_day = case.result(per_day)["value"]
    days = case.result(node.net_days)["value"]
    return {"value": None if per_day is None else days * float(per_day)}


@evaluate.register
def _(node: Difference, case: Case) -> dict[str, float | None]:
    whole, less = (case.result(each)["value"] for each in (node.whole, node.less))
    return {"value": None if None in (whole, less) else whole - less}


@evaluate.register
def _(node: Total, case: Case) -> dict[str, float | None]:
    values = [case.result(each)["value"] for each in node.parts]
    return {"value": None if None in values else sum(values)}


@evaluate.register
def _(node: WorkPercent, case: Case) -> dict[str, float | None]:
    work, observed = (case.result(n)["value"] for n in (node.work, node.work.whole))
    return {"value": work * 100 / observed if observed else None}


@evaluate.register
def _(node: PercentOn, case: Case) -> dict[str, float | None]:
    if case.day_after(node.extent.at) not in case.observed:
        return {"value": None}
    return {"value": case.result(node.extent)["value"] / PPM_PER_PERCENT}


@evaluate.register
def _(node: ObservedDays, case: Case) -> dict[str, int | None]:
    window = _window_after(node, case)
    return {"value": None if window is None else sum(day in case.observed for day in window)}


@evaluate.register
def _(node: Incomplete, case: Case) -> dict[str, int | None]:
    window = _window_after(node.observed, case)
    if window is None:
        return {"value": None}
    return {"value": int(any(day not in case.observed for day in window))}


@evaluate.register
def _(node: Unconfirmable, case: Case) -> dict[str, int | None]:
    if case.result(node.returned)["status"] is None:
        return {"value": None}
    follow_up = case.day_after(node.returned.follow_up)
    return {
        "value": int(case.day_after(node.returned.run.sustained, follow_up) > case.observed_days)
    }


@evaluate.register
def _(node: Seen, case: Case) -> dict[str, float | None]:
    observed = case.result(node.observed)["value"]
    return {"value": case.result(node.number)["value"] if observed else None}


@evaluate.register
def _(node: Reaches, case: Case) -> dict[str, int | None]:
    value, limit = case.result(node.number)["value"], float(node.limit)
    if value is None:
        return {"value": None}
    return {"value": int(value > limit if node.above else value >= limit)}


@evaluate.register
def _(node: StateOn, case: Case) -> dict[str, str]:
    day = case.day_after(node.at)
    on_day = case.index_date + timedelta(days=day)
    left = case.censor_date is not None and case.censor_date <= on_day
    out_of_work = case.result(node.out_of_work)["value"]
    holds = {
        "dead": left and case.censor_reason == DEATH,
        "emigrated": left and case.censor_reason == EMIGRATION,
        "not_observed": day not in case.observed,
        "disability_pension": case.result(node.pension)["value"] == FULL_TIME_PPM,
    }
    for state in node.precedence:
        if holds[state]:
            return {"value": state}
    if out_of_work == 0:
        return {"value": "full_work"}
    return {"value": "part_work" if out_of_work < FULL_TIME_PPM else "full_absence"}


@evaluate.register
def _(node: IsOneOf, case: Case) -> dict[str, int | None]:
    state = case.result(node.state)["value"]
    return {"value": None if state == NOT_OBSERVED else int(state in node.states)}


@evaluate.register
def _(node: StateIntervals, case: Case) -> dict[int, int]:
    """The state of every observed day, by its place; after the last place when none holds."""
    held = [case.result(each) for each in node.held]
    return {
        day: next((place for place, days in enumerate(held) if day in days), len(held))
        for day in case.observed
    }


@evaluate.register
def _(node: StateDaysIn, case: Case) -> dict[str, int]:
    states, window = case.result(node.states), _window(node, case)
    return {"value": sum(states.get(day) == node.state for day in window)}


@evaluate.register
def _(node: TransitionCount, case: Case) -> dict[str, int]:
    states, window = case.result(node.states), _window(node, case)
    both_days = [
        (states[day - 1], states[day])
        for day in window
        if day - 1 in window and day in states and day - 1 in states
    ]
    counted = [
        (before, after)
        for before, after in both_days
        if before != after and node.from_ in (None, before) and node.to in (None, after)
    ]
    return {"value": len(counted)}


@evaluate.register
def _(node: NamedStateOn, case: Case) -> dict[str, str | None]:
    if case.day_after(node.at) not in case.observed:
        return {"value": None}
    for extent, at_least, name in zip(
        node.extents, node.at_least_ppm, node.names[:-1], strict=True
    ):
        if case.result(extent)["value"] >= at_least:
            return {"value": name}
    return {"value": node.names[-1]}


@evaluate.register
def _(node: Happened, case: Case) -> dict[str, int | None]:
    clock = case.result(node.clock)
    if clock["status"] is None:
        return {"value": None}
    if clock["status"] > 0 or node.or_seen:
        return {"value": int(clock["status"] == 1)}
    origin = 0 if isinstance(node.clock, Return) else _origin_day(node.clock.origin, case)
    end = case.day_after(node.clock.follow_up, origin or 0)
    return {"value": 0 if (origin or 0) + clock["days"] >= end else None}


@evaluate.register
def _(node: LogicalCombination, case: Case) -> dict[str, int | None]:
    answers = [case.result(each)["value"] for each in node.answers]
    decides = 0 if node.logic is Logic.ALL else 1
    if decides in answers:
        value = decides
    elif None in answers:
        return {"value": None}
    else:
        value = 1 - decides
    return {"value": 1 - value if node.logic is Logic.NONE else value}


@evaluate.register
def _(node: One, case: Case) -> dict[str, int]:  # noqa: ARG001 the signature that every step has
    return {"value": 1}


@evaluate.register
def _(node: Years, case: Case) -> dict[str, float | None]:
    days = case.result(node.days)[node.field]
    return {"value": None if days is None else days / DAYS_OF_YEAR}


@evaluate.register
def _(node: InPopulation, case: Case) -> dict[str, float | None]:
    value, known = (case.result(each)["value"] for each in (node.number, node.known))
    out = node.left_out and case.result(node.left_out)["value"] >= node.out_from_ppm
    return {"value": None if known is None or out else value}


def _origin_day(origin: Return | AbsentOnDay0 | None, case: Case) -> int | None:
    """Day 0, or the day of the return; None for a person who has none to count from."""
    if origin is None:
        return 0
    if isinstance(origin, AbsentOnDay0):
        return None if case.result(origin)["value"] else 0
    returned: TimeToEvent = case.result(origin)
    return returned["days"] if returned["status"] == 1 else None


def _window(node: SickDaysIn | StateDaysIn | TransitionCount, case: Case) -> range:
    return range(case.day_after(node.start), case.day_after(node.end))


def _window_after(node: SpellCount | ObservedDays, case: Case) -> range | None:
    origin = _origin_day(node.origin, case)
    if origin is None:
        return None
    return range(case.day_after(node.start, origin), case.day_after(node.end, origin))
