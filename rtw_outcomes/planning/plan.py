"""The steps that compute outcomes: frozen nodes that no engine is named in.

A node knows its grain, the nodes it works on and, in its docstring, what its rows mean. Days are
whole numbers counted from the index date, intervals are half-open [lo, hi). Two nodes that say the
same are equal, so what two outcomes share is one step.

Spells and states of `Paid` rows, and `NextAbsence`, are never planned: `sharing.py` puts them in
place of steps that cost more and say the same.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from enum import Enum
from typing import Any, ClassVar

from rtw_outcomes.language.lengths import Length
from rtw_outcomes.language.thresholds import OwnExtent
from rtw_outcomes.language.yaml_types import EmployerPeriod


class Grain(Enum):
    """What one row of a step stands for."""

    INDEX_DATE = "one row per person and index date"
    INTERVAL = "any number of intervals per person and index date"


@dataclass(frozen=True)
class Node:
    """A step; its fields are parameters, or other nodes that it works on."""

    grain: ClassVar[Grain]

    def inputs(self) -> Iterator["Node"]:
        """The nodes that this one works on."""
        for field in fields(self):
            value = getattr(self, field.name)
            yield from (
                part
                for part in (value if isinstance(value, tuple) else (value,))
                if isinstance(part, Node)
            )

    def lengths(self) -> Iterator[Length]:
        """The lengths of time among its parameters."""
        for field in fields(self):
            value = getattr(self, field.name)
            part = value.day if isinstance(value, OwnExtent) else value
            if isinstance(part, Length):
                yield part


def find_months(steps: Iterable[Node]) -> list[int]:
    """The months of all lengths of time in the parameters of steps."""
    lengths = (length for step in steps for length in step.lengths())
    return sorted({length.months for length in lengths if length.months})


@dataclass(frozen=True)
class RegisterRows(Node):
    """Each register row of the person, cut to the days that are observed: lo, hi, extent, benefit.

    Only rows that meet or adjoin the days [first_day, last_day]; None is no limit.
    """

    grain = Grain.INTERVAL
    first_day: int | None = None
    last_day: int | None = None


@dataclass(frozen=True)
class Paid(Node):
    """The register rows of these benefits: lo, hi, extent; overlaps allowed."""

    grain = Grain.INTERVAL
    rows: RegisterRows
    benefits: tuple[str, ...]


@dataclass(frozen=True)
class Extents(Node):
    """The days on which any is paid, and the sum of their extents, at most full time.

    Disjoint intervals lo, hi, extent; adjoining ones may have the same extent.
    """

    grain = Grain.INTERVAL
    paid: Paid


@dataclass(frozen=True)
class Absent(Node):
    """The days whose extent reaches the limit: disjoint lo, hi; adjoining allowed.

    The limit is an extent in parts per million, or the person's own on one day: at least that, or
    `above` it. No day is at least an extent that is not there; any extent is above none. Where that
    day is not observed, no day is absent.
    """

    grain = Grain.INTERVAL
    extents: Extents
    limit: int | OwnExtent


@dataclass(frozen=True)
class FirstDays(Node):
    """Of each spell the first `days`: disjoint lo, hi, extent; adjoining allowed.

    A spell is here a run of days with any extent, joined when at most `join_gap_days` free days lie
    between. Bridged days are among the first days, and have no extent.
    """

    grain = Grain.INTERVAL
    extents: Extents
    join_gap_days: int
    days: int


@dataclass(frozen=True)
class Spells(Node):
    """Runs of absent days, joined when at most `join_gap_days` free days lie between: lo, hi."""

    grain = Grain.INTERVAL
    absent: Absent | Paid
    join_gap_days: int


@dataclass(frozen=True)
class ChainedSpells(Node):
    """The spells, with the days of those before them in their chain: lo, hi, earlier_days.

    Two that follow one another are in one chain when at most `link_gap_days` free days lie between.
    """

    grain = Grain.INTERVAL
    spells: Spells
    link_gap_days: int


@dataclass(frozen=True)
class SpellLength:
    """Which spells count by their length: those of at least `at_least_days`, and below `below_days`.

    None is no limit. The length is in calendar days, first to last observed day. `from_true_first_day`,
    the days of the employer period are added that was in force on the first of them: the last one in
    the list, which is in the order of dates, that had begun. The list is of the register, not of the
    outcome.
    """

    at_least_days: int = 1
    below_days: int | None = None
    from_true_first_day: bool = False
    employer_periods: tuple[EmployerPeriod, ...] = ()

    @property
    def is_any(self) -> bool:
        """Whether every spell counts."""
        return self.at_least_days <= 1 and self.below_days is None

    @property
    def days_to_tell(self) -> int:
        """So many days of a spell tell whether it counts, however long it goes on."""
        return max(self.at_least_days, self.below_days or 0)


@dataclass(frozen=True)
class FreeRun(Node):
    """The first run of at least `sustained` free days from day 0 on: day, next_absent.

    It begins on `day`; `next_absent` is the first day of the spell that ends it, null when none
    does. Both are null for a person who is not absent on day 0, unless `day_0_may_count`.
    """

    grain = Grain.INDEX_DATE
    spells: Spells
    sustained: Length
    day_0_may_count: bool


@dataclass(frozen=True)
class Return(Node):
    """The free run, once it is confirmed and in time, or what came instead: days, status.

    Null for a person who is not at risk.
    """

    grain = Grain.INDEX_DATE
    run: FreeRun
    follow_up: Length
    competing: tuple["Onset | Exit", ...]


@dataclass(frozen=True)
class Onset(Node):
    """The first day after the origin on which a spell of the length begins: day.

    Null when none does. The origin is the return, or day 0 when there is none to count from.
    """

    grain = Grain.INDEX_DATE
    spells: Spells
    origin: Return | None
    length: SpellLength


@dataclass(frozen=True)
class NextAbsence(Node):
    """The first day of the spell that ends the free run of a return: day; null when none does."""

    grain = Grain.INDEX_DATE
    run: FreeRun


@dataclass(frozen=True)
class Exit(Node):
    """The last observed day, when the person left on it for this reason: day; else null."""

    grain = Grain.INDEX_DATE
    reason: str


@dataclass(frozen=True)
class AbsentOnDay0(Node):
    """1 where day 0 belongs to a spell, bridged days included, else 0: value."""

    grain = Grain.INDEX_DATE
    spells: Spells


@dataclass(frozen=True)
class FirstEvent(Node):
    """The event or what came before it, counted from the origin: days, status.

    The origin is the return, or else day 0 of those for whom a `AbsentOnDay0` is 0; null for the others.
    """

    grain = Grain.INDEX_DATE
    event: Onset | NextAbsence
    origin: Return | AbsentOnDay0
    follow_up: Length
    competing: tuple[Onset | Exit, ...]


class Counted(Enum):
    """What a spell must do in a window to be counted."""

    STARTED = "started"
    ENDED = "ended"
    ONGOING = "ongoing"


@dataclass(frozen=True)
class SpellCount(Node):
    """The number of spells of [start, end) that have the length: value.

    `counted` are those that are STARTED, on a day of the window; ENDED, with the last day on one of
    its days and the day after it observed; or ONGOING, on any of its days. Counted from day 0, that
    day included; or from the return, that day not included, and then null when there was none.
    """

    grain = Grain.INDEX_DATE
    spells: Spells
    origin: Return | None
    start: Length
    end: Length
    length: SpellLength
    counted: Counted


@dataclass(frozen=True)
class SickDaysIn(Node):
    """Days in [start, end) from day 0 that are paid or absent: value.

    Each counts 1, or its extent when `net`; `Absent` days have none. Days of `Absent` with any
    extent are those of `Extents`, and are planned so.
    """

    grain = Grain.INDEX_DATE
    days: Extents | Absent | FirstDays
    start: Length
    end: Length
    net: bool


@dataclass(frozen=True)
class ObservedDays(Node):
    """The number of observed days in [start, end) from day 0 or from the return: value."""

    grain = Grain.INDEX_DATE
    origin: Return | None
    start: Length
    end: Length


@dataclass(frozen=True)
class SickWeeksIn(Node):
    """The number of weeks of [start, end) with a day in a spell: value.

    Weeks are counted from day 0, where the window may begin at the earliest; start and end are days
    that a week begins on. The spells bridge gaps of up to 6 days: no such gap holds a whole week, and
    no two spells have a day in one week, so no week is counted that is free, and none twice.
    """

    grain = Grain.INDEX_DATE
    spells: Spells
    start: int
    end: int


@dataclass(frozen=True)
class ObservedWeeks(Node):
    """The number of weeks of [start, end) from day 0 with an observed day: value."""

    grain = Grain.INDEX_DATE
    start: int
    end: int


@dataclass(frozen=True)
class Difference(Node):
    """A value less another one, such as the observed days less the sick days: value.

    Null where either is.
    """

    grain = Grain.INDEX_DATE
    whole: Node
    less: Node


@dataclass(frozen=True)
class Total(Node):
    """The sum of several values: value; null where any is."""

    grain = Grain.INDEX_DATE
    parts: tuple[Node, ...]


@dataclass(frozen=True)
class WorkPercent(Node):
    """Work in percent of the observed days or weeks of its window: value; null without any."""

    grain = Grain.INDEX_DATE
    work: Difference


@dataclass(frozen=True)
class CohortAmount(Node):
    """An amount of money that a column of the cohort holds: value; null where the cell is empty."""

    grain = Grain.INDEX_DATE
    column: str

    @property
    def name(self) -> str:
        """What the column is called in the table of index dates, whatever else stands there."""
        return f"amount_{self.column}"


@dataclass(frozen=True)
class CostIn(Node):
    """Net days times an amount of money: value; null where the amount is."""

    grain = Grain.INDEX_DATE
    net_days: SickDaysIn
    per_day: Decimal | CohortAmount


@dataclass(frozen=True)
class Incomplete(Node):
    """1 where fewer days are observed than the window has, else 0: value; null as the window is."""

    grain = Grain.INDEX_DATE
    observed: ObservedDays


@dataclass(frozen=True)
class Unconfirmable(Node):
    """1 for a person at risk whose observation ends before follow-up and the run after it: value.

    0 for the others at risk, null for a person not at risk.
    """

    grain = Grain.INDEX_DATE
    returned: Return


@dataclass(frozen=True)
class ExtentOn(Node):
    """The sum of the extents that are paid on one day, at most full time: value; 0 for none."""

    grain = Grain.INDEX_DATE
    paid: Paid
    at: Length


@dataclass(frozen=True)
class PercentOn(Node):
    """The extent on one day in percent of full time: value; null when the day is not observed."""

    grain = Grain.INDEX_DATE
    extent: ExtentOn


@dataclass(frozen=True)
class ChainDayOn(Node):
    """The days in spells of a chain, from its first day to one day, both included: value.

    0 when the day is in no spell, null when it is not observed.
    """

    grain = Grain.INDEX_DATE
    chained: ChainedSpells
    at: Length


@dataclass(frozen=True)
class Seen(Node):
    """A value over a window of which a day is observed: value; null where none is."""

    grain = Grain.INDEX_DATE
    number: Node
    observed: ObservedDays


Number = Seen | SickDaysIn | SickWeeksIn | Difference | WorkPercent | PercentOn


@dataclass(frozen=True)
class Reaches(Node):
    """1 where a value is above a limit, or reaches it unless `above`, else 0: value.

    Null where the value is.
    """

    grain = Grain.INDEX_DATE
    number: Number
    limit: Decimal
    above: bool


@dataclass(frozen=True)
class StateOn(Node):
    """The state on the day that lies `at` after the index date: value."""

    grain = Grain.INDEX_DATE
    at: Length
    precedence: tuple[str, ...]
    out_of_work: ExtentOn
    pension: ExtentOn


@dataclass(frozen=True)
class IsOneOf(Node):
    """1 where a state is one of these, else 0: value; null where it is `not_observed`."""

    grain = Grain.INDEX_DATE
    state: StateOn
    states: tuple[str, ...]


@dataclass(frozen=True)
class StateIntervals(Node):
    """The days in each of several states, the first that holds on a day.

    A state holds on the days of its intervals. Disjoint lo, hi, with `state`, its place in this list;
    `before`, that of the day before; and `ends`, whether none holds on the day after. Where none
    holds, the place is the number of states. Adjoining intervals may have the same state.
    """

    grain = Grain.INTERVAL
    held: tuple[Absent | Paid, ...]


@dataclass(frozen=True)
class StateDaysIn(Node):
    """The number of days in [start, end) from day 0 in one state: value."""

    grain = Grain.INDEX_DATE
    states: StateIntervals
    state: int
    start: Length
    end: Length


@dataclass(frozen=True)
class TransitionCount(Node):
    """The number of days of [start, end) in another state than the day before: value.

    Both days lie in the window and are observed. Only transitions from a state, or to one, where
    they are given; the number of states stands for none of them.
    """

    grain = Grain.INDEX_DATE
    states: StateIntervals
    from_: int | None
    to: int | None
    start: Length
    end: Length


@dataclass(frozen=True)
class NamedStateOn(Node):
    """The name of the first state whose extent on a day is large enough, or the last: value.

    Null when the day is not observed.
    """

    grain = Grain.INDEX_DATE
    at: Length
    extents: tuple[ExtentOn, ...]
    at_least_ppm: tuple[int, ...]
    names: tuple[str, ...]


@dataclass(frozen=True)
class Happened(Node):
    """1 where the event of a clock happened, 0 where it did not before the clock's end: value.

    Something that competes makes it 0. Null for those not at risk, and for those whose observation
    ends before it is known, unless `or_seen`: then 0 for them, who had none as long as they were
    seen.
    """

    grain = Grain.INDEX_DATE
    clock: Return | FirstEvent
    or_seen: bool


class Logic(Enum):
    """How answers are put together."""

    ALL = "all"
    ANY = "any"
    NONE = "none"


@dataclass(frozen=True)
class LogicalCombination(Node):
    """1 where all, any or none of several answers are 1, else 0: value.

    Null only where a missing answer decides: one that is 0 makes `ALL` 0, whatever the others are.
    """

    grain = Grain.INDEX_DATE
    logic: Logic
    answers: tuple[Node, ...]


Answer = Reaches | IsOneOf | Happened | LogicalCombination


@dataclass(frozen=True)
class One(Node):
    """1 for every index date: value."""

    grain = Grain.INDEX_DATE


@dataclass(frozen=True)
class Years(Node):
    """Observed days, or the days of a clock, in years of 365.25 days: value; null where they are."""

    grain = Grain.INDEX_DATE
    days: ObservedDays | Return | FirstEvent

    @property
    def field(self) -> str:
        """The field of the step that holds the days."""
        return "value" if isinstance(self.days, ObservedDays) else "days"


@dataclass(frozen=True)
class InPopulation(Node):
    """A value of those who are in a population: value; null for the others.

    In it is who has a value and the `known` one, and whose extent on day 0, if there is one to
    leave out by, lies below `out_from_ppm`.
    """

    grain = Grain.INDEX_DATE
    number: Node
    known: Node
    left_out: ExtentOn | None
    out_from_ppm: int


@dataclass(frozen=True)
class Column:
    """A column of the result: the field of a step, under the name that users see.

    `kind` is one of `count` (whole numbers), `amount` (floating point) and `category` (text).
    """

    name: str
    node: Node
    field: str
    kind: str


@dataclass(frozen=True)
class PlannedOutcome:
    """The columns of one outcome, and those that only the account of the run shows."""

    outcome: str
    columns: tuple[Column, ...]
    account: tuple[Column, ...] = ()


@dataclass(frozen=True)
class Plan:
    """All outcomes of a run."""

    outcomes: tuple[PlannedOutcome, ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        """Every column to compute, in the order of the result."""
        return tuple(
            column for planned in self.outcomes for column in (*planned.columns, *planned.account)
        )

    def steps(self) -> tuple[Node, ...]:
        """The distinct nodes, each after those that it works on."""
        ordered: dict[Node, None] = {}
        for column in self.columns:
            _append(column.node, ordered)
        return tuple(ordered)

    def amounts(self) -> tuple[CohortAmount, ...]:
        """The amounts that the cohort must hold."""
        return tuple(step for step in self.steps() if isinstance(step, CohortAmount))

    def names(self) -> dict[Node, str]:
        """A name for each step: its kind, and its number among those of its kind."""
        names: dict[Node, str] = {}
        counts: dict[str, int] = {}
        for step in self.steps():
            kind = re.sub("(?<=.)(?=[A-Z])", "_", type(step).__name__).lower()
            counts[kind] = counts.get(kind, 0) + 1
            names[step] = f"{kind}_{counts[kind]}"
        return names

    def rewrite(self, change: Callable[[Node], Node]) -> "Plan":
        """The plan with every step changed, those that it works on first."""
        done: dict[Node, Node] = {}

        def visit(node: Node) -> Node:
            if node not in done:
                parts = {field.name: part(getattr(node, field.name)) for field in fields(node)}
                done[node] = change(replace(node, **parts))
            return done[node]

        def part(value: Any) -> Any:
            if isinstance(value, tuple):
                return tuple(part(each) for each in value)
            return visit(value) if isinstance(value, Node) else value

        def visit_all(columns: tuple[Column, ...]) -> tuple[Column, ...]:
            return tuple(replace(each, node=visit(each.node)) for each in columns)

        return Plan(
            tuple(
                replace(each, columns=visit_all(each.columns), account=visit_all(each.account))
                for each in self.outcomes
            )
        )


def _append(node: Node, ordered: dict[Node, None]) -> None:
    if node not in ordered:
        for part in node.inputs():
            _append(part, ordered)
        ordered[node] = None
