"""A definition that is based on another one: `based_on` and the keys that are different.

The two are put together as keys and values, before anything is validated, so that neither the language
nor the rules know of it.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from rtw_outcomes.definitions.rules.check import list_problems
from rtw_outcomes.definitions.stock_files import is_path, list_stock_ids, read_stock_text
from rtw_outcomes.errors import Problem, suggest
from rtw_outcomes.language.outcome import Outcome
from rtw_outcomes.language.yaml_reader import YamlFile

KEY = "based_on"
# A definition says these itself.
WRITTEN_ANEW = ("outcome", "title", "source")
# The worked examples of the base hold for the base only, and its place in the library is its own.
NOT_TAKEN = (*WRITTEN_ANEW, "group", "examples")
PUT_TOGETHER = ("absence", "follow_up", "measure", "reasons")

# A parameter that stands in place of another one takes what belongs to that one away.
IN_PLACE_OF: dict[str, tuple[tuple[str, ...], ...]] = {
    "at": (("measure", "each"), ("follow_up",), ("reasons", "each"), ("reasons", "follow_up")),
    "each": (("measure", "at"), ("reasons", "at")),
}


def put_on_base(file: YamlFile, folder: Path | None, above: tuple[str, ...] = ()) -> YamlFile:
    """A definition file with the keys that it takes from its base; without `based_on` as it is.

    Args:
        file: the definition as it is written.
        folder: where the file lies; None for one that may be based on stock definitions only.
        above: the definitions that are based on this one, to notice a circle.

    Raises:
        DefinitionError: the base is not there, is wrong, or is based on this definition.
    """
    if not file.has_key(KEY):
        return file
    missing = [key for key in WRITTEN_ANEW if not file.has_key(key)]
    hint = "It is not taken from the base"
    file.raise_for([Problem((), f"the key `{key}` is missing", hint=hint) for key in missing])
    name = file.find_value(KEY)
    if not isinstance(name, str):
        what = "this names one definition, by its id or by the path of its file"
        file.raise_for([Problem((KEY,), what)])
    base = _read_base(file, folder, name, (*above, _identify(file, folder)))
    base = base.spell_out("follow_up", "to")
    kinds = file.list_keys("measure")
    dropped: list[tuple[str, ...]] = [(key,) for key in NOT_TAKEN]
    if kinds and kinds != base.list_keys("measure"):
        dropped += [("measure",), *(("reasons", key) for key in _list_parameters(base))]
    dropped += [("reasons", key) for key in _list_changed(file)]
    together = [*((key,) for key in PUT_TOGETHER), *(("measure", kind) for kind in kinds)]
    emptied = [
        key
        for place in ((), *together)
        for key in file.list_empty_keys(*place)
        if key[-1] in base.list_keys(*place)
    ]
    own = file.without(emptied)
    dropped += [*emptied, *_list_replaced(own, kinds)]
    return own.over(base.without(dropped), together, said_at=KEY)


def _read_base(file: YamlFile, folder: Path | None, name: str, inside: tuple[str, ...]) -> YamlFile:
    """The file that a definition is based on, put on its own base and found right."""
    if name in list_stock_ids():
        base, place = YamlFile.parse(read_stock_text(name), f"specs/{name}.yaml"), None
    else:
        path = _find_path(file, folder, name)
        base, place = YamlFile.read(path), path.parent
    if _identify(base, place) in inside:
        names = " -> ".join(Path(each).name for each in (*inside, _identify(base, place)))
        file.raise_for([Problem((KEY,), f"the definitions are based on one another: {names}")])
    base = put_on_base(base, place, inside)
    base.raise_for(list_problems(base.validate(Outcome)))
    return base


def _find_path(file: YamlFile, folder: Path | None, name: str) -> Path:
    if folder is not None:
        path = folder / (name if is_path(name) else f"{name}.yaml")
        if path.is_file():
            return path
    beside = tuple(path.stem for path in sorted(folder.glob("*.yaml"))) if folder else ()
    hint = (
        f"There is no file at this path, seen from {folder or '.'}"
        if is_path(name)
        else suggest(name, (*list_stock_ids(), *beside)) or "`rtw list` names the stock definitions"
    )
    file.raise_for([Problem((KEY,), f"there is no definition `{name}`", hint=hint)])
    raise AssertionError("it has been raised")


def _identify(file: YamlFile, folder: Path | None) -> str:
    """The same for the same definition, however the path to it is written."""
    return file.name if folder is None else str((folder / Path(file.name).name).resolve())


def _list_changed(file: YamlFile) -> Iterator[str]:
    """The parameters that a definition writes itself; the reasons of the base are not theirs."""
    yield from file.list_keys("absence")
    yield from _list_parameters(file)
    yield from (key for key in ("absence", "follow_up", "competing") if file.has_key(key))


def _list_parameters(file: YamlFile) -> Iterator[str]:
    for kind in file.list_keys("measure"):
        yield from file.list_keys("measure", kind)


def _list_replaced(file: YamlFile, kinds: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The keys of the base in whose place the definition writes others."""
    for parameter in _list_parameters(file):
        for first, *others in IN_PLACE_OF.get(parameter, ()):
            inside = kinds if first == "measure" else ()
            yield (first, *inside, *others)
