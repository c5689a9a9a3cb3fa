"""Outcomes made of others in plain language."""

from collections.abc import Iterator

from rtw_outcomes.definitions.plain_language.phrases import (
    Headline,
    describe_cut,
    extent_in_words,
    join_phrases,
    name_benefits,
)
from rtw_outcomes.language.measures.composites import (
    OBSERVED_YEARS,
    PERSONS,
    POPULATIONS,
    AllOf,
    AnyOf,
    Change,
    Logical,
    NoneOf,
    Rate,
)
from rtw_outcomes.language.resolved import ResolvedOutcome

HOLDS: dict[type[Logical], str] = {
    AllOf: "all of these are",
    AnyOf: "any of these is",
    NoneOf: "none of these is",
}
THEIR_OWN = "what ends the outcomes that it is made of"


def headline_logical(kind: Logical, resolved: ResolvedOutcome) -> Headline:  # noqa: ARG001 the signature for every kind
    """The headline: who has an answer, to which question, and what ends it."""
    return Headline(
        "every index date whose answers decide it",
        f"whether {HOLDS[type(kind)]} yes: {_name_outcomes(kind)}",
        THEIR_OWN,
    )


def describe_logical(kind: Logical, resolved: ResolvedOutcome) -> Iterator[str]:
    """Sentences about the answers, and how they are combined."""
    yield f"The result is 1 where {HOLDS[type(kind)]} yes, and else 0: {_name_outcomes(kind)}."
    if any(each.outcome.is_time_to_event for each in resolved.named):
        yield (
            "A time to an event is yes when the event happened. It is no when a competing event came first, "
            "or when nothing happened to the end of its follow-up. A person who was not at risk, or who "
            "was not observed to that end, has no answer."
        )
    yield "The result is missing only where a missing answer could change it."


def _name_outcomes(kind: Logical) -> str:
    return join_phrases([f"`{name}`" for name in kind.outcomes], "and")


def headline_change(kind: Change, resolved: ResolvedOutcome) -> Headline:  # noqa: ARG001 the signature for every kind
    """The headline: who has a change, which change, and what ends it."""
    change = f"`{kind.second}` less `{kind.first}`"
    what = f"whether {change} is {kind.cut}" if kind.cut else change
    return Headline("every index date with both numbers", what, THEIR_OWN)


def describe_change(kind: Change, resolved: ResolvedOutcome) -> Iterator[str]:
    """Sentences about the two numbers and their difference."""
    yield (
        f"The {'change' if kind.cut else 'result'} is `{kind.second}` less `{kind.first}`: below 0 where the second is lower. It is "
        "missing where one of the two is."
    )
    if all(each.outcome.follow_up for each in resolved.named):
        yield "The observed days of both windows together are given beside it."
    yield from describe_cut(kind.cut, "change")


def headline_rate(kind: Rate, resolved: ResolvedOutcome) -> Headline:
    """The headline: whose shares are summed, which rate it is, and what ends it."""
    return Headline(
        "every index date with a share in both sums",
        f"the sum of `{kind.of}` divided by {denominator(kind, resolved)}{times(kind)}",
        THEIR_OWN,
    )


def describe_rate(kind: Rate, resolved: ResolvedOutcome) -> Iterator[str]:
    """Sentences about the sums that are divided, and about who is in them."""
    yield (
        f"The rate of a group is the sum of `{kind.of}` over its index dates, divided by "
        f"{denominator(kind, resolved)}{times(kind)}. Sums are made before they are divided. The shares of "
        "an index date in the two sums are given."
    )
    if resolved.named[0].outcome.is_time_to_event:
        yield "An event that happened in its follow-up counts 1, and none counts 0."
    if kind.leave_out:
        yield (
            f"A person who was paid {name_benefits(kind.leave_out.benefits)} "
            f"{extent_in_words(kind.leave_out.when)} on the index date is in neither sum."
        )
    missing = f"`{kind.of}`" if kind.over in POPULATIONS else f"`{kind.of}` or `{kind.over}`"
    yield f"An index date for which {missing} is missing is in neither sum."


def denominator(kind: Rate, resolved: ResolvedOutcome) -> str:
    """What the sum of a rate is divided by."""
    is_time = resolved.named[0].outcome.is_time_to_event
    years = "at risk, to the event or the censoring" if is_time else "observed in its follow-up"
    return {
        PERSONS: "the number of these index dates",
        OBSERVED_YEARS: f"the years that are {years}, of 365.25 days each",
    }.get(kind.over, f"the sum of `{kind.over}`")


def times(kind: Rate) -> str:
    """What a rate is multiplied by, to stand at the end; empty when it is not."""
    return f", times {kind.scale}" if kind.scale > 1 else ""
