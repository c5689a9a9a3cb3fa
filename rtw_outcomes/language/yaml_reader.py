"""YAML text into typed models, with every problem as file and line.

The only reader of YAML. Dates stay text here, so that a day that does not exist is told with its
line like any other problem; the models turn text into dates.
"""

import datetime
import os
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from numbers import Integral, Real
from pathlib import Path
from typing import Any, Self, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from rtw_outcomes.errors import DefinitionError, Location, Problem, suggest

M = TypeVar("M", bound=BaseModel)

# What pydantic's kinds of error mean to who writes a file; the others are told in its words.
PLAIN_WORDS = {
    "too_short": "an empty list; at least one is needed",
    "model_type": "keys with values are needed here, like `{key: value}`",
    "dict_type": "keys with values are needed here, like `{key: value}`",
    "tuple_type": "a list is needed here, like `[one, another]`",
    "date_": "this is not a calendar date, YYYY-MM-DD",
    "string_type": "a text is needed here; put it in quotation marks",
    "string_pattern_mismatch": "a name is of small letters, digits and underscores, at most 63",
    "string_too_short": "an empty text",
    "int_": "a whole number is needed here",
    "greater_than_equal": "the number is too small",
    "literal_error": "this is not one of the words that may stand here",
    "bool_": "`true` or `false` is needed here",
}


class _Loader(yaml.SafeLoader):
    """SafeLoader without the implicit dates."""


def _construct_int(loader: _Loader, node: yaml.ScalarNode) -> int | str:
    try:
        return int(loader.construct_yaml_int(node))
    except ValueError:  # more digits than Python reads; the model tells that it is no number
        return str(node.value)


_Loader.add_constructor("tag:yaml.org,2002:int", _construct_int)
_Loader.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True)
class YamlFile:
    """A parsed file that still knows the line of each of its keys.

    Or a mapping from Python code in place of a file. It has the same keys and no lines.
    """

    name: str
    root: yaml.Node

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read and parse one file.

        Raises:
            DefinitionError: it cannot be read, is not UTF-8 or not YAML, or repeats a key.
        """
        try:
            text = path.read_text(encoding="utf-8-sig")
        except OSError as error:
            what = f"the file cannot be read: {(error.strerror or 'unknown').lower()}"
            raise _one(str(path), what) from None
        except UnicodeDecodeError:
            raise _one(str(path), "the file is not UTF-8 text", hint="Save it as UTF-8") from None
        return cls.parse(text, str(path))

    @classmethod
    def parse(cls, text: str, name: str) -> Self:
        """Parse the text of a file that is called `name` in messages."""
        try:
            root = yaml.compose(text, Loader=_Loader)
        except yaml.MarkedYAMLError as error:
            line = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
            # Its text may quote the file, which may be a data file that was named by mistake.
            raise _one(f"{name}{line}", "this is not YAML") from None
        except (yaml.YAMLError, RecursionError):
            raise _one(name, "this is not YAML") from None
        if not isinstance(root, yaml.MappingNode):
            raise _one(name, "the file has no keys", expected="lines like `key: value`")
        file = cls(name, root)
        repeated = [file.locate(problem) for problem in _repeated_keys(root, (), ())]
        if repeated:
            raise DefinitionError(repeated)
        return file

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any], name: str) -> Self:
        """Take a mapping from Python code in place of a file.

        Args:
            mapping: what the file would hold. Dates may be dates, and lists may be tuples.
            name: how messages call it.

        Raises:
            DefinitionError: a value is of a type that no file can hold.
        """
        try:
            representer = yaml.representer.SafeRepresenter(sort_keys=False)
            root = representer.represent_data(_plain(mapping))
        except yaml.representer.RepresenterError as error:
            what = f"a value of the type `{type(error.args[-1]).__name__}` has no place here"
            raise _one(name, what, expected="texts, numbers, dates, lists and mappings") from None
        except RecursionError:
            raise _one(name, "the mapping refers to itself") from None
        return cls(name, root)

    @property
    def has_lines(self) -> bool:
        """Whether it is a file; a mapping from Python code has no lines."""
        return self.root.start_mark is not None

    def validate(self, model: type[M]) -> M:
        """Build the model from the file.

        Raises:
            DefinitionError: the file does not fit the model; holds every place that does not.
        """
        try:
            return model.model_validate(_Loader("").construct_document(self.root))
        except ValidationError as error:
            problems = [_to_problem(model, detail) for detail in _list_causes(error)]
        except (yaml.YAMLError, ValueError):
            problems = [Problem((), "a value has a form that files here do not use")]
        raise DefinitionError([self.locate(problem) for problem in problems])

    def has_key(self, key: str) -> bool:
        """Whether the file has a key at its top, which tells what kind of file it is."""
        pairs = self.root.value if isinstance(self.root, yaml.MappingNode) else []
        return any(name.value == key for name, _ in pairs)

    def locate(self, problem: Problem) -> Problem:
        """Give a problem that names keys of this file its file and line."""
        assert not isinstance(problem.place, str), "it has its place already"
        line, keys = _find_line(self.root, problem.place)
        where = ".".join(str(key) for key in keys)
        place = f"{self.name}:{line}" if self.has_lines else self.name
        return replace(problem, place=place + (f": {where}" if where else ""))

    def raise_for(self, problems: Sequence[Problem]) -> None:
        """Raise a DefinitionError when there are problems; each names keys of this file."""
        if problems:
            raise DefinitionError([self.locate(problem) for problem in problems])


def _one(
    place: str, what: str, expected: str = "", found: str = "", hint: str = ""
) -> DefinitionError:
    return DefinitionError([Problem(place, what, expected, found, hint)])


def _repeated_keys(
    node: yaml.Node, location: Location, above: tuple[yaml.Node, ...]
) -> Iterator[Problem]:
    """YAML readers keep the last of two equal keys in silence; here that is a problem."""
    if node in above:
        yield Problem(location, "the file refers to itself")
        return
    if isinstance(node, yaml.SequenceNode):
        for place, item in enumerate(node.value):
            yield from _repeated_keys(item, (*location, place), (*above, node))
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            if name in seen:
                yield Problem((*location, name), f"the key `{name}` stands twice")
            seen.add(name)
            yield from _repeated_keys(value, (*location, name), (*above, node))


def _find_line(node: yaml.Node, location: Location) -> tuple[int, Location]:
    """The line of the deepest key of `location` that the file has, and the keys up to it."""
    line, keys = _line_of(node), []
    for step in location:
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = _line_of(node)
        elif isinstance(node, yaml.MappingNode):
            found = [pair for pair in node.value if pair[0].value == step]
            if not found:
                break
            line, node = _line_of(found[-1][0]), found[-1][1]
        else:
            continue  # a step of the type, not of the file
        keys.append(step)
    return line, tuple(keys)


def _line_of(node: yaml.Node) -> int:
    """The line on which a key or a value stands; 0 for one of a mapping from Python code."""
    return node.start_mark.line + 1 if node.start_mark else 0


def _plain(value: object) -> object:
    """A value in the types that YAML has; a date is a text, as it is in a file."""
    if isinstance(value, Mapping):
        return {_plain(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, datetime.date):
        # A datetime at midnight is a date. No model takes another one.
        return value.isoformat().removesuffix("T00:00:00")
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, Integral) and not isinstance(value, bool):
        return int(value)
    return float(value) if isinstance(value, Real) and not isinstance(value, bool) else value


def _list_causes(error: ValidationError) -> Iterator[Any]:
    """What pydantic found, without the length of a list that is too short by its wrong parts."""
    details = error.errors()
    places = [detail["loc"] for detail in details]
    for detail in details:
        within = detail["loc"]
        parts = [place for place in places if place != within and place[: len(within)] == within]
        if detail["type"] != "too_short" or not parts:
            yield detail


def _to_problem(model: type[BaseModel], detail: Any) -> Problem:
    """Say what pydantic found in the words of this project."""
    location = tuple(detail["loc"])
    if detail["type"] == "extra_forbidden":
        known = _keys_of(model, location[:-1])
        key = str(location[-1])
        return Problem(
            location,
            f"unknown key `{key}`",
            expected=f"one of {', '.join(known)}",
            hint=suggest(key, known),
        )
    if detail["type"] == "missing":
        return Problem(location[:-1], f"the key `{location[-1]}` is missing")
    plain = [words for start, words in PLAIN_WORDS.items() if detail["type"].startswith(start)]
    if detail["type"] == "too_short" and detail["ctx"]["actual_length"]:
        plain = [f"the list is too short; at least {detail['ctx']['min_length']} are needed"]
    if detail["type"] == "greater_than":
        plain = [f"the number must be above {detail['ctx']['gt']}"]
    message = [*plain, detail["msg"].removeprefix("Value error, ")][0]
    value = detail["input"]
    found = f"`{value}`" if isinstance(value, str | int | float) and len(str(value)) < 60 else ""
    return Problem(location, message[:1].lower() + message[1:], found=found)


def _keys_of(model: type[BaseModel], location: Location) -> tuple[str, ...]:
    """The keys that a mapping of the file may have."""
    for step in location:
        fields = {field.alias or name: field for name, field in model.model_fields.items()}
        if isinstance(step, str) and step in fields:
            model = next(_models_in(fields[step].annotation), model)
    return tuple(field.alias or name for name, field in model.model_fields.items())


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models named inside a type such as `Window | None` or `tuple[Example, ...]`."""
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        if issubclass(annotation, BaseModel):
            yield annotation
    else:
        for part in typing.get_args(annotation):
            yield from _models_in(part)
