"""States in plain language: of one day or of several, the days in each, and the transitions."""

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
    OnDays,
    StateDays,
    StateOnDay,
    States,
    Transitions,
    WorkState,
)
from rtw_outcomes.language.resolved import ResolvedOutcome
from rtw_outcomes.language.vocabulary import PRIOR_STATES

ONE_LOOK, SEVERAL_LOOKS = "nothing: it is a look at one day", "nothing: each is a look at one day"


def headline_work_state(kind: WorkState, resolved: ResolvedOutcome) -> Headline:
    """The headline: who has a work state, which state, and what ends it."""
    names, who = kind.names, "every index date"
    what = f"the state on {_name_days(kind, resolved)}"
    if kind.one_of:
        names, who = kind.one_of, _observed_on(kind, resolved)
        what = f"whether the state on {_that_day(kind)} is"
    states = join_phrases([say(name) for name in names], "or")
    what += f" {states}" if kind.one_of else f": {states}"
    return Headline(who, what, SEVERAL_LOOKS if kind.is_split else ONE_LOOK)


def describe_work_state(kind: WorkState, resolved: ResolvedOutcome) -> Iterator[str]:
    """Sentences about the states, and the order in which they are tried."""
    yield from _say_days(kind, resolved)
    benefits = (*resolved.outcome.own_absence.benefits, *kind.always_counts)
    states = "; ".join(PRIOR_STATES[state] for state in kind.precedence)
    on = "each day" if kind.is_split else _name_days(kind, resolved)
    yield f"The state on {on} is the first of these that holds: {states}."
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
    """The headline: who has days in states, which states, and what ends the counting."""
    names = join_phrases([f"`{name}`" for name in kind.names], "and")
    return Headline(EVERYBODY, f"the number of days in {names}", window_ends(resolved.outcome))


def describe_state_days(kind: StateDays, resolved: ResolvedOutcome) -> Iterator[str]:
    """Sentences about the days that count for each state."""
    yield from _describe_states(kind)
    yield f"Each number is that of the observed days in one state {window(resolved.outcome)}."
    yield f"They add up to the number of observed days. {OBSERVED_BESIDE}"


def headline_state_on_day(kind: StateOnDay, resolved: ResolvedOutcome) -> Headline:
    """The headline: who has a state, which state, and what ends it."""
    names = join_phrases([f"`{name}`" for name in kind.names], "or")
    return Headline(
        _observed_on(kind, resolved),
        f"the state on {_that_day(kind)}: {names}",
        SEVERAL_LOOKS if kind.is_split else ONE_LOOK,
    )


def describe_state_on_day(kind: StateOnDay, resolved: ResolvedOutcome) -> Iterator[str]:
    """Sentences about the states that are tried, and about the day."""
    yield from _describe_states(kind)
    yield from _say_days(kind, resolved)
    on = "each day" if kind.is_split else _name_days(kind, resolved)
    yield f"The result is the state on {on}. It is missing when that day is not observed."


def _name_days(kind: OnDays, resolved: ResolvedOutcome) -> str:
    """The day that is looked at, or how many days are."""
    days = kind.list_days(resolved.outcome.follow_up)
    return f"each of {len(days)} days" if kind.is_split else day(days[None])


def _that_day(kind: OnDays) -> str:
    return "each of them" if kind.is_split else "that day"


def _observed_on(kind: OnDays, resolved: ResolvedOutcome) -> str:
    """The index dates that are looked at: those for which the day is observed."""
    if kind.is_split:
        return f"on {_name_days(kind, resolved)}, every index date for which it is observed"
    return f"every index date for which {_name_days(kind, resolved)} is observed"


def _say_days(kind: OnDays, resolved: ResolvedOutcome) -> Iterator[str]:
    """A sentence about the days, when a measure looks at several."""
    if not kind.is_split:
        return
    days = [str(length) for length in kind.list_days(resolved.outcome.follow_up).values()]
    if kind.each and len(days) > 3:
        days = [days[0], days[1], f"so on to {days[-1]}"]
    which = join_phrases(days, "and")
    yield f"Days are counted from the index date: {which}. Each has a column of its own."


def headline_transitions(kind: Transitions, resolved: ResolvedOutcome) -> Headline:
    """The headline: who has a number of transitions, which transitions, and what ends the counting."""
    return Headline(
        EVERYBODY, f"the number of transitions{between(kind)}", window_ends(resolved.outcome)
    )


def describe_transitions(kind: Transitions, resolved: ResolvedOutcome) -> Iterator[str]:
    """Sentences about the transitions that count."""
    yield from _describe_states(kind)
    yield (
        f"A transition{between(kind)} is a day {window(resolved.outcome)} whose state is another one than "
        "that of the day before. Both days lie in the window and are observed."
    )
    yield OBSERVED_BESIDE


def between(kind: Transitions) -> str:
    """The states that a transition lies between; empty when all count."""
    left = f" from `{kind.from_state}`" if kind.from_state else ""
    return f"{left} to `{kind.to_state}`" if kind.to_state else left


def _describe_states(kind: States) -> Iterator[str]:
    states = "; ".join(
        f"`{state.state}`, when {name_benefits(state.benefits)} is paid {extent_in_words(state.when)}"
        for state in kind.states
    )
    yield f"The state of a day is the first of these that holds: {states}; and else `{kind.otherwise}`."
