"""In which parameters two definitions differ, in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rtw_outcomes.catalogue import ResolvedOutcome
from rtw_outcomes.model import Outcome
from rtw_outcomes.vocabulary import expand_benefits

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
}
NOT_SET = "none"
WINDOW_KEYS = ("from", "to")
OF_THE_RETURN = "the return: "


@dataclass(frozen=True)
class Difference:
    """One parameter in which two definitions differ.

    Attributes:
        parameter: what it is, in words.
        first, second: its value in each of the two; `none` where it is not set.
    """

    parameter: str
    first: str
    second: str


def find_differences(first: ResolvedOutcome, second: ResolvedOutcome) -> tuple[Difference, ...]:
    """Every parameter in which two definitions differ; empty for two that mean the same.

    Names, titles, sources, examples and layout are no parameters. Of a measure that counts from a
    return, the parameters of that return are compared too.
    """
    values = [dict(_list_values(each)) for each in (first, second)]
    return tuple(
        Difference(parameter, *(each.get(parameter, NOT_SET) for each in values))
        for parameter in dict.fromkeys((*values[0], *values[1]))
        if values[0].get(parameter, NOT_SET) != values[1].get(parameter, NOT_SET)
    )


def _list_values(resolved: ResolvedOutcome) -> Iterator[tuple[str, str]]:
    yield from _list_own(resolved.outcome)
    if resolved.returned:
        for parameter, value in _list_own(resolved.returned):
            yield f"{OF_THE_RETURN}{parameter}", value


def _list_own(outcome: Outcome) -> Iterator[tuple[str, str]]:
    """The parameters of one definition, those that it leaves at their default included."""
    yield MEANINGS["measure"], outcome.measure.name.replace("_", " ")
    absence = outcome.absence
    yield MEANINGS["benefits"], _in_words(expand_benefits(absence.benefits))
    for key, value in (("when", absence.when), ("join_gap", absence.join_gap)):
        if value is not None:
            yield MEANINGS[key], str(value)
    if outcome.follow_up:
        window = outcome.follow_up.model_dump(mode="json", by_alias=True)
        yield from ((MEANINGS[key], window[key]) for key in WINDOW_KEYS)
    kind = outcome.kind.model_dump(mode="json", by_alias=True, exclude={"after"}, exclude_none=True)
    yield from ((MEANINGS[key], _in_words(value)) for key, value in kind.items())
    if outcome.is_time_to_event:
        yield MEANINGS["competing"], _in_words(outcome.competing)


def _in_words(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {inner}" for key, inner in value.items()).replace("_", " ")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(each.replace("_", " ") for each in value) or NOT_SET
    return str(value)
