"""YAML text into typed models, with every problem as file and line.

The only reader of YAML. Dates stay text here, so that a day that does not exist is told with its
line like any other problem; the models turn text into dates.
"""

import datetime
import io
import os
import re
import types
import typing
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from numbers import Integral, Real
from pathlib import Path
from typing import Any, Self, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from rtw_outcomes.errors import DefinitionError, Location, Problem, end_sentence, suggest
from rtw_outcomes.language.control_characters import LINES, has_controls, show_controls
from rtw_outcomes.language.plain_numbers import BROKEN, WHOLE

M = TypeVar("M", bound=BaseModel)

# Pydantic's kinds of error in words for the writer of a file; the others are told in its own words.
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
    "less_than_equal": "the number is too large",
    "decimal_max_digits": "the number has too many digits",
    "decimal_whole_digits": "the number has too many digits",
    "bool_": "`true` or `false` is needed here",
}


TAG = "tag:yaml.org,2002:"
# The texts that stand for something else than themselves. YAML 1.1 has more of these: `no` is false there,
# `010` is 8 and `1:30` is 90. Here they are texts, and a text is no number and no `false`.
FORMS = {
    f"{TAG}null": "~|null|Null|NULL|",
    f"{TAG}bool": "true|false",
    f"{TAG}int": WHOLE,
    f"{TAG}float": BROKEN,
    f"{TAG}merge": "<<",
}
TAGS = (*FORMS, f"{TAG}str", f"{TAG}seq", f"{TAG}map")
MOST_VALUES = 100_000  # of a file whose aliases repeat what they stand for


class _Loader(yaml.SafeLoader):
    """SafeLoader with other forms for what is no text, and without dates."""


# Written in C and ten times as fast, where PyYAML was built with it.
_BaseOfFast: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _FastLoader(_BaseOfFast):  # type: ignore[misc, valid-type]  # one of two classes
    """The same."""


# What opens a value within another one. The parser in C ends the program where they stand too deep in each other.
OPENINGS = ("[", "{", "- ", "? ")
MOST_OPENINGS = 10_000


def _choose_loader(text: str) -> type[yaml.SafeLoader]:
    return _Loader if sum(map(text.count, OPENINGS)) > MOST_OPENINGS else _FastLoader


class _NamedText(io.StringIO):
    """A text that nodes know as their file, also when files are put together."""

    def __init__(self, text: str, name: str) -> None:
        super().__init__(text)
        self.name = name


def _construct_int(_: yaml.SafeLoader, node: yaml.ScalarNode) -> int | str:
    try:
        return int(node.value)
    except ValueError:  # more digits than Python reads; the model tells that it is no number
        return str(node.value)


for _loader in (_Loader, _FastLoader):
    _loader.add_constructor(f"{TAG}int", _construct_int)
    _loader.yaml_implicit_resolvers = {}
    for _tag, _form in FORMS.items():
        _loader.add_implicit_resolver(_tag, re.compile(f"^({_form})$"), None)


@dataclass(frozen=True)
class YamlFile:
    """A parsed file that still knows the line of each of its keys.

    Or a mapping from Python code in place of a file. It has the same keys and no lines.

    Attributes:
        name: what the file is called in messages.
        root: its keys and values; some may come from another file, see `over`.
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
            root = _choose_loader(text)(_NamedText(text, name)).get_single_node()
        except yaml.MarkedYAMLError as error:
            line = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
            # Its text may quote the file, which may be a data file that was named by mistake.
            raise _one(f"{name}{line}", "this is not YAML") from None
        except (yaml.YAMLError, RecursionError):
            raise _one(name, "this is not YAML") from None
        if not isinstance(root, yaml.MappingNode):
            raise _one(name, "the file has no keys", expected="lines like `key: value`")
        file = cls(name, root)
        try:
            # First, because what follows looks at every value as often as aliases repeat it.
            file.raise_for(_list_endless(root))
            problems = (
                *_repeated_keys(root, ()),
                *_list_odd_forms(root, ()),
                *_list_controls(root, ()),
            )
        except RecursionError:  # lists in lists, so deep that only the parser in C reads them
            raise _one(name, "this is not YAML") from None
        file.raise_for(problems)
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
        except UnicodeEncodeError:
            raise _one(name, "a text holds half a character (a lone surrogate)") from None
        file = cls(name, root)
        file.raise_for([*_list_controls(root, ())])
        return file

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

    def find_value(self, key: str) -> Any:
        """The value of a key at the top; None when it is not there."""
        pair = _list_pairs(self.root).get(key)
        return _Loader("").construct_document(pair[1]) if pair else None

    def list_keys(self, *location: str) -> tuple[str, ...]:
        """The keys of the mapping at a place; none when there is no mapping."""
        return tuple(self._list_pairs_at(location))

    def list_empty_keys(self, *location: str) -> Iterator[tuple[str, ...]]:
        """The places of the keys without a value in the mapping at a place."""
        for key, (_, value) in self._list_pairs_at(location).items():
            if value.tag == f"{TAG}null":
                yield (*location, key)

    def _list_pairs_at(self, location: Sequence[str]) -> "Pairs":
        node: yaml.Node | None = self.root
        for key in location:
            pair = _list_pairs(node).get(key)
            node = pair[1] if pair else None
        return _list_pairs(node)

    def without(self, locations: Collection[Location]) -> Self:
        """The file without some of its keys."""
        return replace(self, root=_leave_out(self.root, (), locations))

    def spell_out(self, key: str, inner: str) -> Self:
        """The file with the short form of a key's mapping written out: `{inner: value}`."""
        pair = _list_pairs(self.root).get(key)
        if not pair or isinstance(pair[1], yaml.MappingNode):
            return self
        marks = pair[1].start_mark, pair[1].end_mark
        name = yaml.ScalarNode("tag:yaml.org,2002:str", inner, *marks)
        long = yaml.MappingNode("tag:yaml.org,2002:map", [(name, pair[1])], *marks)
        return replace(self, root=_with_pairs(self.root, {key: (pair[0], long)}))

    def over(self, base: Self, together: Collection[Location], said_at: str) -> Self:
        """This file with the keys of another one that it does not write itself.

        Args:
            base: the other file.
            together: the places of mappings that are put together key by key; any other value takes
                the place of the other file's.
            said_at: the key of this file that names the other one; problems with keys that come from
                there are told at its line.
        """
        root = _put_together(self.root, base.root, (), together)
        root.start_mark = _list_pairs(self.root)[said_at][0].start_mark
        return replace(self, root=root).without([(said_at,)])

    def locate(self, problem: Problem) -> Problem:
        """Give a problem that names keys of this file its file and line."""
        assert not isinstance(problem.place, str), "it has its place already"
        mark, keys = _find_mark(self.root, problem.place)
        is_elsewhere = mark is not None and mark.name != self.name
        where = _say_place(keys, of_python=not (self.has_lines or is_elsewhere))
        if mark and is_elsewhere:
            origin = (
                f"`{where}` comes from {mark.name}:{mark.line + 1}, which this file is based on"
            )
            hint = f"{end_sentence(problem.hint)} {origin}" if problem.hint else origin
            mark, problem = self.root.start_mark, replace(problem, hint=hint)
        place = f"{self.name}:{mark.line + 1}" if mark and self.has_lines else self.name
        return replace(problem, place=place + (f": {where}" if where else ""))

    def raise_for(self, problems: Sequence[Problem]) -> None:
        """Raise a DefinitionError when there are problems; each names keys of this file."""
        if problems:
            raise DefinitionError([self.locate(problem) for problem in problems])


def _one(
    place: str, what: str, expected: str = "", found: str = "", hint: str = ""
) -> DefinitionError:
    return DefinitionError([Problem(place, what, expected, found, hint)])


def _list_values(node: yaml.Node) -> Iterator[tuple[str | int, yaml.Node]]:
    """The values inside a list or a mapping, each with its position or its key."""
    if isinstance(node, yaml.SequenceNode):
        yield from enumerate(node.value)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield key.value if isinstance(key, yaml.ScalarNode) else "", value


def _list_endless(root: yaml.Node) -> list[Problem]:
    """The problems of aliases: one that stands inside itself, and aliases of aliases that grow without end.

    Each node is visited once, however often it is repeated.
    """
    problems: list[Problem] = []
    counts: dict[int, int] = {}

    def count(node: yaml.Node, location: Location) -> int:
        if id(node) not in counts:
            counts[id(node)] = 0  # until all that is inside is counted
            inside = [count(value, (*location, step)) for step, value in _list_values(node)]
            total = counts[id(node)] = 1 + sum(inside)
            if not problems and total > max(MOST_VALUES, len(counts)):
                what = f"aliases repeat what they stand for to more than {MOST_VALUES} values"
                problems.append(Problem(location, what, hint="Write the values without aliases"))
        elif not counts[id(node)]:
            problems.append(Problem(location, "the file refers to itself"))
        return counts[id(node)]

    count(root, ())
    return problems


def _repeated_keys(node: yaml.Node, location: Location) -> Iterator[Problem]:
    """YAML readers keep the last of two equal keys in silence; here that is a problem."""
    seen: set[str | int] = set()
    for step, value in _list_values(node):
        if step in seen:
            yield Problem((*location, step), f"the key `{step}` stands twice")
        seen.add(step)
        yield from _repeated_keys(value, (*location, step))


def _list_odd_forms(node: yaml.Node, location: Location) -> Iterator[Problem]:
    """Keys that are no words, tags that ask for another type, and numbers that would be rounded."""
    for key, _ in node.value if isinstance(node, yaml.MappingNode) else ():
        if isinstance(key, yaml.ScalarNode):
            yield from _list_odd_forms(key, (*location, key.value))
        else:
            yield Problem(location, "a key is one word, and no list or mapping")
    if node.tag not in TAGS or not re.fullmatch(FORMS.get(node.tag, "(?s).*"), _text_of(node)):
        yield Problem(location, "a tag with `!` has no meaning here", hint="Remove it")
    elif node.tag == f"{TAG}float" and Decimal(repr(float(node.value))) != Decimal(node.value):
        yield Problem(location, "the number has more digits than are kept", expected="at most 15")
    for step, value in _list_values(node):
        yield from _list_odd_forms(value, (*location, step))


def _list_controls(node: yaml.Node, location: Location) -> Iterator[Problem]:
    """Texts and keys that hold control characters, which a name that looks the same does not hold."""
    keys = [key for key, _ in node.value] if isinstance(node, yaml.MappingNode) else []
    if any(has_controls(_text_of(each), LINES) for each in (node, *keys)):
        yield Problem(location, "a control character has no place here", hint="Remove it")
    else:
        for step, value in _list_values(node):
            yield from _list_controls(value, (*location, step))


def _text_of(node: yaml.Node) -> str:
    return str(node.value) if isinstance(node, yaml.ScalarNode) else ""


Pairs = dict[str, tuple[yaml.Node, yaml.Node]]


def _list_pairs(node: yaml.Node | None) -> Pairs:
    """The keys of a mapping with their nodes, those that `<<` brings in among them."""
    if not isinstance(node, yaml.MappingNode):
        return {}
    with suppress(yaml.YAMLError):  # a wrong `<<` is told when the file is validated
        _Loader("").flatten_mapping(node)
    return {str(key.value): (key, value) for key, value in node.value}


def _with_pairs(node: yaml.Node, changed: Pairs) -> yaml.MappingNode:
    """A copy of a mapping with some values changed or added."""
    pairs = list((_list_pairs(node) | changed).values())
    return yaml.MappingNode(node.tag, pairs, node.start_mark, node.end_mark)


def _leave_out(
    node: yaml.Node, place: Location, locations: Collection[Location]
) -> yaml.MappingNode:
    kept: Pairs = {}
    for name, (key, value) in _list_pairs(node).items():
        here = (*place, name)
        if here not in locations:
            inside = any(each[: len(here)] == here for each in locations)
            is_cut = inside and isinstance(value, yaml.MappingNode)
            kept[name] = key, _leave_out(value, here, locations) if is_cut else value
    return yaml.MappingNode(node.tag, list(kept.values()), node.start_mark, node.end_mark)


def _put_together(
    own: yaml.Node, base: yaml.Node, place: Location, together: Collection[Location]
) -> yaml.MappingNode:
    pairs = _list_pairs(base)
    for name, (key, value) in _list_pairs(own).items():
        other = pairs.get(name)
        here = (*place, name)
        are_mappings = other and all(isinstance(n, yaml.MappingNode) for n in (value, other[1]))
        if other and are_mappings and here in together:
            value = _put_together(value, other[1], here, together)
        pairs[name] = key, value
    return yaml.MappingNode(own.tag, list(pairs.values()), own.start_mark, own.end_mark)


def _say_place(keys: Location, of_python: bool) -> str:
    """The keys up to a value as they are read: the second is `outcomes.2` in a file, `outcomes[1]` in Python."""
    numbers = "[{}]".format if of_python else lambda place: f".{place + 1}"
    said = "".join(numbers(key) if isinstance(key, int) else f".{key}" for key in keys)
    return said.removeprefix(".")


def _find_mark(node: yaml.Node, location: Location) -> tuple[yaml.Mark | None, Location]:
    """The place of the deepest key of `location` that the file has, and the keys up to it."""
    mark, keys = node.start_mark, []
    for step in location:
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            mark = node.start_mark
        elif isinstance(node, yaml.MappingNode):
            found = [pair for pair in node.value if pair[0].value == step]
            if not found:
                break
            mark, node = found[-1][0].start_mark, found[-1][1]
        else:
            continue  # a step of the type, not of the file
        keys.append(step)
    return mark, tuple(keys)


def _plain(value: object) -> object:
    """A value in the types that YAML has; a date is a text, as it is in a file."""
    if isinstance(value, str):
        value.encode()
        return str(value)
    if isinstance(value, Mapping):
        return {_plain(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, datetime.date):
        # A datetime at midnight is a date. No model takes another one.
        return value.isoformat().removesuffix("T00:00:00")
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, Integral) and not isinstance(value, bool):
        return int(value)
    return float(value) if isinstance(value, Real) and not isinstance(value, bool) else value


def _list_causes(error: ValidationError) -> Iterator[Any]:
    """The errors of pydantic, without a list that is too short only because of its wrong parts."""
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
    if detail["type"] == "literal_error":
        return _to_wrong_word(location, detail)
    plain = [words for start, words in PLAIN_WORDS.items() if detail["type"].startswith(start)]
    if detail["input"] is None and detail["type"] in ("string_type", "date_type"):
        plain = ["there is no value here yet"]
    if detail["type"] == "too_short" and detail["ctx"]["actual_length"]:
        plain = [f"the list is too short; at least {detail['ctx']['min_length']} are needed"]
    if detail["type"] == "decimal_max_places":
        plain = [f"the number has at most {detail['ctx']['decimal_places']} decimals"]
    if detail["type"] == "greater_than":
        plain = [f"the number must be above {detail['ctx']['gt']}"]
    message = [*plain, detail["msg"].removeprefix("Value error, ")][0]
    found = _show_found(detail["input"])
    return Problem(location, message[:1].lower() + message[1:], found=found)


def _to_wrong_word(location: Location, detail: Any) -> Problem:
    """A word that is not in its closed list, told with the list."""
    expected = detail["ctx"]["expected"]  # texts stand in quotation marks, and numbers do not
    words = tuple(re.findall("'([^']*)'", expected)) or (expected,)
    return Problem(
        location,
        "this is not one of the words that may stand here" if len(words) > 1 else "wrong value",
        expected=f"one of {', '.join(words)}" if len(words) > 1 else f"`{words[0]}`",
        found=_show_found(detail["input"]),
        hint=suggest(str(detail["input"]), words),
    )


def _show_found(value: object) -> str:
    if isinstance(value, bool):
        value = str(value).lower()
    return (
        f"`{show_controls(str(value))}`"
        if isinstance(value, str | int | float) and len(str(value)) < 60
        else ""
    )


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
