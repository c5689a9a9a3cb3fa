"""States in plain language: of one day, the days in each, and the transitions."""

from collections.abc import Iterator

from rtw_outcomes.definitions.plain_language.days import EVERYBODY
from rtw_outcomes.definitions.plain_language.phrases import (
    OBSERVED_BESIDE,
    Headline,
    day,
    extent_in_words,
    join_phrases,
    name_benefits,
    say,
    window,
    window_ends,
)
from rtw_outcomes.language.measures.states import (
    StateDays,
    StateOnDay,
    States,
    Transitions,
    WorkState,
)
from rtw_outcomes.language.resolved import ResolvedOutcome
from rtw_outcomes.language.vocabulary import PRIOR_STATES


def headline_work_state(kind: WorkState, resolved: ResolvedOutcome) -> Headline:  # noqa: ARG001 the signature for every kind
    """Who has a work state, which one, and what ends it."""
    what = f"the state on {day(kind.at)}: {join_phrases([say(name) for name in kind.names], 'or')}"
    who = "every index date"
    if kind.one_of:
        states = join_phrases([say(name) for name in kind.one_of], "or")
        who = f"every index date for which {day(kind.at)} is observed"
        what = f"whether the state on that day is {states}"
    return Headline(who, what, "nothing: it is a look at one day")


def describe_work_state(kind: WorkState, resolved: ResolvedOutcome) -> Iterator[str]:
    """Which states are tried, in which order."""
    benefits = (*resolved.outcome.own_absence.benefits, *kind.always_counts)
    states = "; ".join(PRIOR_STATES[state] for state in kind.precedence)
    yield f"The state on {day(kind.at)} is the first of these that holds: {states}."
    yield (
        f"If none of them holds, the state follows from the sum of the extents of "
        f"{name_benefits(benefits, 'and')}, at most full time: full work (0), part work (below 100 "
        "percent), full absence (100 percent)."
    )
    yield "Death and emigration are known from the cohort, after the extract's end too."
    if kind.one_of:
        states = join_phrases([say(state) for state in kind.one_of], "or")
        yield (
            f"The result is 1 where the state is {states}, and 0 where it is not. It is missing when that "
            "day is not observed."
        )


def headline_state_days(kind: StateDays, resolved: ResolvedOutcome) -> Headline:
    """Who has days in states, which ones, and what ends the counting."""
    names = join_phrases([f"`{name}`" for name in kind.names], "and")
    return Headline(EVERYBODY, f"the number of days in {names}", window_ends(resolved.outcome))


def describe_state_days(kind: StateDays, resolved: ResolvedOutcome) -> Iterator[str]:
    """Which days count for which state."""
    yield from _describe_states(kind)
    yield f"Each number is that of the observed days in one state {window(resolved.outcome)}."
    yield f"They add up to the number of observed days. {OBSERVED_BESIDE}"


def headline_state_on_day(kind: StateOnDay, resolved: ResolvedOutcome) -> Headline:  # noqa: ARG001 the signature for every kind
    """Who has a state, which one, and what ends it."""
    names = join_phrases([f"`{name}`" for name in kind.names], "or")
    return Headline(
        f"every index date for which {day(kind.at)} is observed",
        f"the state on that day: {names}",
        "nothing: it is a look at one day",
    )


def describe_state_on_day(kind: StateOnDay, _: ResolvedOutcome) -> Iterator[str]:
    """Which states are tried, and on which day."""
    yield from _describe_states(kind)
    yield f"The result is the state on {day(kind.at)}. It is missing when that day is not observed."


def headline_transitions(kind: Transitions, resolved: ResolvedOutcome) -> Headline:
    """Who has a number of transitions, which ones, and what ends the counting."""
    return Headline(
        EVERYBODY, f"the number of transitions{_between(kind)}", window_ends(resolved.outcome)
    )


def describe_transitions(kind: Transitions, resolved: ResolvedOutcome) -> Iterator[str]:
    """Which transitions count."""
    yield from _describe_states(kind)
    yield (
        f"A transition{_between(kind)} is a day {window(resolved.outcome)} whose state is another one than "
        "that of the day before. Both days lie in the window and are observed."
    )
    yield OBSERVED_BESIDE


def _between(kind: Transitions) -> str:
    left = f" from `{kind.from_state}`" if kind.from_state else ""
    return f"{left} to `{kind.to_state}`" if kind.to_state else left


def _describe_states(kind: States) -> Iterator[str]:
    states = "; ".join(
        f"`{state.state}`, when {name_benefits(state.benefits)} is paid {extent_in_words(state.when)}"
        for state in kind.states
    )
    yield f"The state of a day is the first of these that holds: {states}; and else `{kind.otherwise}`."
