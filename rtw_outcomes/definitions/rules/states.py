"""Rules on states: each has a name of its own, and days that are not observed are called so."""

from collections.abc import Iterator

from rtw_outcomes.errors import Location, Problem, suggest
from rtw_outcomes.language.measures.states import (
    StateDays,
    StateOnDay,
    States,
    Transitions,
    WorkState,
)
from rtw_outcomes.language.outcome import Outcome
from rtw_outcomes.language.result_names import MISSING, NamedState, Role, name_column, name_share
from rtw_outcomes.language.vocabulary import KEY_COLUMNS, NOT_OBSERVED, PRIOR_STATES


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
    WorkState: (precedence_names_states, answers_name_states),
    States: (states_are_told_apart,),
    StateDays: (state_columns_are_told_apart,),
    StateOnDay: (state_statistics_are_told_apart,),
    Transitions: (transitions_are_between_states,),
}
