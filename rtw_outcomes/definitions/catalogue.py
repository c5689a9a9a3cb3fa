"""Find definitions: the stock ones that are shipped, or a user's own files.

Also ties an outcome to those that it is computed from.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from rtw_outcomes.definitions.definition_file import Definition, check_definition, read_definition
from rtw_outcomes.definitions.rules.composites import list_problems_between
from rtw_outcomes.definitions.stock_files import is_path, list_stock_ids, read_stock_text
from rtw_outcomes.errors import DefinitionError, Problem, suggest
from rtw_outcomes.language.outcome import Outcome
from rtw_outcomes.language.resolved import ResolvedOutcome
from rtw_outcomes.language.yaml_reader import YamlFile


class UnknownDefinitionError(Exception):
    """No definition has this name; the text is a hint for the user."""


# The group of the definitions that other tools refer to by their ids.
CORE = "core"


@cache
def find_stock_ids(group: str | None = None) -> tuple[str, ...]:
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
        if name in find_stock_ids():
            return read_stock_definition(name)
        raise UnknownDefinitionError(suggest(name, find_stock_ids()) or "`rtw list` names them all")
    path = folder / name
    if not path.is_file():
        raise UnknownDefinitionError(f"There is no file at this path, seen from {folder or '.'}")
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
    return tuple(_resolve(definition, by_id) for definition in definitions)


def resolve_outcome(definition: Definition) -> ResolvedOutcome:
    """Give one outcome those that it is computed from; see `resolve_outcomes`."""
    return resolve_outcomes([definition])[0]


def find_outcome(name: str) -> ResolvedOutcome:
    """A definition named on the command line: a stock id, or the path of a file.

    Raises:
        DefinitionError: there is none, or it is wrong.
    """
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


def _resolve(
    definition: Definition, by_id: dict[str, Definition], inside: tuple[str, ...] = ()
) -> ResolvedOutcome:
    """Resolve one definition; `inside` are the ids of those that it is a part of."""
    outcome = definition.outcome
    inside = (*inside, outcome.outcome)
    found = [_find_named(wanted, definition, by_id) for wanted in outcome.named.values()]
    named = [each.outcome if each else None for each in found]
    known = (*by_id, *find_stock_ids())
    definition.file.raise_for(list_problems_between(outcome, named, inside, known))
    return ResolvedOutcome(outcome, tuple(_resolve(each, by_id, inside) for each in found if each))


def _find_named(
    wanted: str, definition: Definition, by_id: dict[str, Definition]
) -> Definition | None:
    """The definition with an id: of the study, in the file beside the one that names it, or stock.

    Raises:
        DefinitionError: the study and the file beside it mean different things by the id.
    """
    is_stock = wanted in find_stock_ids()
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
    return name in find_stock_ids() and definition is read_stock_definition(name)


def _find_beside(wanted: str, definition: Definition) -> Definition | None:
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
    if outcome_id not in find_stock_ids():
        return definition
    stock = read_stock_definition(outcome_id)
    if _meaning_of(stock.outcome) == _meaning_of(definition.outcome):
        return definition
    what = f"`{outcome_id}` is the id of a stock definition that means something else"
    raise DefinitionError(
        [Problem(f"{definition.file.name}:1", what, hint="Give this outcome an id of its own")]
    )


def _meaning_of(outcome: Outcome) -> tuple[object, ...]:
    """What it means, with the ids of those that it is computed from, before they are found."""
    return ResolvedOutcome(outcome).fingerprint, *outcome.named.values()
