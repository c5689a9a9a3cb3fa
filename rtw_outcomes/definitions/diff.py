"""In which parameters two definitions differ, in words."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any

from rtw_outcomes.language.absence import Absence, Window
from rtw_outcomes.language.outcome import Outcome
from rtw_outcomes.language.resolved import ResolvedOutcome
from rtw_outcomes.language.vocabulary import expand_all_benefits, expand_benefits
from rtw_outcomes.language.yaml_types import ClosedMapping

THE_MEASURE = "what is measured"
# Two different things: a definition has no such parameter, or says that its list is empty.
NOT_SET, NONE = "not set", "none"
WINDOW_KEYS = ("from", "to")
OF_THE_RETURN = "the return"
COMPUTED_FROM = "outcomes that it is computed from"


@dataclass(frozen=True)
class ParameterDifference:
    """One parameter in which two definitions differ.

    Attributes:
        parameter: what it is, in words.
        first, second: its value in each of the two; `not set` where a definition has no such parameter.
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
        if values[0].get(parameter, NONE) != values[1].get(parameter, NONE)
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
        said = [", ".join(each.outcome.outcome for each in part) or NONE for part in named]
        if said != [NONE, NONE]:
            yield ParameterDifference(COMPUTED_FROM, said[0], said[1])
        return
    for place, (one, other) in enumerate(zip_longest(*named), start=1):
        which = OF_THE_RETURN if first.outcome.after else f"outcome {place}"
        if one is None or other is None:
            said = [each.outcome.outcome if each else NONE for each in (one, other)]
            yield ParameterDifference(which, said[0], said[1])
            continue
        for each in list_differences(one, other):
            yield replace(each, parameter=f"{which}: {each.parameter}")


def _list_named(resolved: ResolvedOutcome) -> tuple[ResolvedOutcome, ...]:
    """Those that it is computed from; in any order where their order means nothing."""
    if resolved.outcome.kind.in_any_order:
        return tuple(sorted(resolved.named, key=lambda each: each.fingerprint))
    return resolved.named


def _list_own(outcome: Outcome) -> Iterator[tuple[str, str]]:
    """The parameters of one definition, those that it leaves at their default included."""
    kind = outcome.kind
    yield THE_MEASURE, outcome.measure.name.replace("_", " ")
    if absence := outcome.absence:
        benefits = _in_words(expand_benefits(absence.benefits))
        always = "".join(f"; and always {each.replace('_', ' ')}" for each in kind.always_counts)
        yield name_key(Absence, "benefits"), benefits + always
        for key, value in (("when", absence.when), ("join_gap", absence.join_gap)):
            if value is not None:
                yield name_key(Absence, key), str(value)
    if outcome.follow_up:
        window = outcome.follow_up.model_dump(mode="json", by_alias=True)
        yield from ((name_key(Window, key), window[key]) for key in WINDOW_KEYS)
    ids = {place[0] for place in outcome.named}
    if "over" in ids:
        yield name_key(type(kind), "over"), "another outcome"
    written = kind.model_dump(mode="json", by_alias=True, exclude_none=True)
    for key, value in expand_all_benefits(written).items():
        if key not in ids:
            yield name_key(type(kind), key), _in_words(value)
    if outcome.is_time_to_event:
        yield name_key(Outcome, "competing"), _in_words(outcome.competing)


def name_key(model: type[ClosedMapping], key: str) -> str:
    """The name of a key in words: the title that its mapping gives it."""
    (title,) = (
        field.title
        for name, field in model.model_fields.items()
        if key in (name, field.alias) and field.title
    )
    return title


def _in_words(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(
            f"{key.replace('_', ' ')} {_in_words(inner)}" for key, inner in value.items()
        )
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(_in_words(each).replace("_", " ") for each in value) or NONE
    return str(value)
