"""A definition in plain language: sentences that could stand in a paper's methods section."""

from collections.abc import Iterator
from functools import singledispatch

from rtw_outcomes.catalogue import ResolvedOutcome
from rtw_outcomes.model import (
    Absence,
    Kind,
    NewSpells,
    Outcome,
    Recurrence,
    Relapse,
    ReturnToWork,
    SickDays,
    WorkState,
)
from rtw_outcomes.vocabulary import DISABILITY_PENSION, PRIOR_STATES, expand_benefits

EXIT_WORDS = {
    "death": "death",
    "emigration": "emigration",
    "old_age_pension": "the start of an old-age pension",
}


def describe_outcome(resolved: ResolvedOutcome) -> str:
    """One paragraph that says what is computed, complete enough to repeat it."""
    return " ".join(_describe_kind(resolved.outcome.kind, resolved))


@singledispatch
def _describe_kind(kind: Kind, resolved: ResolvedOutcome) -> Iterator[str]:
    raise AssertionError(f"no words for the measure {type(kind).__name__} of {resolved}")


@_describe_kind.register
def _(kind: SickDays, resolved: ResolvedOutcome) -> Iterator[str]:
    outcome = resolved.outcome
    benefits = _name_benefits(outcome.absence.benefits)
    yield f"{kind.count.capitalize()} sick days are the days {_window(outcome)} on which {benefits} was paid."
    if kind.count == "net":
        yield (
            "Each day counts its extent as a share of full time; the extents of several benefits on "
            "one day are added, to at most full time."
        )
    else:
        yield "Each day counts 1, whatever its extent and however many benefits were paid on it."
    if kind.per:
        yield f"They are split on periods of {kind.per} from the index date."
    yield (
        "Only observed days are counted, and their number is given beside; the days of an "
        "incomplete follow-up are not estimated."
    )


@_describe_kind.register
def _(kind: ReturnToWork, resolved: ResolvedOutcome) -> Iterator[str]:
    outcome = resolved.outcome
    yield from _describe_absence(outcome.absence)
    yield (
        f"Return to work is the first day, from the index date on, that begins {kind.sustained} "
        "without absence; it is dated at the first of these days."
    )
    if kind.day_0_may_count:
        yield "The index date itself may be that day."
    else:
        yield "Only persons who are absent on the index date are at risk."
    yield (
        f"Follow-up is {_to(outcome)} from the index date; a return within it may be confirmed by "
        "days after it, and is censored at its first day when observation ends before it is."
    )
    if outcome.competing:
        yield (
            f"{_name_competing(outcome, 'index date')}, if that day comes before the return or "
            f"within the {kind.sustained} that confirm it; after the end of follow-up such a day "
            "censors at that end."
        )
    yield (
        "Who has none of these is censored at the end of follow-up or of observation. "
        f"{_clock('index date')}"
    )


@_describe_kind.register
def _(_: Relapse, resolved: ResolvedOutcome) -> Iterator[str]:
    outcome = resolved.outcome
    yield from _describe_absence(outcome.absence)
    yield f"Relapse is the first day of the first spell after the return of `{outcome.after}`."
    yield "Only persons with such a return are at risk."
    if outcome.competing:
        yield f"{_name_competing(outcome, 'return')}, if that day comes before the relapse."
    yield (
        f"Persons are censored {_to(outcome)} after the return, or at the end of observation. "
        f"{_clock('return')}"
    )
    yield from _describe_return(resolved)


@_describe_kind.register
def _(kind: Recurrence, resolved: ResolvedOutcome) -> Iterator[str]:
    outcome = resolved.outcome
    yield from _describe_absence(outcome.absence)
    least = _at_least(kind)
    yield (
        f"Recurrence is the number of spells{least} that begin after the return of "
        f"`{outcome.after}` and within {_to(outcome)} of it."
    )
    yield "It is missing for persons without such a return. The number of observed days is given beside."
    yield from _describe_return(resolved)


@_describe_kind.register
def _(kind: NewSpells, resolved: ResolvedOutcome) -> Iterator[str]:
    outcome = resolved.outcome
    yield from _describe_absence(outcome.absence)
    yield f"New spells are the spells{_at_least(kind)} whose first day lies {_window(outcome)}."
    yield "A spell that began before is not new. The number of observed days is given beside."


@_describe_kind.register
def _(kind: WorkState, resolved: ResolvedOutcome) -> Iterator[str]:
    benefits = (*resolved.outcome.absence.benefits, DISABILITY_PENSION)
    states = "; ".join(PRIOR_STATES[state] for state in kind.precedence)
    yield (
        f"The state on the day {kind.at} after the index date is the first of these that holds: "
        f"{states}; and then, by the sum of the extents of {_name_benefits(benefits, 'and')}, at most full "
        "time: full work (0), part work (below 100 percent), full absence (100 percent)."
    )


def _describe_absence(absence: Absence) -> Iterator[str]:
    assert absence.when, "the rules ask for it"
    assert absence.join_gap is not None, "the rules ask for it"
    extent = {
        "any": "to any extent",
        "full": "at full time, all these benefits together",
    }.get(str(absence.when), f"at {absence.when}, all these benefits together")
    yield f"A person is absent on a day on which {_name_benefits(absence.benefits)} was paid {extent}."
    if absence.join_gap:
        yield (
            f"Absences with at most {absence.join_gap} between them are one spell, and the person "
            "counts as absent on the days between."
        )


def _describe_return(resolved: ResolvedOutcome) -> Iterator[str]:
    assert resolved.returned, "the catalogue finds the return or raises"
    yield f"`{resolved.outcome.after}` is defined so: {describe_outcome(ResolvedOutcome(resolved.returned))}"


def _name_benefits(names: tuple[str, ...], link: str = "or") -> str:
    return join_words([name.replace("_", " ") for name in expand_benefits(names)], link)


def _name_competing(outcome: Outcome, origin: str) -> str:
    events = [
        f"{EXIT_WORDS.get(event) or f'the start of {_article(event)} after the {origin}'} "
        f"(status {status})"
        for status, event in enumerate(outcome.competing, start=2)
    ]
    verb = "compete, each" if len(events) > 1 else "competes"
    named = join_words(events, "and")
    return f"{named[0].upper()}{named[1:]} {verb} on its own day"


def _article(benefit: str) -> str:
    words = benefit.replace("_", " ")
    return f"a {words}" if words.endswith("pension") else words


def _at_least(kind: Recurrence | NewSpells) -> str:
    return f" of at least {kind.at_least}, first to last day," if kind.at_least else ""


def _window(outcome: Outcome) -> str:
    assert outcome.follow_up, "the rules ask for it"
    start = outcome.follow_up.from_
    since = f"from {start} after the index date to" if start else "from the index date to"
    return f"{since} the day before the one {outcome.follow_up.to} after it"


def _to(outcome: Outcome) -> str:
    assert outcome.follow_up, "the rules ask for it"
    return str(outcome.follow_up.to)


def _clock(origin: str) -> str:
    return f"Time is in days from the {origin}; status is 0 for censored and 1 for the event."


def join_words(words: list[str], link: str) -> str:
    """Words as a list in a sentence: `a, b or c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {link} {words[-1]}"
