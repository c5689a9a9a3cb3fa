"""Rules on cost."""

from collections.abc import Iterator

from rtw_outcomes.errors import Problem
from rtw_outcomes.language.measures.money import Cost
from rtw_outcomes.language.outcome import Outcome


def friction_is_in_days(kind: Cost, outcome: Outcome) -> Iterator[Problem]:  # noqa: ARG001 the signature of every rule
    """The days until somebody else does the work are a count from the first day of the spell."""
    if kind.friction is not None and (kind.friction.months or not kind.friction):
        yield Problem(
            ("measure", kind.key, "friction"),
            "the first days of a spell are a number of days or weeks, at least 1 day",
            found=f"`{kind.friction}`",
        )


RULES = {Cost: (friction_is_in_days,)}
