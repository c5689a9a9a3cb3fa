"""One definition with one parameter at a time changed to that of another one.

This shows what each parameter does by itself to the difference between the two.
"""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from rtw_outcomes.definitions.diff import COMPUTED_FROM, OF_THE_RETURN, name_key
from rtw_outcomes.definitions.rules.check import list_problems
from rtw_outcomes.definitions.rules.composites import list_problems_between
from rtw_outcomes.language.absence import Absence, Window
from rtw_outcomes.language.measures.kind import Result
from rtw_outcomes.language.outcome import Outcome
from rtw_outcomes.language.resolved import ResolvedOutcome
from rtw_outcomes.language.yaml_types import ClosedMapping

KeyPath = tuple[str, ...]
MEANS_NOTHING = {"reasons", "examples", "group", "country"}


@dataclass(frozen=True)
class Variant:
    """A definition with one parameter of another one.

    Attributes:
        parameter: which one, in words.
        resolved: the definition, under an id of its own.
    """

    parameter: str
    resolved: ResolvedOutcome


def change_one_at_a_time(first: ResolvedOutcome, second: ResolvedOutcome) -> tuple[Variant, ...]:
    """The first definition with each parameter in which it differs taken from the second.

    None for two measures of different kinds, none for rates, which no person has a number of, and none
    that would break a rule, such as a return that must last longer than the gap that joins spells.
    """
    measures = {each.outcome.measure.name for each in (first, second)}
    if len(measures) > 1 or first.outcome.result is Result.RATE:
        return ()
    return tuple(
        Variant(parameter, ResolvedOutcome(outcome, named))
        for parameter, outcome, named in _list_changes(first, second)
        if not list_problems(outcome)
        and not list_problems_between(outcome, [each.outcome for each in named])
    )


def _list_changes(
    first: ResolvedOutcome, second: ResolvedOutcome
) -> Iterator[tuple[str, Outcome, tuple[ResolvedOutcome, ...]]]:
    one, other = _write(first.outcome), _write(second.outcome)
    paths = dict.fromkeys((*_list_leaves(one), *_list_leaves(other)))
    ids = {place[0] for place in first.outcome.named}
    for number, path in enumerate(paths, start=1):
        if path[-1] not in ids and _get(one, path) != _get(other, path):
            changed = _put(one, path, _get(other, path))
            yield _name_parameter(path, first.outcome), _read(changed, number), first.named
    if [each.fingerprint for each in first.named] != [each.fingerprint for each in second.named]:
        changed = deepcopy(one)
        for measure, kind in changed["measure"].items():
            kind |= {key: other["measure"][measure][key] for key in ids}
        parameter = OF_THE_RETURN if first.outcome.after else COMPUTED_FROM
        yield parameter, _read(changed, 0), second.named


def _name_parameter(path: KeyPath, outcome: Outcome) -> str:
    """The name of the parameter at a place, in words."""
    models: dict[str, type[ClosedMapping]] = {
        "absence": Absence,
        "follow_up": Window,
        "measure": type(outcome.kind),
    }
    return name_key(models.get(path[0], Outcome), path[-1])


def _read(written: dict[str, Any], number: int) -> Outcome:
    """The outcome, under an id that no file can give to another one."""
    outcome = Outcome.model_validate(written | {"outcome": "variant"})
    return outcome.model_copy(update={"outcome": f"_variant_{number}"})


def _write(outcome: Outcome) -> dict[str, Any]:
    # Not as JSON, which would turn amounts into texts.
    written: dict[str, Any] = outcome.model_dump(
        by_alias=True, exclude_none=True, exclude=MEANS_NOTHING
    )
    return written


def _list_leaves(written: dict[str, Any]) -> Iterator[KeyPath]:
    """The places of the parameters: two or three keys deep."""
    for key in ("absence", "follow_up"):
        yield from ((key, parameter) for parameter in written.get(key, ()))
    yield ("competing",)
    for measure, kind in written["measure"].items():
        yield from (("measure", measure, parameter) for parameter in kind)


def _get(written: dict[str, Any], path: KeyPath) -> Any:
    value: Any = written
    for key in path:
        value = value.get(key, {})
    return value


def _put(written: dict[str, Any], path: KeyPath, value: Any) -> dict[str, Any]:
    """A copy with another value at a place; without it where the value is none."""
    changed = deepcopy(written)
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    if value == {}:
        del inner[path[-1]]
    return changed
