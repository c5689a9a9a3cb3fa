"""The errors that a user can meet, each with the exit status of the command line.

Texts never hold a data value: rule, count, share, file, column and line only.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeVar

Location = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where, what, and what to do about it.

    `place` is `file`, `file:line` or `file:line: key.key`. A rule that looks at a model does not know the
    file: it gives the keys and list positions, and the reader of the file puts the line in. The other
    parts are sentences without their full stop, empty when there is nothing to say. A question keeps its mark.
    """

    place: str | Location
    what: str
    expected: str = ""
    found: str = ""
    hint: str = ""

    def __str__(self) -> str:
        detail = ", ".join(
            f"{word} {text}"
            for word, text in (("expected", self.expected), ("found", self.found))
            if text
        )
        sentences = [self.what, detail[:1].upper() + detail[1:], self.hint]
        place = self.place if isinstance(self.place, str) else ".".join(map(str, self.place))
        return f"{place}: " + " ".join(end_sentence(text) for text in sentences if text)


def end_sentence(text: str) -> str:
    """A sentence with its full stop; a question has its mark already."""
    return text if text.endswith("?") else f"{text}."


def suggest(word: str, known: tuple[str, ...]) -> str:
    """The did-you-mean for a word that is not in a closed list; empty when nothing is near."""
    by_small_letters = {name.lower(): name for name in known}
    near = get_close_matches(word.lower(), by_small_letters, n=1)
    return f"Did you mean `{by_small_letters[near[0]]}`?" if near else ""


NO_ROOM = (
    " The run needs more memory than it may have, and more room for temporary files than there is. Set a "
    "higher memory limit (--memory-limit), or let TMPDIR name a folder on a larger disk."
)


class RtwError(Exception):
    """Anything that stops a run and can be told to the user without a traceback."""

    exit_status = 5


class UsageError(RtwError):
    """The command line, or an argument of a function, was used wrongly."""

    exit_status = 2


class DefinitionError(RtwError):
    """A definition or study, or an argument in its place, is wrong; holds all its problems.

    Attributes:
        problems: what is wrong, one `Problem` for each place.
    """

    exit_status = 3

    def __init__(self, problems: Sequence[Problem]) -> None:
        # Two outcomes may be made of one that is wrong.
        self.problems = tuple(dict.fromkeys(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ContractError(RtwError):
    """The data break a rule that stops the run; holds all problems that were found.

    Attributes:
        problems: what is wrong, one `Problem` for each place. None of them holds a data value.
    """

    exit_status = 4

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


T = TypeVar("T")


class Attempts:
    """Steps that do not need one another, so that a user is told all that is wrong at once."""

    def __init__(self, problems: Sequence[Problem] = ()) -> None:
        self.problems = list(problems)

    def __call__(self, step: Callable[[], T]) -> T:
        """The result of a step; of one that fails nothing, and its problems are kept."""
        try:
            return step()
        except ContractError as error:
            self.problems += error.problems
            return None  # type: ignore[return-value]  # nobody uses it: the problems stop the run


@contextmanager
def telling_all() -> Iterator[Attempts]:
    """Take attempts inside this context, and use their results after it.

    Raises:
        ContractError: an attempt failed; holds the problems of all.
    """
    attempts = Attempts()
    yield attempts
    if attempts.problems:
        raise ContractError(list(dict.fromkeys(attempts.problems)))


def refuse(
    place: str, what: str, expected: str = "", found: str = "", hint: str = ""
) -> ContractError:
    """A contract error with one problem."""
    return ContractError([Problem(place, what, expected, found, hint)])


class UnsupportedError(RtwError):
    """An engine or dialect cannot do what the plan asks."""
