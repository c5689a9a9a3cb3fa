"""A definition in plain language: sentences that could stand in a paper's methods section."""

from collections.abc import Iterator
from functools import singledispatch

from rtw_outcomes.language.lengths import BEFORE, Length
from rtw_outcomes.language.outcome import (
    OBSERVED_YEARS,
    PERSONS,
    POPULATIONS,
    Absence,
    AllOf,
    AnyOf,
    ChainDay,
    Change,
    Combined,
    Cost,
    ExtentOnDay,
    FirstSpell,
    Kind,
    NoneOf,
    Outcome,
    Rate,
    Recurrence,
    Relapse,
    ReturnToWork,
    SickDays,
    SpellsIn,
    StateDays,
    StateOnDay,
    States,
    Transitions,
    WorkDays,
    WorkState,
)
from rtw_outcomes.language.resolved import ResolvedOutcome
from rtw_outcomes.language.thresholds import OwnExtent, Threshold
from rtw_outcomes.language.vocabulary import DISABILITY_PENSION, PRIOR_STATES, expand_benefits

WEEKS = (
    "A week is seven days, counted from the index date; it is not a week of the calendar, and one day "
    "of absence makes it a week of absence."
)
OfSpells = Relapse | FirstSpell | Recurrence | SpellsIn
EXIT_WORDS = {
    "death": "death",
    "emigration": "emigration",
    "old_age_pension": "an old-age pension, as the cohort says",
}
NOTHING_COMPETES = "Nothing competes: who dies or leaves is censored."


def describe_outcome(resolved: ResolvedOutcome) -> str:
    """A paragraph that says what is computed, complete enough to repeat it.

    And one for each outcome that it is computed from, each once, after an empty line.
    """
    paragraphs = [_describe_own(resolved)]
    parts = {each.outcome.outcome: each for each in resolved.parts()}
    paragraphs += [f"`{name}` is defined so: {_describe_own(each)}" for name, each in parts.items()]
    return "\n\n".join(paragraphs)


def _describe_own(resolved: ResolvedOutcome) -> str:
    return " ".join(_describe_kind(resolved.outcome.kind, resolved))


@singledispatch
def _describe_kind(kind: Kind, resolved: ResolvedOutcome) -> Iterator[str]:
    raise AssertionError(f"no words for the measure {type(kind).__name__} of {resolved}")


@_describe_kind.register
def _(kind: SickDays, resolved: ResolvedOutcome) -> Iterator[str]:
    outcome = resolved.outcome
    benefits = _name_benefits(outcome.own_absence.benefits)
    if kind.unit == "weeks":
        yield (
            f"Weeks of absence are the weeks {_window(outcome)} with at least one observed day on "
            f"which {benefits} was paid to any extent."
        )
        yield f"{WEEKS} The number of observed days is given beside."
        yield from _describe_cut(kind, "number of these weeks")
        return
    yield f"{kind.count.capitalize()} sick days are the days {_window(outcome)} on which {benefits} was paid."
    if kind.count == "net":
        yield (
            "Each day counts its extent as a share of full time; the extents of several benefits on "
            "one day are added, to at most full time."
        )
    else:
        yield "Each day counts 1, whatever its extent and however many benefits were paid on it."
    if kind.per:
        yield f"They are split on periods of {kind.per}, each end of which is reckoned from the index date."
    yield (
        "Only observed days are counted, and their number is given beside; the days of an "
        "incomplete follow-up are not estimated."
    )
    yield from _describe_cut(kind, f"number of {kind.count} sick days")


@_describe_kind.register
def _(kind: Cost, resolved: ResolvedOutcome) -> Iterator[str]:
    outcome = resolved.outcome
    benefits = _name_benefits(outcome.own_absence.benefits)
    of_a_column = outcome.amount_column is not None
    amount = f"the amount in `{outcome.amount_column}`" if of_a_column else kind.per_net_day
    yield (
        f"The cost of absence is {amount} for each net day {_window(outcome)}: a day on which "
        f"{benefits} was paid counts its extent as a share of full time, all benefits of a day together."
    )
    if of_a_column:
        yield "That is a column of the cohort; the cost is missing for a row without an amount."
    if kind.friction:
        yield (
            f"Only the first {kind.friction} of each spell count, as if somebody else did the work from "
            "then on: this is the friction-cost method. They are counted from the first observed day of "
            "the spell, also where that lies before these days."
        )
        yield from _describe_gap(
            outcome.own_absence, "and the days between are among its first days"
        )
    else:
        yield "Every day of a spell counts, however long it is: this is the human-capital method."
    yield "Only observed days are counted, and their number is given beside."


@_describe_kind.register
def _(kind: WorkDays, resolved: ResolvedOutcome) -> Iterator[str]:
    outcome = resolved.outcome
    benefits = _name_benefits(outcome.own_absence.benefits)
    if kind.unit == "weeks":
        yield from _describe_absence(outcome.own_absence)
        yield (
            f"Weeks of work are the weeks {_window(outcome)} with an observed day and without a day of "
            "absence."
        )
    elif kind.count == "net":
        yield (
            f"Each observed day {_window(outcome)} counts as work by the share of full time for "
            f"which {benefits} was not paid; the extents of several benefits on one day are added."
        )
    else:
        yield from _describe_absence(outcome.own_absence)
        yield f"Work days are the observed days {_window(outcome)} without absence."
    if kind.as_ == "percent":
        yield f"They are given in percent of the observed {kind.unit}; missing where there are none."
    if kind.unit == "weeks":
        yield WEEKS
    yield (
        "The register does not see work: a day without these benefits counts as work whatever the "
        "person did. The number of observed days is given beside."
    )
    yield from _describe_cut(kind, "percentage" if kind.as_ == "percent" else "number")


@_describe_kind.register
def _(kind: ExtentOnDay, resolved: ResolvedOutcome) -> Iterator[str]:
    benefits = _name_benefits(resolved.outcome.own_absence.benefits, "and")
    yield (
        f"The result is the sum of the extents of {benefits} on {_day(kind.at)}, in percent "
        "of full time and at most 100; 0 when none is paid, missing when that day is not observed."
    )
    yield from _describe_cut(kind, "extent")


@_describe_kind.register
def _(kind: ChainDay, resolved: ResolvedOutcome) -> Iterator[str]:
    yield from _describe_absence(resolved.outcome.own_absence)
    day = _day(kind.at)
    yield (
        f"The chain day is the number of days, up to and including {day}, of the spell that covers this "
        f"day and of the spells before it, each with at most {kind.link_gap} between it and the next; "
        "the days between spells are not counted."
    )
    yield (
        "It is 0 when no spell covers the day, and missing when the day is not observed. Only observed "
        "days make spells, so a chain that began before the observed period has begun on its first day."
    )


def _describe_cut(kind: SickDays | WorkDays | ExtentOnDay, number: str) -> Iterator[str]:
    if kind.cut:
        yield f"The result is 1 where the {number} is {kind.cut}, else 0; missing without an observed day."


@_describe_kind.register
def _(kind: ReturnToWork, resolved: ResolvedOutcome) -> Iterator[str]:
    outcome = resolved.outcome
    yield from _describe_absence(outcome.own_absence)
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
        "days after it, and is censored at its first day when observation ends before it is confirmed."
    )
    if outcome.competing:
        yield (
            f"{_name_competing(outcome, 'index date')}, if that day comes before the return or "
            f"among the days that confirm it; after the end of follow-up such a day censors at that "
            "end."
        )
    else:
        yield NOTHING_COMPETES
    yield (
        "Who has none of these is censored at the end of follow-up or of observation. "
        f"{_clock('index date')}"
    )


@_describe_kind.register
def _(kind: FirstSpell, resolved: ResolvedOutcome) -> Iterator[str]:
    outcome = resolved.outcome
    yield from _describe_absence(outcome.own_absence)
    yield f"The event is the first day of the first spell{_of_length(kind)} after the index date."
    yield from _describe_true_length(kind)
    yield "Only persons who are not absent on the index date are at risk."
    if outcome.competing:
        yield f"{_name_competing(outcome, 'index date')}, if that day comes before the spell."
    else:
        yield NOTHING_COMPETES
    yield (
        f"Persons are censored {_to(outcome)} after the index date, or at the end of observation. "
        f"{_clock('index date')}"
    )


@_describe_kind.register
def _(kind: Relapse, resolved: ResolvedOutcome) -> Iterator[str]:
    outcome = resolved.outcome
    yield from _describe_absence(outcome.own_absence)
    yield (
        f"Relapse is the first day of the first spell{_of_length(kind)} after the return of "
        f"`{outcome.after}`."
    )
    yield from _describe_true_length(kind)
    yield "Only persons with such a return are at risk."
    if outcome.competing:
        yield f"{_name_competing(outcome, 'return')}, if that day comes before the relapse."
    else:
        yield NOTHING_COMPETES
    yield (
        f"Persons are censored {_to(outcome)} after the return, or at the end of observation. "
        f"{_clock('return')}"
    )


@_describe_kind.register
def _(kind: Recurrence, resolved: ResolvedOutcome) -> Iterator[str]:
    outcome = resolved.outcome
    yield from _describe_absence(outcome.own_absence)
    yield (
        f"Recurrence is the number of spells{_of_length(kind)} that begin after the return of "
        f"`{outcome.after}` and within {_to(outcome)} of it."
    )
    yield from _describe_true_length(kind)
    yield "It is missing for persons without such a return. The number of observed days is given beside."


@_describe_kind.register
def _(kind: SpellsIn, resolved: ResolvedOutcome) -> Iterator[str]:
    outcome = resolved.outcome
    yield from _describe_absence(outcome.own_absence)
    which = f"the spells{_of_length(kind)}"
    if kind.count == "started":
        yield f"New spells are {which} whose first day lies {_window(outcome)}."
        yield (
            "A spell that began before is not new; one that is running when the extract begins counts as "
            "begun then, for nothing is known of the days before."
        )
    elif kind.count == "ended":
        yield f"Ended spells are {which} whose last day lies {_window(outcome)}."
        yield "A spell is known to have ended when the day after it is observed."
    else:
        yield f"Ongoing spells are {which} with any day {_window(outcome)}."
    yield from _describe_true_length(kind)
    yield "The number of observed days is given beside."


@_describe_kind.register
def _(kind: WorkState, resolved: ResolvedOutcome) -> Iterator[str]:
    benefits = (*resolved.outcome.own_absence.benefits, DISABILITY_PENSION)
    states = "; ".join(PRIOR_STATES[state] for state in kind.precedence)
    yield (
        f"The state on {_day(kind.at)} is the first of these that holds: "
        f"{states}; and then, by the sum of the extents of {_name_benefits(benefits, 'and')}, at most full "
        "time: full work (0), part work (below 100 percent), full absence (100 percent)."
    )
    yield "Death and emigration are known from the cohort, after the extract's end too."
    if kind.one_of:
        yield (
            f"The result is 1 where it is {join_words([_say(state) for state in kind.one_of], 'or')}, else 0; "
            "missing when that day is not observed."
        )


@_describe_kind.register
def _(kind: StateDays, resolved: ResolvedOutcome) -> Iterator[str]:
    yield from _describe_states(kind)
    yield f"Counted is the number of observed days in each state {_window(resolved.outcome)}."
    yield "They add up to the number of observed days, which is given beside."


@_describe_kind.register
def _(kind: StateOnDay, _: ResolvedOutcome) -> Iterator[str]:
    yield from _describe_states(kind)
    yield (f"The result is the state on {_day(kind.at)}; missing when that day is not observed.")


@_describe_kind.register
def _(kind: Transitions, resolved: ResolvedOutcome) -> Iterator[str]:
    yield from _describe_states(kind)
    which = f" from `{kind.from_state}`" if kind.from_state else ""
    which += f" to `{kind.to_state}`" if kind.to_state else ""
    yield (
        f"A transition{which} is a day {_window(resolved.outcome)} whose state is another one than that "
        "of the day before; both days lie in the window and are observed."
    )
    yield "The number of observed days is given beside."


def _describe_states(kind: States) -> Iterator[str]:
    states = "; ".join(
        f"`{state.state}`, when {_name_benefits(state.benefits)} is paid {_extent_in_words(state.when)}"
        for state in kind.states
    )
    yield (
        f"The state of a day is the first of these that holds: {states}; and else "
        f"`{kind.otherwise}`."
    )


@_describe_kind.register(AllOf)
@_describe_kind.register(AnyOf)
@_describe_kind.register(NoneOf)
def _(kind: Combined, resolved: ResolvedOutcome) -> Iterator[str]:
    holds = {AllOf: "all of these are", AnyOf: "any of these is", NoneOf: "none of these is"}
    names = join_words([f"`{name}`" for name in kind.outcomes], "and")
    yield f"The result is 1 where {holds[type(kind)]} yes, else 0: {names}."
    if any(each.outcome.is_time_to_event for each in resolved.named):
        yield (
            "A time to an event is yes when the event happened, and no when something else came first "
            "or nothing did to the end of its follow-up; who was not at risk, or not observed to "
            "that end, has no answer."
        )
    yield "It is missing only where a missing answer could change it."


@_describe_kind.register
def _(kind: Change, resolved: ResolvedOutcome) -> Iterator[str]:
    yield (
        f"The result is `{kind.second}` less `{kind.first}`: below 0 where the second is lower. It is "
        "missing where either is, and where no day of the window of either is observed."
    )
    if all(each.outcome.follow_up for each in resolved.named):
        yield "The observed days of both windows together are given beside."


@_describe_kind.register
def _(kind: Rate, resolved: ResolvedOutcome) -> Iterator[str]:
    is_time = resolved.named[0].outcome.is_time_to_event
    years = "at risk, to the event or the censoring" if is_time else "observed in its follow-up"
    over = {
        PERSONS: "the number of these index dates",
        OBSERVED_YEARS: f"the years that are {years}, of 365.25 days each",
    }.get(kind.over, f"the sum of `{kind.over}`")
    times = f", times {kind.scale}" if kind.scale > 1 else ""
    yield (
        f"The rate of a group is the sum of `{kind.of}` over its index dates, divided by {over}{times}. "
        "Sums are made before they are divided; beside each index date stand its shares in the two."
    )
    if is_time:
        yield "An event that happened in its follow-up counts 1, none counts 0."
    if kind.leave_out:
        yield (
            f"Who was paid {_name_benefits(kind.leave_out.benefits)} "
            f"{_extent_in_words(kind.leave_out.when)} on the index date is in neither sum."
        )
    missing = f"`{kind.of}`" if kind.over in POPULATIONS else f"`{kind.of}` or `{kind.over}`"
    yield (
        f"An index date for which {missing} is missing, or no day of its window is observed, is in neither "
        "sum."
    )


def _extent_in_words(when: Threshold) -> str:
    return {"any": "to any extent", "full": "at full time"}.get(str(when), f"at {when}")


def _describe_absence(absence: Absence) -> Iterator[str]:
    assert absence.when, "the rules ask for it"
    limit = absence.when.limit
    extent = {
        "any": "to any extent",
        "full": "at full time, all these benefits together",
        "as_on_day_0": "to the same extent as on the index date or a larger one, all these benefits "
        "together",
    }.get(str(absence.when), f"at {absence.when}, all these benefits together")
    if isinstance(limit, OwnExtent) and limit.above:
        day = _moment(limit.day, "the index date")
        extent = f"to a larger extent than on the day {day}, all these benefits together"
    yield f"A person is absent on a day on which {_name_benefits(absence.benefits)} was paid {extent}."
    if isinstance(limit, OwnExtent) and limit.above:
        yield (
            "When none was paid on that day, any extent is larger; a person who was on full extent, or "
            "for whom that day is not observed, is not absent on any day."
        )
    yield from _describe_gap(absence, "and the person counts as absent on the days between")


def _describe_gap(absence: Absence, bridged: str) -> Iterator[str]:
    if absence.join_gap:
        yield f"Absences with at most {absence.join_gap} between them are one spell, {bridged}."
    elif absence.join_gap is not None:
        yield "Absences are one spell only when no day lies between them."


def _name_benefits(names: tuple[str, ...], link: str = "or") -> str:
    return join_words([_say(name) for name in expand_benefits(names)], link)


def _name_competing(outcome: Outcome, origin: str) -> str:
    events = [
        f"{EXIT_WORDS.get(event) or f'the start of {_article(event)} after the {origin}'} "
        f"(status {status})"
        for status, event in enumerate(outcome.competing, start=2)
    ]
    verb = "compete, each" if len(events) > 1 else "competes"
    named = join_words(events, "and")
    return f"{named[0].upper()}{named[1:]} {verb} on its own day"


def _say(name: str) -> str:
    return name.replace("_", " ")


def _article(benefit: str) -> str:
    words = _say(benefit)
    return f"a {words}" if words.endswith("pension") else words


def _of_length(kind: OfSpells) -> str:
    shorter_than = getattr(kind, "shorter_than", None)
    limits = [f"at least {kind.at_least}"] if kind.at_least else []
    limits += [f"less than {shorter_than}"] if shorter_than else []
    first = "true first" if kind.from_true_first_day else "first"
    return f" of {join_words(limits, 'and')}, {first} to last day," if limits else ""


def _describe_true_length(kind: OfSpells) -> Iterator[str]:
    if kind.from_true_first_day:
        yield (
            "From its true first day a spell is longer than the register shows it by the employer "
            "period that was in force on the first day seen; every other date is that of a day seen."
        )


def _window(outcome: Outcome) -> str:
    assert outcome.follow_up, "the rules ask for it"
    start, end = outcome.follow_up.from_, outcome.follow_up.to
    first = _moment(start, "the index date") if start else "the index date"
    after_last = f"the one {_moment(end, 'it')}" if end else "the index date"
    return f"from {first} to the day before {after_last}"


def _moment(length: Length, index_date: str) -> str:
    """The day that lies a length after the index date, or before it."""
    words = str(length)
    return f"{words} {index_date}" if words.endswith(BEFORE) else f"{words} after {index_date}"


def _day(at: Length) -> str:
    return f"the day {at} after the index date" if at else "the index date"


def _to(outcome: Outcome) -> str:
    assert outcome.follow_up, "the rules ask for it"
    return str(outcome.follow_up.to)


def _clock(origin: str) -> str:
    return f"Time is in days from the {origin}; status is 0 for censored and 1 for the event."


def join_words(words: list[str], link: str) -> str:
    """Words as a list in a sentence: `a, b or c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {link} {words[-1]}"
