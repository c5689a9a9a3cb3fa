"""A definition in plain language: three lines first, then sentences for a methods section."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from rtw_outcomes.definitions.plain_language import (
    composites,
    days,
    money,
    reported,
    return_to_work,
    spells,
    states,
)
from rtw_outcomes.definitions.plain_language.phrases import Headline
from rtw_outcomes.language.measures.composites import AllOf, AnyOf, Change, NoneOf, Rate
from rtw_outcomes.language.measures.days import ExtentOnDay, SickDays, WorkDays
from rtw_outcomes.language.measures.kind import Kind, Result
from rtw_outcomes.language.measures.money import Cost
from rtw_outcomes.language.measures.reported import Reported
from rtw_outcomes.language.measures.return_to_work import (
    FirstSpell,
    Recurrence,
    Relapse,
    ReturnToWork,
)
from rtw_outcomes.language.measures.spells import ChainDay, SpellsIn
from rtw_outcomes.language.measures.states import StateDays, StateOnDay, Transitions, WorkState
from rtw_outcomes.language.resolved import ResolvedOutcome


@dataclass(frozen=True)
class Texts:
    """The texts about a kind of measure: the three lines, and the sentences."""

    headline: Callable[[Any, ResolvedOutcome], Headline]
    sentences: Callable[[Any, ResolvedOutcome], Iterator[str]]


LOGICAL = Texts(composites.headline_logical, composites.describe_logical)
TEXTS: dict[type[Kind], Texts] = {
    SickDays: Texts(days.headline_sick_days, days.describe_sick_days),
    Cost: Texts(money.headline_cost, money.describe_cost),
    WorkDays: Texts(days.headline_work_days, days.describe_work_days),
    ExtentOnDay: Texts(days.headline_extent_on_day, days.describe_extent_on_day),
    ChainDay: Texts(spells.headline_chain_day, spells.describe_chain_day),
    ReturnToWork: Texts(return_to_work.headline_return, return_to_work.describe_return),
    Relapse: Texts(return_to_work.headline_relapse, return_to_work.describe_relapse),
    FirstSpell: Texts(return_to_work.headline_first_spell, return_to_work.describe_first_spell),
    Recurrence: Texts(return_to_work.headline_recurrence, return_to_work.describe_recurrence),
    SpellsIn: Texts(spells.headline_spells, spells.describe_spells),
    WorkState: Texts(states.headline_work_state, states.describe_work_state),
    StateDays: Texts(states.headline_state_days, states.describe_state_days),
    StateOnDay: Texts(states.headline_state_on_day, states.describe_state_on_day),
    Transitions: Texts(states.headline_transitions, states.describe_transitions),
    Reported: Texts(reported.headline_reported, reported.describe_reported),
    AllOf: LOGICAL,
    AnyOf: LOGICAL,
    NoneOf: LOGICAL,
    Change: Texts(composites.headline_change, composites.describe_change),
    Rate: Texts(composites.headline_rate, composites.describe_rate),
}


def describe_outcome(resolved: ResolvedOutcome) -> str:
    """A paragraph that says what is computed, complete enough to repeat it.

    And one for each outcome that it is computed from, each once, after an empty line.
    """
    paragraphs = [_describe_one(resolved)]
    components = {each.outcome.outcome: each for each in resolved.parts()}
    paragraphs += [
        f"`{name}` is defined like this: {_describe_one(each)}" for name, each in components.items()
    ]
    return "\n\n".join(paragraphs)


def _describe_one(resolved: ResolvedOutcome) -> str:
    kind = resolved.outcome.kind
    return " ".join(TEXTS[type(kind)].sentences(kind, resolved))


def summarise_outcome(resolved: ResolvedOutcome) -> tuple[str, str, str]:
    """Three lines to read first: who is at risk, what the event or the number is, what ends it."""
    kind = resolved.outcome.kind
    headline = TEXTS[type(kind)].headline(kind, resolved)
    is_time = kind.result is Result.TIME
    return (
        f"{'At risk' if is_time else 'For'}: {headline.who}.",
        f"{'Event' if is_time else 'Result'}: {headline.what}.",
        f"Ends with: {headline.until}.",
    )
