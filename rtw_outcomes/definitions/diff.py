"""In which parameters two definitions differ, in words."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any

from rtw_outcomes.language.outcome import Combined, Outcome, WorkState
from rtw_outcomes.language.resolved import ResolvedOutcome
from rtw_outcomes.language.vocabulary import expand_all_benefits, expand_benefits

# What each parameter is, in words; `measure` is the name of the measure itself.
MEANINGS = {
    "measure": "what is measured",
    "benefits": "benefits that count",
    "when": "extent from which a day is absent",
    "join_gap": "free days over which absences are one spell",
    "from": "first day of the window",
    "to": "end of the window",
    "competing": "competing events, in the order of their status",
    "count": "what is counted",
    "unit": "days or weeks",
    "cut": "the number that must be reached",
    "per_net_day": "amount for a net day",
    "friction": "first days of a spell that count",
    "per": "length of the parts",
    "as": "unit of the result",
    "sustained": "how long the return must last",
    "day_0_may_count": "whether day 0 may be the return",
    "at_least": "shortest spell that counts",
    "shorter_than": "length that a spell must stay below",
    "from_true_first_day": "whether spells are measured from their true first day",
    "link_gap": "free days over which spells are one chain",
    "at": "the day that is looked at",
    "precedence": "states that go before work and absence",
    "one_of": "states that are yes",
    "states": "states of a day, in the order in which they are tried",
    "otherwise": "state of a day on which none of them holds",
    "from_state": "state that is left",
    "to_state": "state that is entered",
    "over": "what the rate is over",
    "scale": "the rate is for so many",
    "leave_out": "who is not in the rate",
}
# What each measure sees of a person, and what it does not: why two of them need not agree.
ABOUT = {
    "sick_days": "a sum of days: it does not tell when they were, or in how many spells.",
    "cost": "a sum of days in money: it does not tell when they were, or in how many spells.",
    "work_days": "a sum of days without absence: it does not tell when they were, or whether they "
    "lasted.",
    "extent_on_day": "a look at one day, whatever came before or after it.",
    "return_to_work": "the time to the first return that lasts long enough: what comes after it does "
    "not count, and who was not absent on day 0 is not in it.",
    "relapse": "the time from a return to the next spell: only who returned is in it.",
    "first_spell": "the time to the first spell: only who was not absent on day 0 is in it.",
    "recurrence": "a number of spells after a return, where a long one counts as much as a short one: "
    "only who returned is in it.",
    "spells": "a number of spells, where a long one counts as much as a short one.",
    "chain_day": "a number of days so far, on one day: what comes after that day does not count.",
    "work_state": "a look at one day, whatever came before or after it: who returned and is absent "
    "again that day counts as absent.",
    "state_days": "the days in each state, in whatever order they came.",
    "state_on_day": "a look at one day, whatever came before or after it.",
    "transitions": "a number of moves between states, however long each state lasted.",
    "all_of": "an answer that needs all of several others.",
    "any_of": "an answer that needs one of several others.",
    "none_of": "an answer that is no when one of several others is yes.",
    "change": "a difference between two numbers of the same person.",
    "rate": "a rate of a group: one sum over index dates divided by another.",
}
NOT_SET = "none"
WINDOW_KEYS = ("from", "to")
OF_THE_RETURN = "the return"
COMPUTED_FROM = "outcomes that it is computed from"


@dataclass(frozen=True)
class ParameterDifference:
    """One parameter in which two definitions differ.

    Attributes:
        parameter: what it is, in words.
        first, second: its value in each of the two; `none` where it is not set.
    """

    parameter: str
    first: str
    second: str


def list_differences(
    first: ResolvedOutcome, second: ResolvedOutcome
) -> tuple[ParameterDifference, ...]:
    """Every parameter in which two definitions differ; empty for two that mean the same.

    Names, titles, sources, examples and layout are no parameters. Of a measure that is computed from
    other outcomes, such as a relapse from a return, the parameters of those are compared too.
    """
    values = [dict(_list_own(each.outcome)) for each in (first, second)]
    own = tuple(
        ParameterDifference(parameter, *(each.get(parameter, NOT_SET) for each in values))
        for parameter in dict.fromkeys((*values[0], *values[1]))
        if values[0].get(parameter, NOT_SET) != values[1].get(parameter, NOT_SET)
    )
    return (*own, *_compare_named(first, second))


def _compare_named(
    first: ResolvedOutcome, second: ResolvedOutcome
) -> Iterator[ParameterDifference]:
    """Pair by pair, when both are computed from as many outcomes; else only which those are."""
    named = [_list_named(each) for each in (first, second)]
    if first.outcome.measure.name != second.outcome.measure.name and not (
        first.outcome.after and second.outcome.after
    ):
        said = [", ".join(each.outcome.outcome for each in part) or NOT_SET for part in named]
        if said != [NOT_SET, NOT_SET]:
            yield ParameterDifference(COMPUTED_FROM, said[0], said[1])
        return
    for place, (one, other) in enumerate(zip_longest(*named), start=1):
        which = OF_THE_RETURN if first.outcome.after else f"outcome {place}"
        if one is None or other is None:
            said = [each.outcome.outcome if each else NOT_SET for each in (one, other)]
            yield ParameterDifference(which, said[0], said[1])
            continue
        for each in list_differences(one, other):
            yield replace(each, parameter=f"{which}: {each.parameter}")


def _list_named(resolved: ResolvedOutcome) -> tuple[ResolvedOutcome, ...]:
    """Those that it is computed from; in any order where their order means nothing."""
    if isinstance(resolved.outcome.kind, Combined):
        return tuple(sorted(resolved.named, key=lambda each: each.fingerprint))
    return resolved.named


def _list_own(outcome: Outcome) -> Iterator[tuple[str, str]]:
    """The parameters of one definition, those that it leaves at their default included."""
    yield MEANINGS["measure"], outcome.measure.name.replace("_", " ")
    if absence := outcome.absence:
        benefits = _in_words(expand_benefits(absence.benefits))
        always = "; and a disability pension, as in every work state"
        yield MEANINGS["benefits"], benefits + always * isinstance(outcome.kind, WorkState)
        for key, value in (("when", absence.when), ("join_gap", absence.join_gap)):
            if value is not None:
                yield MEANINGS[key], str(value)
    if outcome.follow_up:
        window = outcome.follow_up.model_dump(mode="json", by_alias=True)
        yield from ((MEANINGS[key], window[key]) for key in WINDOW_KEYS)
    ids = {place[0] for place in outcome.named}
    if "over" in ids:
        yield MEANINGS["over"], "another outcome"
    written = outcome.kind.model_dump(mode="json", by_alias=True, exclude_none=True)
    kind = expand_all_benefits(written)
    yield from ((MEANINGS[key], _in_words(value)) for key, value in kind.items() if key not in ids)
    if outcome.is_time_to_event:
        yield MEANINGS["competing"], _in_words(outcome.competing)


def _in_words(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(
            f"{key.replace('_', ' ')} {_in_words(inner)}" for key, inner in value.items()
        )
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(_in_words(each).replace("_", " ") for each in value) or NOT_SET
    return str(value)
