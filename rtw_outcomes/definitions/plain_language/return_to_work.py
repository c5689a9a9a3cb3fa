"""Return to work, relapse, first spell and recurrence in plain language."""

from collections.abc import Iterator

from rtw_outcomes.definitions.plain_language.phrases import (
    OBSERVED_BESIDE,
    Headline,
    clock,
    clock_ends,
    describe_absence,
    describe_competing,
    follow_up_length,
)
from rtw_outcomes.definitions.plain_language.spells import describe_true_length, of_length
from rtw_outcomes.language.measures.return_to_work import (
    FirstSpell,
    Recurrence,
    Relapse,
    ReturnToWork,
)
from rtw_outcomes.language.resolved import ResolvedOutcome


def headline_return(kind: ReturnToWork, resolved: ResolvedOutcome) -> Headline:
    """The headline: who can return, what the return is, and what ends the wait for it."""
    who = "every person" if kind.day_0_may_count else "persons who are absent on the index date"
    return Headline(
        who,
        f"the first day that begins {kind.sustained} without absence",
        clock_ends(resolved.outcome, "index date"),
    )


def describe_return(kind: ReturnToWork, resolved: ResolvedOutcome) -> Iterator[str]:
    """Sentences about the return, the persons at risk, the confirmation, and the competing events."""
    outcome = resolved.outcome
    yield from describe_absence(outcome.own_absence)
    yield (
        f"Return to work is the first day, from the index date on, that begins {kind.sustained} without "
        "absence. It is dated at the first of these days."
    )
    if kind.day_0_may_count:
        yield "The index date itself may be that day."
    else:
        yield "Only persons who are absent on the index date are at risk."
    yield (
        f"Follow-up is {follow_up_length(outcome)} from the index date. Days after it may confirm a return "
        "within it. A return is censored at its first day when observation ends before it is confirmed."
    )
    which = (
        "if that day comes before the return or among the days that confirm it. After the end of "
        "follow-up such a day censors at that end"
    )
    yield from describe_competing(outcome, "index date", which)
    yield (
        "A person with no such event is censored at the end of follow-up or of observation. "
        f"{clock('index date')}"
    )


def headline_first_spell(kind: FirstSpell, resolved: ResolvedOutcome) -> Headline:
    """The headline: who can have a first spell, what it is, and what ends the wait for it."""
    return Headline(
        "persons who are not absent on the index date",
        f"the first day of the first spell{of_length(kind)} after the index date",
        clock_ends(resolved.outcome, "index date"),
    )


def describe_first_spell(kind: FirstSpell, resolved: ResolvedOutcome) -> Iterator[str]:
    """Sentences about the first spell, the persons at risk, and the competing events."""
    outcome = resolved.outcome
    yield from describe_absence(outcome.own_absence)
    yield f"The event is the first day of the first spell{of_length(kind)} after the index date."
    yield from describe_true_length(kind)
    yield "Only persons who are not absent on the index date are at risk."
    yield from describe_competing(outcome, "index date", "if that day comes before the spell")
    yield (
        f"Persons are censored {follow_up_length(outcome)} after the index date, or at the end of "
        f"observation. {clock('index date')}"
    )


def headline_relapse(kind: Relapse, resolved: ResolvedOutcome) -> Headline:
    """The headline: who can relapse, what the relapse is, and what ends the wait for it."""
    return Headline(
        f"persons with the return of `{kind.after}`",
        f"the first day of the first spell{of_length(kind)} after that return",
        clock_ends(resolved.outcome, "return"),
    )


def describe_relapse(kind: Relapse, resolved: ResolvedOutcome) -> Iterator[str]:
    """Sentences about the relapse, the persons at risk, and the competing events."""
    outcome = resolved.outcome
    yield from describe_absence(outcome.own_absence)
    yield (
        f"Relapse is the first day of the first spell{of_length(kind)} after the return of `{kind.after}`."
    )
    yield from describe_true_length(kind)
    yield "Only persons with such a return are at risk."
    yield from describe_competing(outcome, "return", "if that day comes before the relapse")
    yield (
        f"Persons are censored {follow_up_length(outcome)} after the return, or at the end of observation. "
        f"{clock('return')}"
    )


def headline_recurrence(kind: Recurrence, resolved: ResolvedOutcome) -> Headline:
    """The headline: who can have new spells, which number it is, and what ends the counting."""
    length = follow_up_length(resolved.outcome)
    return Headline(
        f"persons with the return of `{kind.after}`",
        f"the number of spells{of_length(kind)} that begin after that return",
        f"the end of follow-up {length} after the return; unobserved days do not count",
    )


def describe_recurrence(kind: Recurrence, resolved: ResolvedOutcome) -> Iterator[str]:
    """Sentences about the spells that count, and about the persons for whom they count."""
    outcome = resolved.outcome
    yield from describe_absence(outcome.own_absence)
    yield (
        f"Recurrence is the number of spells{of_length(kind)} that begin after the return of `{kind.after}` "
        f"and within {follow_up_length(outcome)} of it."
    )
    yield from describe_true_length(kind)
    yield f"It is missing for persons without such a return. {OBSERVED_BESIDE}"
