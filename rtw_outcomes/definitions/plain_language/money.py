"""The cost of absence in plain language."""

from collections.abc import Iterator

from rtw_outcomes.definitions.plain_language.days import EVERYBODY
from rtw_outcomes.definitions.plain_language.phrases import (
    OBSERVED_BESIDE,
    Headline,
    describe_gap,
    name_benefits,
    window,
    window_ends,
)
from rtw_outcomes.language.measures.money import Cost
from rtw_outcomes.language.resolved import ResolvedOutcome


def headline_cost(kind: Cost, resolved: ResolvedOutcome) -> Headline:
    """The headline: who has a cost, which cost, and what ends the counting."""
    of_a_column = kind.from_cohort is not None
    who = f"{EVERYBODY}, and with an amount" if of_a_column else EVERYBODY
    days = (
        f"net sick days, the first {kind.friction} of each spell"
        if kind.friction
        else "net sick days"
    )
    return Headline(who, f"the cost of the {days}", window_ends(resolved.outcome))


def describe_cost(kind: Cost, resolved: ResolvedOutcome) -> Iterator[str]:
    """Sentences about the days that cost something, the amount, and the method."""
    outcome = resolved.outcome
    benefits = name_benefits(outcome.own_absence.benefits)
    column = kind.from_cohort and kind.from_cohort.column
    amount = f"the amount in `{column}`" if column is not None else kind.per_net_day
    yield (
        f"The cost of absence is {amount} for each net day {window(outcome)}. A day on which {benefits} was "
        "paid counts its extent as a share of full time, all benefits of a day together."
    )
    if column is not None:
        yield f"`{column}` is a column of the cohort. The cost is missing for a row without an amount."
    if kind.friction:
        yield (
            f"Only the first {kind.friction} of each spell count, as if somebody else did the work from then "
            "on: this is the friction-cost method. They are counted from the first observed day of the "
            "spell, also where that lies before these days."
        )
        yield from describe_gap(
            outcome.own_absence, "and the days between are among its first days"
        )
    else:
        yield "Every day of a spell counts, however long the spell is: this is the human-capital method."
    yield f"Only observed days are counted. {OBSERVED_BESIDE}"
