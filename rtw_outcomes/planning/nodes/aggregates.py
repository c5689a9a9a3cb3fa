"""The steps that count or add up what the intervals of an index date hold in a window or on a day."""

from dataclasses import dataclass
from enum import Enum

from rtw_outcomes.language.lengths import DAYS_OF_WEEK, Length
from rtw_outcomes.planning.nodes.events import Aggregate, Return, SpellLength
from rtw_outcomes.planning.nodes.intervals import (
    Absent,
    ChainedSpells,
    Extents,
    FirstDays,
    Paid,
    Spells,
    StateIntervals,
)
from rtw_outcomes.planning.nodes.node import ColumnKind, Number, Value, require, require_window


class Counted(Enum):
    """The condition that a spell must meet in a window to be counted."""

    STARTED = "started"
    ENDED = "ended"
    ONGOING = "ongoing"


@dataclass(frozen=True)
class SpellCount(Aggregate, Number):
    """The number of spells of [start, end) that have the length: value.

    `counted` are those that are STARTED, on a day of the window; ENDED, with the last day on one of
    its days and the day after it observed; or ONGOING, on any of its days. Counted from day 0, that
    day included; or from the return, that day not included, and then null when there was none.
    """

    spells: Spells
    origin: Return | None
    start: Length
    end: Length
    length: SpellLength
    counted: Counted

    def __post_init__(self) -> None:
        super().__post_init__()
        require_window(self.start, self.end)

    @property
    def source(self) -> Spells:
        """The spells that are counted."""
        return self.spells

    @property
    def counted_from(self) -> Return | None:
        """The return that it counts from; None for day 0."""
        return self.origin


@dataclass(frozen=True)
class SickDaysIn(Aggregate, Number):
    """Days in [start, end) from day 0 that are paid or absent: value.

    Each counts 1, or its extent when `net`; `Absent` days have none. Days of `Absent` with any
    extent are those of `Extents`, and are planned so.
    """

    days: Extents | Absent | FirstDays
    start: Length
    end: Length
    net: bool

    def __post_init__(self) -> None:
        super().__post_init__()
        require_window(self.start, self.end)
        require(not (self.net and isinstance(self.days, Absent)), "absent days have no extent")

    @property
    def source(self) -> Extents | Absent | FirstDays:
        """The days that are counted."""
        return self.days

    @property
    def kind(self) -> ColumnKind:
        """Net days are sums of extents."""
        return ColumnKind.AMOUNT if self.net else ColumnKind.COUNT


@dataclass(frozen=True)
class SickWeeksIn(Aggregate, Number):
    """The number of weeks of [start, end) with a day in a spell: value.

    Weeks are counted from day 0, where the window may begin at the earliest; start and end are days
    that a week begins on. The spells bridge gaps of up to 6 days: no such gap holds a whole week, and
    no two spells have a day in one week, so no week is counted that is free, and none twice.
    """

    spells: Spells
    start: int
    end: int

    def __post_init__(self) -> None:
        super().__post_init__()
        require_weeks(self.start, self.end)
        require(self.spells.join_gap_days == DAYS_OF_WEEK - 1, "the spells do not bridge a week")

    @property
    def source(self) -> Spells:
        """The spells that the weeks have days of."""
        return self.spells


@dataclass(frozen=True)
class ExtentOn(Aggregate, Value):
    """The sum of the extents that are paid on one day, at most full time: value; 0 for none."""

    paid: Paid
    at: Length

    @property
    def source(self) -> Paid:
        """The rows that are added up."""
        return self.paid


@dataclass(frozen=True)
class ChainDayOn(Aggregate, Number):
    """The days in spells of a chain, from its first day to one day, both included: value.

    0 when the day is in no spell, null when it is not observed.
    """

    chained: ChainedSpells
    at: Length

    @property
    def source(self) -> ChainedSpells:
        """The spells of the chains."""
        return self.chained


@dataclass(frozen=True)
class StateDaysIn(Aggregate, Number):
    """The number of days in [start, end) from day 0 in one state: value."""

    states: StateIntervals
    state: int
    start: Length
    end: Length

    def __post_init__(self) -> None:
        super().__post_init__()
        require_window(self.start, self.end)
        require(0 <= self.state < len(self.states.held), "there is no such state")

    @property
    def source(self) -> StateIntervals:
        """The days in each state."""
        return self.states


@dataclass(frozen=True)
class TransitionCount(Aggregate, Number):
    """The number of days of [start, end) in another state than the day before: value.

    Both days lie in the window and are observed. Only transitions from a state, or to one, where
    they are given; the number of states stands for none of them.
    """

    states: StateIntervals
    from_: int | None
    to: int | None
    start: Length
    end: Length

    def __post_init__(self) -> None:
        super().__post_init__()
        require_window(self.start, self.end)
        for state in (self.from_, self.to):
            require(state is None or 0 <= state <= len(self.states.held), "there is no such state")
        require(self.from_ is None or self.from_ != self.to, "a transition is to another state")

    @property
    def source(self) -> StateIntervals:
        """The days in each state."""
        return self.states


def require_weeks(start: int, end: int) -> None:
    """A window of weeks starts and ends between two weeks from day 0."""
    require(0 <= start < end, "the window starts before day 0, or ends before it starts")
    require(start % DAYS_OF_WEEK == 0 == end % DAYS_OF_WEEK, "the window has no whole weeks")
