"""Numbers of spells and the chain day in plain language."""

from collections.abc import Iterator

from rtw_outcomes.definitions.plain_language.days import EVERYBODY
from rtw_outcomes.definitions.plain_language.phrases import (
    OBSERVED_BESIDE,
    Headline,
    day,
    describe_absence,
    join_phrases,
    window,
    window_ends,
)
from rtw_outcomes.language.measures.spells import ChainDay, OfLength, SpellsIn
from rtw_outcomes.language.resolved import ResolvedOutcome

COUNTED = {"started": "new spells", "ended": "ended spells", "ongoing": "ongoing spells"}


def headline_spells(kind: SpellsIn, resolved: ResolvedOutcome) -> Headline:
    """The headline: who has a number of spells, which number, and what ends the counting."""
    number = f"the number of {COUNTED[kind.count]}{of_length(kind).rstrip(',')}"
    return Headline(EVERYBODY, number, window_ends(resolved.outcome))


def describe_spells(kind: SpellsIn, resolved: ResolvedOutcome) -> Iterator[str]:
    """Sentences about what a spell is, and about the spells that count."""
    outcome = resolved.outcome
    yield from describe_absence(outcome.own_absence)
    which = f"the spells{of_length(kind)}"
    if kind.count == "started":
        yield f"New spells are {which} whose first day lies {window(outcome)}."
        yield (
            "A spell that began before is not new. A spell that is running when the extract begins counts "
            "as begun then, because nothing is known of the days before."
        )
    elif kind.count == "ended":
        yield f"Ended spells are {which} whose last day lies {window(outcome)}."
        yield "A spell is known to have ended when the day after it is observed."
    else:
        yield f"Ongoing spells are {which} with any day {window(outcome)}."
    yield from describe_true_length(kind)
    yield OBSERVED_BESIDE


def headline_chain_day(kind: ChainDay, resolved: ResolvedOutcome) -> Headline:  # noqa: ARG001 the signature for every kind
    """The headline: who has a chain day, what it is, and what ends it."""
    return Headline(
        f"every index date for which {day(kind.at)} is observed",
        "the day of the rehabilitation chain that this day is",
        "nothing: it is a look at one day",
    )


def describe_chain_day(kind: ChainDay, resolved: ResolvedOutcome) -> Iterator[str]:
    """Sentences about the spells and the days of them that are counted."""
    yield from describe_absence(resolved.outcome.own_absence)
    yield (
        f"The chain day is the number of days, up to and including {day(kind.at)}, of the spell that covers "
        f"this day and of the spells before it, each with at most {kind.link_gap} between it and the next. "
        "The days between spells are not counted."
    )
    yield (
        "It is 0 when no spell covers the day, and missing when the day is not observed. Only observed "
        "days make spells, so a chain that began before the observed period has begun on its first day."
    )


def of_length(kind: OfLength) -> str:
    """The lengths of the spells that count, to stand after `spells`; empty when all count."""
    limits = [f"at least {kind.at_least}"] if kind.at_least else []
    limits += [f"less than {kind.below}"] if kind.below else []
    first = "true first" if kind.from_true_first_day else "first"
    return f" of {join_phrases(limits, 'and')}, {first} to last day," if limits else ""


def describe_true_length(kind: OfLength) -> Iterator[str]:
    """Sentences about the length of a spell that is measured from its true first day."""
    if kind.from_true_first_day:
        yield (
            "From its true first day a spell is longer than the register shows it, by the employer period "
            "that was in force on the first day seen. Every other date is that of a day seen."
        )
