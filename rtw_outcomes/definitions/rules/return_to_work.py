"""Rules on the return to work."""

from collections.abc import Iterator

from rtw_outcomes.errors import Problem
from rtw_outcomes.language.measures.return_to_work import ReturnToWork
from rtw_outcomes.language.outcome import Outcome
from rtw_outcomes.language.thresholds import OwnExtent


def sustain_is_longer_than_the_gap(kind: ReturnToWork, outcome: Outcome) -> Iterator[Problem]:
    """A free run that the gap bridges is part of a spell: it can never be a return."""
    gap = outcome.absence and outcome.absence.join_gap
    if not kind.sustained:
        yield Problem(
            ("measure", kind.key, "sustained"),
            "a return that is sustained for 0 days is no return",
            hint="`1 day` is the first return",
        )
    elif gap and not kind.sustained.ends_after(gap):
        yield Problem(
            ("measure", kind.key, "sustained"),
            "the return must last longer than the gap that spells are joined over",
            expected=f"more than {gap}",
            found=f"`{kind.sustained}`",
        )


def day_0_counts_for_known_extents(kind: ReturnToWork, outcome: Outcome) -> Iterator[Problem]:
    """A person without an extent of their own to compare with would return on day 0."""
    when = outcome.absence and outcome.absence.when
    if not kind.day_0_may_count or not when or not isinstance(when.limit, OwnExtent):
        return
    who = "without benefit on day 0"
    if when.limit.above:
        who = "of whom the day of `more_than_on` is not observed"
    yield Problem(
        ("measure", kind.key, "day_0_may_count"),
        f"a person {who} would return on day 0",
        hint="Remove it",
    )


RULES = {ReturnToWork: (sustain_is_longer_than_the_gap, day_0_counts_for_known_extents)}
