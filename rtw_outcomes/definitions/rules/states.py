"""Rules on states: each has a name of its own, and days that are not observed are called so."""

from collections.abc import Iterator

from rtw_outcomes.errors import Location, Problem, suggest
from rtw_outcomes.language.lengths import Length
from rtw_outcomes.language.measures.states import (
    OnDays,
    StateDays,
    StateOnDay,
    States,
    Transitions,
    WorkState,
)
from rtw_outcomes.language.outcome import Outcome
from rtw_outcomes.language.result_names import MISSING, NamedState, Role, name_column, name_share
from rtw_outcomes.language.vocabulary import KEY_COLUMNS, NOT_OBSERVED, PRIOR_STATES


def days_are_said_in_one_way(kind: OnDays, outcome: Outcome) -> Iterator[Problem]:
    """The days stand in `at`, each once, or follow from `each` for every index date alike.

    With `each` the follow-up does not begin before day 0, because a state is that of the index date or of a
    day after it.
    """
    place, window = ("measure", kind.key), outcome.follow_up
    if (kind.at is None) == (kind.each is None):
        yield Problem(
            place,
            "either `at` or `each` says which days are looked at",
            expected="for example `at: 3 months`, `at: [3 months, 12 months]` or `each: 1 month`",
        )
    elif kind.each is not None and not kind.each:
        yield Problem((*place, "each"), "the days must lie apart", found=f"`{kind.each}`")
    elif kind.each and window and window.from_.least_days < 0:
        what = "with `each` the follow-up does not begin before day 0"
        hint = "A state is that of the index date or of a day after it"
        yield Problem(("follow_up", "from"), what, found=f"`{window.from_}`", hint=hint)
    elif kind.each and window and not window.count_days(kind.each):
        yield Problem(
            (*place, "each"),
            "not all index dates would have the same number of days up to the end of the follow-up",
            expected="days and a follow-up in days or months, or months and a follow-up in months",
            found=f"`{kind.each}` in a follow-up from {window.from_} to {window.to}",
        )
    texts = kind.at if isinstance(kind.at, tuple) else ()
    days = [Length.parse(text) for text in texts]
    for position, day in enumerate(days):
        if day in days[:position]:
            yield Problem((*place, "at", position), f"the day `{day}` stands twice")


def precedence_names_states(kind: WorkState, outcome: Outcome) -> Iterator[Problem]:  # noqa: ARG001 the signature of every rule
    """A day that is not observed must be called so, or it would count as a day of work."""
    order, place = kind.precedence, ("measure", kind.key, "precedence")
    for position, state in enumerate(order):
        if state not in PRIOR_STATES:
            yield Problem(
                (*place, position),
                f"unknown state `{state}`",
                expected=f"one of {', '.join(PRIOR_STATES)}",
                hint=suggest(state, tuple(PRIOR_STATES)),
            )
        if state in order[:position]:
            yield Problem((*place, position), f"`{state}` stands twice")
    if NOT_OBSERVED not in order:
        yield Problem(place, "`not_observed` is missing: unseen days would count as work")


def answers_name_states(kind: WorkState, outcome: Outcome) -> Iterator[Problem]:  # noqa: ARG001 the signature of every rule
    """A day that is not observed is no answer, so no state may stand for it."""
    states, place = kind.one_of or (), ("measure", kind.key, "one_of")
    known = tuple(state for state in kind.names if state != NOT_OBSERVED)
    for position, state in enumerate(states):
        if state not in known:
            yield Problem(
                (*place, position),
                f"`{state}` is none of the states that this measure can give",
                expected=f"one of {', '.join(known)}",
                hint=suggest(state, known),
            )
        if state in states[:position]:
            yield Problem((*place, position), f"`{state}` stands twice")


def states_are_told_apart(kind: States, outcome: Outcome) -> Iterator[Problem]:  # noqa: ARG001 the signature of every rule
    """Each state has a name of its own."""
    for position, (place, state) in enumerate(_list_places(kind)):
        if state in kind.names[:position]:
            yield Problem(place, f"`{state}` stands twice")


def state_columns_are_told_apart(kind: StateDays, outcome: Outcome) -> Iterator[Problem]:
    """The days in a state have a column, whose name no other column of the outcome has."""
    taken = {
        name_column(outcome.outcome, role): role for role in (Role.OBSERVED_DAYS, Role.INCOMPLETE)
    }
    for place, state in _list_places(kind):
        name = name_column(outcome.outcome, Role.VALUE, NamedState(state))
        if name in taken:
            what = f"the days in `{state}` and {taken[name].value} would be two columns `{name}`"
            yield Problem(place, what, hint="Call the state something else")
        if name in KEY_COLUMNS:
            what = f"the days in `{state}` would be a column `{name}`, which is a key column"
            yield Problem(place, what, hint="Call the state something else")


def state_statistics_are_told_apart(kind: StateOnDay, outcome: Outcome) -> Iterator[Problem]:  # noqa: ARG001 the signature of every rule
    """A state on one day gives its name to a statistic, beside its share and those not observed."""
    taken = {name_share(state): f"the share of `{state}` in percent" for state in kind.names}
    taken[MISSING] = "the number of persons whose state is not known"
    for place, state in _list_places(kind):
        if state in taken:
            what = f"the summary calls {taken[state]} `{state}`, so no state can be called so"
            yield Problem(place, what, hint="Call the state something else")


def _list_places(kind: States) -> Iterator[tuple[Location, str]]:
    """Each state with its place in the definition."""
    at = ("measure", kind.key)
    for position, state in enumerate(kind.states):
        yield (*at, "states", position, "state"), state.state
    yield (*at, "otherwise"), kind.otherwise


def transitions_are_between_states(kind: Transitions, outcome: Outcome) -> Iterator[Problem]:  # noqa: ARG001 the signature of every rule
    """A transition is from one of the states to another one."""
    at = ("measure", kind.key)
    for key, state in (("from_state", kind.from_state), ("to_state", kind.to_state)):
        if state is not None and state not in kind.names:
            yield Problem(
                (*at, key),
                f"`{state}` is none of the states",
                expected=f"one of {', '.join(kind.names)}",
                hint=suggest(state, kind.names),
            )
    if kind.from_state is not None and kind.from_state == kind.to_state:
        yield Problem((*at, "to_state"), "a transition is from one state to another one")


RULES = {
    OnDays: (days_are_said_in_one_way,),
    WorkState: (precedence_names_states, answers_name_states),
    States: (states_are_told_apart,),
    StateDays: (state_columns_are_told_apart,),
    StateOnDay: (state_statistics_are_told_apart,),
    Transitions: (transitions_are_between_states,),
}
