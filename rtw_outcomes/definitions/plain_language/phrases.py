"""Phrases that the texts of several measures use: benefits, days, absence, competing events."""

from collections.abc import Iterator
from dataclasses import dataclass

from rtw_outcomes.language.absence import Absence
from rtw_outcomes.language.lengths import BEFORE, Length
from rtw_outcomes.language.measures.cut import SignedCut
from rtw_outcomes.language.outcome import Outcome
from rtw_outcomes.language.thresholds import OwnExtent, Threshold
from rtw_outcomes.language.vocabulary import expand_benefits

EXITS_IN_WORDS = {
    "death": "death",
    "emigration": "emigration",
    "old_age_pension": "an old-age pension, as the cohort says",
}
OBSERVED_BESIDE = (
    "The number of observed days is given beside it. The result is missing for a window without an "
    "observed day."
)


@dataclass(frozen=True)
class Headline:
    """The three lines that a reader must know first, each as the end of a sentence.

    Attributes:
        who: who is at risk, or who has a value.
        what: the event or the number.
        until: what ends it.
    """

    who: str
    what: str
    until: str


def window(outcome: Outcome) -> str:
    """The days of the follow-up: `from the index date to the day before ...`."""
    assert outcome.follow_up, "the rules ask for it"
    start, end = outcome.follow_up.from_, outcome.follow_up.to
    first = moment(start, "the index date") if start else "the index date"
    after_last = f"the one {moment(end, 'it')}" if end else "the index date"
    return f"from {first} to the day before {after_last}"


def window_ends(outcome: Outcome) -> str:
    """The end of the counting, for a number that is counted over the follow-up."""
    assert outcome.follow_up, "the rules ask for it"
    end = outcome.follow_up.to
    last = (
        f"the day before {moment(end, 'the index date')}"
        if end
        else "the day before the index date"
    )
    return f"the follow-up on {last}; unobserved days do not count"


def moment(length: Length, index_date: str) -> str:
    """The day that lies a length after the index date, or before it."""
    text = str(length)
    return f"{text} {index_date}" if text.endswith(BEFORE) else f"{text} after {index_date}"


def day(at: Length) -> str:
    """The day that a measure looks at."""
    return f"the day {at} after the index date" if at else "the index date"


def follow_up_length(outcome: Outcome) -> str:
    """The length of the follow-up."""
    assert outcome.follow_up, "the rules ask for it"
    return str(outcome.follow_up.to)


def clock(origin: str) -> str:
    """The meaning of the days and the status of a time to an event."""
    return f"Time is in days from the {origin}. Status 0 is censored and status 1 is the event."


def name_benefits(names: tuple[str, ...], link: str = "or") -> str:
    """Benefits as a list in a sentence, with the members of groups."""
    return join_phrases([say(name) for name in expand_benefits(names)], link)


def extent_in_words(when: Threshold) -> str:
    """The extent to which a benefit is paid."""
    return {"any": "to any extent", "full": "at full time"}.get(str(when), f"at {when}")


def describe_absence(absence: Absence) -> Iterator[str]:
    """Sentences about the days on which a person is absent, and about the gaps that are bridged."""
    assert absence.when, "the rules ask for it"
    limit = absence.when.limit
    extent = {
        "any": "to any extent",
        "full": "at full time, all these benefits together",
        "as_on_day_0": "to the same extent as on the index date or a larger one, all these benefits "
        "together",
    }.get(str(absence.when), f"at {absence.when}, all these benefits together")
    if isinstance(limit, OwnExtent) and limit.above:
        compared = moment(limit.day, "the index date")
        extent = f"to a larger extent than on the day {compared}, all these benefits together"
    yield f"A person is absent on a day on which {name_benefits(absence.benefits)} was paid {extent}."
    if isinstance(limit, OwnExtent) and limit.above:
        yield (
            "Any extent is larger when none was paid on that day. A person with full extent on that day "
            "is absent on no day, and neither is a person for whom that day is not observed."
        )
    yield from describe_gap(absence, "and the person is absent on the days between")


def describe_gap(absence: Absence, bridged: str) -> Iterator[str]:
    """A sentence about the gaps that join two absences into one spell."""
    if absence.join_gap:
        yield f"Absences with at most {absence.join_gap} between them are one spell, {bridged}."
    elif absence.join_gap is not None:
        yield "Absences are one spell only when no day lies between them."


def describe_competing(outcome: Outcome, origin: str, which: str) -> Iterator[str]:
    """The competing events with their status, and which of them count."""
    if not outcome.competing:
        yield "No event competes: a person who dies or leaves is censored."
        return
    events = join_phrases(
        [
            f"{name_event(event, origin)} (status {status})"
            for status, event in enumerate(outcome.competing, start=2)
        ],
        "and",
    )
    verb = "compete, each" if len(outcome.competing) > 1 else "competes"
    yield f"{events[0].upper()}{events[1:]} {verb} on its own day, {which}."


def name_event(event: str, origin: str) -> str:
    """A competing event: a way out of observation, or a benefit that begins after the origin."""
    return EXITS_IN_WORDS.get(event) or f"the start of {_article(event)} after the {origin}"


def clock_ends(outcome: Outcome, origin: str) -> str:
    """The ends of a clock: an event that competes, or censoring."""
    events = [name_event(event, origin) for event in outcome.competing]
    competing = f"a competing event ({join_phrases(events, 'or')}), " if events else ""
    return f"{competing}the end of follow-up {follow_up_length(outcome)} after the {origin}, or the end of observation"


def describe_cut(cut: SignedCut | None, number: str) -> Iterator[str]:
    """A sentence about the numbers for which the result is 1."""
    if cut:
        yield f"The result is 1 where the {number} is {cut}, and 0 where it is not."


def say_number(cut: SignedCut | None, number: str) -> str:
    """A number for the headline, or the question whether it reaches a limit."""
    return f"whether the {number} is {cut}" if cut else f"the {number}"


def say(name: str) -> str:
    """A word of the vocabulary as people write it."""
    return name.replace("_", " ")


def _article(benefit: str) -> str:
    text = say(benefit)
    return f"a {text}" if text.endswith("pension") else text


def join_phrases(phrases: list[str], link: str) -> str:
    """Phrases as a list in a sentence: `a, b or c`."""
    return phrases[0] if len(phrases) == 1 else f"{', '.join(phrases[:-1])} {link} {phrases[-1]}"
