"""The steps that make intervals: register rows, extents, absent days, spells, chains and states.

Spells and states of `Paid` rows are never planned: the optimizer puts them in place of steps that
cost more and say the same.
"""

from dataclasses import dataclass

from rtw_outcomes.language.thresholds import OwnExtent
from rtw_outcomes.language.vocabulary import BENEFITS, FULL_TIME_PPM
from rtw_outcomes.planning.nodes.node import IntervalNode, require


@dataclass(frozen=True)
class RegisterRows(IntervalNode):
    """Each register row of the person, cut to the days that are observed: lo, hi, extent, benefit.

    Only rows that meet or adjoin the days [first_day, last_day]; None is no limit.
    """

    first_day: int | None = None
    last_day: int | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.first_day is not None and self.last_day is not None:
            require(self.first_day <= self.last_day, "the last day lies before the first one")


@dataclass(frozen=True)
class Paid(IntervalNode):
    """The register rows of these benefits: lo, hi, extent; overlaps allowed."""

    rows: RegisterRows
    benefits: tuple[str, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        require(bool(self.benefits), "no benefits are named")
        require(set(self.benefits) <= set(BENEFITS), "a benefit is not in the vocabulary")


@dataclass(frozen=True)
class Extents(IntervalNode):
    """The days on which any is paid, and the sum of their extents, at most full time.

    Disjoint intervals lo, hi, extent; adjoining ones may have the same extent.
    """

    paid: Paid


@dataclass(frozen=True)
class Absent(IntervalNode):
    """The days whose extent reaches the limit: disjoint lo, hi; adjoining allowed.

    The limit is an extent in parts per million, or the person's own on one day: at least that, or
    `above` it. No day is at least an extent that is not there; any extent is above none. Where that
    day is not observed, no day is absent.
    """

    extents: Extents
    limit: int | OwnExtent

    def __post_init__(self) -> None:
        super().__post_init__()
        require(
            isinstance(self.limit, OwnExtent) or 0 < self.limit <= FULL_TIME_PPM,
            "the limit is no share of full time",
        )


@dataclass(frozen=True)
class FirstDays(IntervalNode):
    """The first `days` of each spell: disjoint lo, hi, extent; adjoining allowed.

    Here a spell is a run of days with any extent, joined when at most `join_gap_days` free days lie
    between. Bridged days are among the first days, and have no extent.
    """

    extents: Extents
    join_gap_days: int
    days: int

    def __post_init__(self) -> None:
        super().__post_init__()
        require(self.join_gap_days >= 0, "a gap has fewer than 0 days")
        require(self.days >= 1, "no first days are asked for")


@dataclass(frozen=True)
class Spells(IntervalNode):
    """Runs of absent days, joined when at most `join_gap_days` free days lie between: lo, hi."""

    absent: Absent | Paid
    join_gap_days: int

    def __post_init__(self) -> None:
        super().__post_init__()
        require(self.join_gap_days >= 0, "a gap has fewer than 0 days")


@dataclass(frozen=True)
class ChainedSpells(IntervalNode):
    """The spells, with the days of those before them in their chain: lo, hi, earlier_days.

    Two that follow one another are in one chain when at most `link_gap_days` free days lie between.
    """

    spells: Spells
    link_gap_days: int

    def __post_init__(self) -> None:
        super().__post_init__()
        require(self.link_gap_days >= 0, "a gap has fewer than 0 days")


@dataclass(frozen=True)
class StateIntervals(IntervalNode):
    """The days in each of several states, the first that holds on a day.

    A state holds on the days of its intervals. Disjoint lo, hi, with `state`, its place in this list;
    `before`, that of the day before; and `ends`, whether none holds on the day after. Where none
    holds, the place is the number of states. Adjoining intervals may have the same state.
    """

    held: tuple[Absent | Paid, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        require(bool(self.held), "there is no state")
