"""Find definitions: the stock ones that are shipped, or a user's own files.

Also ties an outcome to those that it is computed from.
"""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from rtw_outcomes.definitions.definition_file import Definition, check_definition, read_definition
from rtw_outcomes.definitions.rules.composites import list_problems_between
from rtw_outcomes.definitions.stock_files import is_path, list_stock_ids, read_stock_text
from rtw_outcomes.errors import DefinitionError, Problem, UsageError, suggest
from rtw_outcomes.language.outcome import Outcome
from rtw_outcomes.language.resolved import ResolvedOutcome
from rtw_outcomes.language.yaml_reader import YamlFile

T = TypeVar("T")

# The ways in which Python code may name an outcome: a stock id, the path of a file, a mapping with
# the keys of a file, or an outcome.
OutcomeLike = str | os.PathLike[str] | Mapping[str, Any] | Outcome | ResolvedOutcome


class UnknownDefinitionError(Exception):
    """No definition has this name; the text is a hint for the user."""


ALL_ARE_LISTED = "`rtw list` lists them all, and so does `list_outcomes()` in Python"

# The group of the definitions that other tools refer to by their ids.
CORE = "core"


@cache
def list_ids(group: str | None = None) -> tuple[str, ...]:
    """The ids of the shipped definitions, or of those of one group, sorted."""
    return tuple(
        name
        for name in list_stock_ids()
        if group is None or read_stock_definition(name).outcome.group == group
    )


@cache
def read_stock_definition(outcome_id: str) -> Definition:
    """Read a shipped definition by its id."""
    return check_definition(YamlFile.parse(read_stock_text(outcome_id), f"{outcome_id}.yaml"))


def find_definition(name: str, folder: Path) -> Definition:
    """Find a definition by the id of a stock one, or by the path of a file.

    Args:
        name: an id, or a path that is relative to `folder`.
        folder: where the file lies that names the definition.

    Raises:
        UnknownDefinitionError: there is no such id or file.
        DefinitionError: the file is there and is wrong, or takes the id of a stock definition.
    """
    if not is_path(name):
        if name in list_ids():
            return read_stock_definition(name)
        raise UnknownDefinitionError(suggest(name, list_ids()) or ALL_ARE_LISTED)
    path = folder / name
    if not path.is_file():
        seen_from = "the current folder" if folder == Path() else folder
        raise UnknownDefinitionError(f"There is no file at this path, seen from {seen_from}")
    return _check_id_is_free(read_definition(path))


def resolve_outcomes(definitions: Sequence[Definition]) -> tuple[ResolvedOutcome, ...]:
    """Give each outcome those that it is computed from.

    They are looked for among `definitions`, then beside the file, then in the stock.

    Raises:
        DefinitionError: an id stands for two definitions, or for none, or for one of another kind.
    """
    by_id: dict[str, Definition] = {}
    for definition in definitions:
        other = by_id.setdefault(definition.outcome.outcome, definition)
        if other is not definition:
            place, what = (
                definition.file.name,
                f"the id `{definition.outcome.outcome}` stands twice",
            )
            raise DefinitionError([Problem(place, what, hint=f"It is also in {other.file.name}")])
    resolved = collect(lambda definition: _resolve(definition, by_id), definitions)
    if any(definition.resolved for definition in definitions):
        _check_meanings(resolved)
    return resolved


def _check_meanings(resolved: Sequence[ResolvedOutcome]) -> None:
    """An id has one meaning in a study, also where an outcome came with those that it is made of."""
    meanings: dict[str, str] = {}
    for each in (part for whole in resolved for part in (whole, *whole.parts())):
        name = each.outcome.outcome
        if meanings.setdefault(name, each.fingerprint) != each.fingerprint:
            what = "the id stands for two outcomes that mean different things"
            raise DefinitionError([Problem(name, what, hint="Give one of them another id")])


def collect(find: Callable[[Any], T], wanted: Iterable[Any]) -> tuple[T, ...]:
    """Find each of several, and tell the problems of all of them at once.

    Raises:
        DefinitionError: something is wrong; holds the problems of all.
    """
    found: list[T] = []
    problems: list[Problem] = []
    for each in wanted:
        try:
            found.append(find(each))
        except DefinitionError as error:
            problems += error.problems
    if problems:
        raise DefinitionError(problems)
    return tuple(found)


def resolve_outcome(definition: Definition) -> ResolvedOutcome:
    """Give one outcome those that it is computed from; see `resolve_outcomes`."""
    return resolve_outcomes([definition])[0]


def find_outcome(outcome: OutcomeLike) -> ResolvedOutcome:
    """Find one outcome and check it.

    Args:
        outcome: the id of a stock definition; the path of a definition file, relative to the current
            folder; a mapping with the keys of a definition file; or an outcome, which is checked.

    Returns:
        The outcome with those that it is computed from.

    Raises:
        DefinitionError: there is no such definition, or it is wrong.
    """
    if not isinstance(outcome, str | os.PathLike):
        return resolve_outcome(take_definition(outcome, "outcome"))
    name = os.fspath(outcome)
    try:
        return resolve_outcome(find_definition(name, Path()))
    except UnknownDefinitionError as unknown:
        raise _tell_unknown(name, unknown) from None


def read_definition_text(name: str) -> str:
    """The text of a definition named on the command line, as it lies in its file; it may be wrong.

    Raises:
        DefinitionError: there is none, or the file is no definition.
    """
    if name in list_stock_ids():
        return read_stock_text(name)
    if not is_path(name):
        hint = suggest(name, list_stock_ids()) or "`rtw list` names them all"
        raise _tell_unknown(name, UnknownDefinitionError(hint))
    if not YamlFile.read(Path(name)).has_key("outcome"):
        raise DefinitionError([Problem(name, "this is no definition: it has no key `outcome`")])
    return Path(name).read_text("utf-8-sig")


def _tell_unknown(name: str, unknown: UnknownDefinitionError) -> DefinitionError:
    return DefinitionError([Problem(name, "there is no such definition", hint=str(unknown))])


def take_definition(given: Mapping[str, Any] | Outcome | ResolvedOutcome, name: str) -> Definition:
    """Check a definition that Python code hands over.

    Args:
        given: a mapping with the keys of a definition file, or an outcome.
        name: how messages call it.

    Raises:
        DefinitionError: it is wrong, or takes the id of a stock definition.
        UsageError: it is something else.
    """
    if isinstance(given, Mapping):
        return _check_id_is_free(check_definition(YamlFile.from_mapping(given, name)))
    resolved = given if isinstance(given, ResolvedOutcome) else None
    outcome = resolved.outcome if resolved else given
    if not isinstance(outcome, Outcome):
        raise UsageError(
            f"`{name}` is no definition. Expected an id, a path, a mapping or an outcome, found the type "
            f"{type(given).__name__}."
        )
    # A changed copy of an outcome has not been checked. Its examples change no result, and cannot be
    # written as a file writes them.
    keys = outcome.model_dump(
        by_alias=True, exclude_unset=True, exclude={"examples"}, warnings=False
    )
    checked = check_definition(YamlFile.from_mapping(keys, name))
    outcome = checked.outcome.model_copy(update={"examples": outcome.examples})
    if resolved:
        resolved = replace(resolved, outcome=outcome)
    return _check_id_is_free(Definition(outcome, checked.file, resolved))


def _resolve(
    definition: Definition, by_id: dict[str, Definition], inside: tuple[str, ...] = ()
) -> ResolvedOutcome:
    """Resolve one definition; `inside` are the ids of those that it is a part of."""
    if definition.resolved:
        return definition.resolved
    outcome = definition.outcome
    inside = (*inside, outcome.outcome)
    found = [_find_named(wanted, definition, by_id) for wanted in outcome.named.values()]
    named = [each.outcome if each else None for each in found]
    known = (*by_id, *list_ids())
    definition.file.raise_for(list_problems_between(outcome, named, inside, known))
    return ResolvedOutcome(outcome, tuple(_resolve(each, by_id, inside) for each in found if each))


def _find_named(
    wanted: str, definition: Definition, by_id: dict[str, Definition]
) -> Definition | None:
    """The definition with an id: of the study, in the file beside the one that names it, or stock.

    Raises:
        DefinitionError: the study and the file beside it mean different things by the id.
    """
    is_stock = wanted in list_ids()
    if _is_stock(definition):  # its parts are stock too, whatever lies in the folder we are in
        return read_stock_definition(wanted)
    of_study, beside = by_id.get(wanted), _find_beside(wanted, definition)
    if of_study and beside and _meaning_of(of_study.outcome) != _meaning_of(beside.outcome):
        what = f"`{wanted}` has two meanings: {of_study.file.name} and {beside.file.name} differ"
        hint = "Give one of the two outcomes another id"
        raise DefinitionError([Problem(definition.file.name, what, hint=hint)])
    return of_study or beside or (read_stock_definition(wanted) if is_stock else None)


def _is_stock(definition: Definition) -> bool:
    name = definition.outcome.outcome
    return name in list_ids() and definition is read_stock_definition(name)


def _find_beside(wanted: str, definition: Definition) -> Definition | None:
    if not definition.file.has_lines:  # it has no folder either
        return None
    path = Path(definition.file.name).parent / f"{wanted}.yaml"
    if not path.is_file():
        return None
    beside = _check_id_is_free(read_definition(path))
    if beside.outcome.outcome != wanted:
        what = f"the file is called after `{wanted}` and defines `{beside.outcome.outcome}`"
        raise DefinitionError([Problem(f"{path}:1", what, hint="Give both the same name")])
    return beside


def _check_id_is_free(definition: Definition) -> Definition:
    """A stock id must mean the same in every study; a copy that means the same may pass."""
    outcome_id = definition.outcome.outcome
    if outcome_id not in list_ids():
        return definition
    stock = read_stock_definition(outcome_id)
    if _meaning_of(stock.outcome) == _meaning_of(definition.outcome):
        return definition
    place = f"{definition.file.name}:1" if definition.file.has_lines else definition.file.name
    what = f"`{outcome_id}` is the id of a stock definition that means something else"
    raise DefinitionError([Problem(place, what, hint="Give this outcome an id of its own")])


def _meaning_of(outcome: Outcome) -> tuple[object, ...]:
    """The meaning of an outcome, with the ids of those that it is computed from, before they are found."""
    return ResolvedOutcome(outcome).fingerprint, *outcome.named.values()
