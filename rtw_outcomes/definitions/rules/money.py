"""Rules on cost."""

from collections.abc import Iterator

from rtw_outcomes.errors import Problem
from rtw_outcomes.language.measures.money import Cost
from rtw_outcomes.language.outcome import Outcome
from rtw_outcomes.language.vocabulary import KEY_COLUMNS


def friction_is_in_days(kind: Cost, outcome: Outcome) -> Iterator[Problem]:  # noqa: ARG001 the signature of every rule
    """The days until somebody else does the work are a count from the first day of the spell."""
    if kind.friction is not None and (kind.friction.months or not kind.friction):
        yield Problem(
            ("measure", kind.key, "friction"),
            "the first days of a spell are a number of days or weeks, at least 1 day",
            found=f"`{kind.friction}`",
        )


def amount_is_no_key(kind: Cost, outcome: Outcome) -> Iterator[Problem]:  # noqa: ARG001 the signature of every rule
    """A key column of the cohort is no amount of money."""
    if kind.amount_column in KEY_COLUMNS:
        yield Problem(
            ("measure", kind.key, "per_net_day", "column"),
            f"`{kind.amount_column}` is a key column and holds no amount",
        )


RULES = {Cost: (friction_is_in_days, amount_is_no_key)}
