"""The errors that a user can meet, each with the exit status of the command line.

Texts never hold a data value: rule, count, share, file, column and line only.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where, what, and what to do about it.

    `place` is `file`, `file:line` or `file:line: key.key`; the other parts are sentences
    without their full stop, empty when there is nothing to say.
    """

    place: str
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
        return f"{self.place}: " + " ".join(f"{text}." for text in sentences if text)


NO_ROOM = (
    " The run needs more memory than it may have, and more room for temporary files than there is. Set a "
    "higher --memory-limit, or let TMPDIR name a folder on a larger disk."
)


class RtwError(Exception):
    """Anything that stops a run and can be told to the user without a traceback."""

    exit_status = 5


class UsageError(RtwError):
    """The command line was used wrongly."""

    exit_status = 2


class DefinitionError(RtwError):
    """A definition or study file is wrong; holds all problems of the file."""

    exit_status = 3

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ContractError(RtwError):
    """The data break a rule that stops the run; holds all problems that were found."""

    exit_status = 4

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class UnsupportedError(RtwError):
    """An engine or dialect cannot do what the plan asks."""
