"""Arguments of the public functions: of the type that they must have, or refused by their name."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from rtw_outcomes.errors import UsageError


def check_path(given: object, name: str) -> Path:
    """The path that a text or a Path says.

    Raises:
        UsageError: it is something else.
    """
    path = os.fspath(given) if isinstance(given, os.PathLike) else given
    if not isinstance(path, str):
        raise _refuse(given, name, "path", "a text or a Path")
    return Path(path)


def check_text(given: object, name: str) -> str:
    """The text itself.

    Raises:
        UsageError: it is something else.
    """
    if not isinstance(given, str):
        raise _refuse(given, name, "text", "a text in quotation marks")
    return given


def check_texts(given: object, name: str) -> tuple[str, ...]:
    """The texts of a sequence; one text alone counts as one, and None as none.

    Raises:
        UsageError: it is something else, or holds something else.
    """
    if given is None or isinstance(given, str):
        return () if given is None else (given,)
    if not isinstance(given, Sequence):
        raise _refuse(given, name, "list of texts", "one text or several")
    return tuple(check_text(each, f"{name}[{place}]") for place, each in enumerate(given))


def check_plots(given: object) -> Literal["svg", "png"] | None:
    """The kind of figures that is asked for; None for that of the rules.

    Raises:
        UsageError: there is no such kind.
    """
    if given is None or given == "svg" or given == "png":
        return given
    raise UsageError(f"`plots` is svg or png, and not {check_text(given, 'plots')}.")


def _refuse(given: object, name: str, what: str, expected: str) -> UsageError:
    found = type(given).__name__
    return UsageError(f"`{name}` is no {what}. Expected {expected}, found the type {found}.")
