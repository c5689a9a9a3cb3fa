"""Rules on states: each has a name of its own, and days that are not observed are called so."""

from collections.abc import Iterator

from rtw_outcomes.errors import Problem, suggest
from rtw_outcomes.language.measures.states import States, Transitions, WorkState
from rtw_outcomes.language.outcome import Outcome
from rtw_outcomes.language.vocabulary import NOT_OBSERVED, PRIOR_STATES

# What names of columns and of statistics end with that stand beside the states.
OTHER_NAMES = ("observed_days", "incomplete", "days", "status", "over", "missing", "percent")


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
    names, at = kind.names, ("measure", kind.key)
    for place, name in enumerate(names):
        where = (*at, "otherwise") if place == len(kind.states) else (*at, "states", place, "state")
        if name in names[:place]:
            yield Problem(where, f"`{name}` stands twice")
        if any(f"_{name}".endswith(f"_{other}") for other in OTHER_NAMES):
            what = f"`{name}` is the name of another column of the results, or of the summary"
            yield Problem(where, what, hint="Call the state something else")


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
    Transitions: (transitions_are_between_states,),
}
