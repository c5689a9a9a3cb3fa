"""The days on which curves of times to an event are read, and how many have left by then."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from rtw_outcomes.language.lengths import Length
from rtw_outcomes.language.outcome import Outcome
from rtw_outcomes.statistics.contributors import Count
from rtw_outcomes.statistics.members import Members

NOT_AT_RISK, CENSORED = "not_at_risk", "censored"
IN_ALL = "in all"
AT_RISK, EVENTS, CENSORINGS = "n.risk", "n.event", "n.censor"
LEFT, LATER, TO_THE_END = "left", "later", "to the end"


@dataclass(frozen=True)
class FixedDays:
    """The days on which the curves of an outcome are read.

    Attributes:
        horizon: the days of the follow-up, from the index date from which it is shortest.
        at: the days, as the study writes them, in ascending order.
        late: the asked days that come after the follow-up, as they are written.
    """

    horizon: int
    at: Mapping[str, int]
    late: tuple[str, ...] = ()

    @classmethod
    def of(cls, outcome: Outcome, asked: Sequence[str]) -> "FixedDays":
        """Those of the asked days that are in the follow-up; its end where none is."""
        follow_up = outcome.follow_up
        assert follow_up, "a time to an event has a follow-up"
        horizon = max(1, follow_up.to.spans[0])
        days = {written: Length.parse(written).spans[0] for written in asked}
        days = dict(sorted(days.items(), key=lambda each: each[1]))
        at = {written: day for written, day in days.items() if day <= horizon}
        late = tuple(written for written in days if written not in at)
        return cls(horizon, at or {str(follow_up.to): horizon}, late)


def name_count(kind: str, written: str, cause: str = "") -> str:
    """The name of a count by a day: of those at risk, with an event or censored."""
    return f"{kind}.{cause} {written}" if cause else f"{kind} {written}"


def count_by_day(
    members: Members,
    outcome: Outcome,
    clock: tuple[pl.Series, pl.Series],
    fixed: FixedDays,
    is_exact: bool,
) -> Iterator[tuple[str, Count]]:
    """Count who has had each event, and who is censored, by the end of each day, and who is still at risk.

    Events and censorings are counts of one partition, and those at risk of another one for each day, so that
    disclosure control sees what follows from two of them. Those at risk are counted at the beginning of a
    day, as R's `survfit` does, where numbers may be exact. Else those are counted who are at risk after it:
    with the others, the two would tell who left on this day.
    On the last day these are the persons who are observed to the end of the follow-up.

    Args:
        members: the index dates.
        outcome: what they are about.
        clock: the days of the index dates, and their status.
        fixed: the days.
        is_exact: whether groups of every size are told.
    """
    days, status = clock
    # What happens after the horizon is not looked at.
    late = (days > fixed.horizon).fill_null(False)
    day = days.clip(upper_bound=fixed.horizon)
    code = pl.select(pl.when(late).then(0).otherwise(status)).to_series()
    cells: dict[str, pl.Series] = {NOT_AT_RISK: days.is_null()}
    left: dict[str, list[str]] = {}
    before = -1
    for written, until in (*fixed.at.items(), (LATER, fixed.horizon)):
        is_in = (day > before) & (day <= until)
        for number, name in enumerate(outcome.statuses):
            cell = f"{name} {written}"
            cells[cell] = is_in & code.eq(number)
            left.setdefault(name, []).append(cell)
        before = until
    at_end, is_at_end = f"{CENSORED} {TO_THE_END}", code.eq(0) & day.eq(fixed.horizon)
    for cell in left[CENSORED]:
        cells[cell] = cells[cell] & ~is_at_end
    cells[at_end] = is_at_end
    telling = tuple(name for name in cells if name != NOT_AT_RISK)
    partition = members.divide(cells, telling, is_main=False, precious=(NOT_AT_RISK,))

    for place, (written, until) in enumerate(fixed.at.items(), start=1):
        gone = {name: of_status[:place] for name, of_status in left.items()}
        is_last = until == fixed.horizon
        for name in outcome.statuses[1:]:
            yield name_count(EVENTS, written, name), partition.count(*gone[name])
        yield (
            name_count(CENSORINGS, written),
            partition.count(*gone[CENSORED], *([at_end] if is_last else [])),
        )
        is_there = day >= until if is_exact else is_at_end if is_last else day > until
        there = {NOT_AT_RISK: days.is_null(), LEFT: ~is_there, AT_RISK: is_there}
        divided = members.divide(there, (LEFT, AT_RISK), is_main=False)
        yield name_count(AT_RISK, written), divided.count(AT_RISK)
