"""What a result is an instance of, in words that can be counted."""

from collections.abc import Iterator
from typing import Any

import polars as pl

from rtw_outcomes.language.outcome import Outcome
from rtw_outcomes.language.resolved import ResolvedOutcome
from rtw_outcomes.language.result_names import Role
from rtw_outcomes.language.vocabulary import EXITS, PRIOR_STATES, WORK_STATES
from rtw_outcomes.planning.planner.build import plan_outcomes

LOGICS = ("all_of", "any_of", "none_of")
MUST_HAPPEN = {
    *("return_to_work: not at risk", "return_to_work: censored", "return_to_work: event"),
    *("return_to_work: event on day 0", "return_to_work: unconfirmable 1"),
    *("return_to_work: a benefit competes", "return_to_work: an exit competes"),
    *("relapse: not at risk", "relapse: censored", "relapse: event"),
    *("relapse: a benefit competes", "relapse: an exit competes"),
    *("first_spell: not at risk", "first_spell: censored", "first_spell: event"),
    *("first_spell: a benefit competes", "first_spell: an exit competes"),
    *("work_days: none", "work_days: some", "work_days: null", "cost: none", "cost: some"),
    *("cost: null", "friction: none", "friction: some", "friction: null"),
    *("more_than_on: not at risk", "more_than_on: censored", "more_than_on: event"),
    *("extent_on_day: none", "extent_on_day: some", "extent_on_day: null"),
    *("chain_day: none", "chain_day: some", "chain_day: null"),
    *("recurrence: none", "recurrence: some", "spells: none", "spells: some"),
    *("sick_days: none", "sick_days: some", "sick_days: null", "spells: null"),
    *("sick_days: incomplete 0", "recurrence: incomplete 0", "spells: incomplete 0"),
    *("sick_days: incomplete 1", "recurrence: incomplete 1", "spells: incomplete 1"),
    *(f"work_state: {state}" for state in (*PRIOR_STATES, *WORK_STATES)),
    *("work_state: none", "work_state: some", "work_state: null"),
    *("state_days: none", "state_days: some", "transitions: none", "transitions: some"),
    *("state_days: null", "transitions: null"),
    *(f"state_on_day: {state}" for state in ("state_1", "state_2", "work", "null")),
    *(f"several days: {value}" for value in ("work", "full_work", "none", "some", "null")),
    *(f"{kind}: {value}" for kind in LOGICS for value in ("none", "some", "null")),
    *("reported: none", "reported: some", "reported: null"),
    *("change: none", "change: some", "change: incomplete 0", "change: incomplete 1"),
    *("rate: none", "rate: some", "rate: null", "rate: incomplete 0", "rate: incomplete 1"),
}


def what_happened(each: ResolvedOutcome, results: pl.DataFrame) -> Iterator[str]:
    """A few words for each index date and result of one definition."""
    (planned,) = plan_outcomes((each,), ()).outcomes
    name = each.outcome.measure.name
    for column in (*planned.columns, *planned.account):
        for value in results[column.name]:
            words = _in_words(column.role, value, each.outcome)
            yield from (f"{what}: {words}" for what in (name, *_forms(each.outcome)))
    if each.outcome.is_time_to_event:
        days, status = (planned.find(role).name for role in (Role.DAYS, Role.STATUS))
        at_once = (pl.col(days) == 0) & (pl.col(status) == 1)
        yield from [f"{name}: event on day 0"] * results.filter(at_once).height


def _forms(outcome: Outcome) -> Iterator[str]:
    """The forms of a measure that are computed in a way of their own."""
    when = outcome.absence and outcome.absence.when
    if when and "more_than_on" in when.written():
        yield "more_than_on"
    if getattr(outcome.kind, "friction", None):
        yield "friction"
    if getattr(outcome.kind, "is_split", False):
        yield "several days"


def _in_words(role: Role, value: Any, outcome: Outcome) -> str:
    if role is Role.STATUS:
        return _status_in_words(value, outcome)
    if role in (Role.INCOMPLETE, Role.UNCONFIRMABLE):
        return f"{role.name.lower()} {value}"
    if isinstance(value, str):
        return value
    return "null" if value is None else "some" if value else "none"


def _status_in_words(value: int | None, outcome: Outcome) -> str:
    if value is None:
        return "not at risk"
    name = outcome.statuses[value]
    if value > 1:
        return "an exit competes" if name in EXITS else "a benefit competes"
    return name
