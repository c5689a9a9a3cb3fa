"""The parts that all commands share: messages about errors, and arguments that several of them take."""

import functools
import re
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal, ParamSpec

import typer
from typer.core import TyperGroup

from rtw_outcomes.errors import RtwError, suggest
from rtw_outcomes.language.control_characters import LINES, show_controls

from .completion import complete_ids, complete_outcomes
from .interruption import MESSAGE, STATUS

P = ParamSpec("P")

stopped: list[int] = []  # the signal that asked us to end, once one did


class Commands(TyperGroup):
    """The commands, which suggest a word in place of a wrong one."""

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """Read the arguments; Typer would end without a word when it is interrupted there."""
        try:
            return super().make_context(*args, **kwargs)
        except KeyboardInterrupt as error:
            raise typer.Exit(tell_error(error)) from None

    def invoke(self, ctx: Any) -> Any:
        """Run the command; a word that is not in a closed list is told with the nearest one."""
        try:
            return super().invoke(ctx)
        except typer.BadParameter as error:
            error.message = suggest_choice(error.message)
            raise
        except KeyboardInterrupt as error:
            raise typer.Exit(tell_error(error)) from None


def suggest_choice(message: str) -> str:
    """Typer's message on a wrong choice, with the nearest one; any other message as it is.

    >>> suggest_choice("Value error, 'spak' is not one of 'duckdb', 'spark'.")
    '`spak` is not one of duckdb, spark. Did you mean `spark`?'
    """
    found = re.search(r"'([^']*)' is not one of (.*)\.$", message)
    if not found:
        return message
    words = tuple(re.findall(r"'([^']*)'", found[2]))
    hint = suggest(found[1], words)
    return f"`{found[1]}` is not one of {', '.join(words)}." + (f" {hint}" if hint else "")


def offer_ids(incomplete: str) -> list[str]:
    """Ids for the shell, where a definition is named."""
    return complete_ids(incomplete)


def offer_outcomes(ctx: typer.Context, incomplete: str) -> list[str]:
    """Ids for the shell, where an outcome of a study is named."""
    # Of a line that ends with `--outcome` Typer gives the other words back as they were typed.
    words = [str(ctx.params.get("study") or ""), *ctx.args]
    studies = [Path(word) for word in words if word.endswith((".yaml", ".yml"))]
    return complete_outcomes(studies[0] if studies else None, incomplete)


EngineName = Literal["polars", "duckdb", "spark", "postgres", "reference"]
Debug = Annotated[
    bool, typer.Option("--debug", help="Show the traceback of an error; it may hold data values.")
]
StudyFile = Annotated[
    Path, typer.Argument(help="The study file.", metavar="STUDY", show_default=False)
]
MemoryOption = Annotated[
    str | None,
    typer.Option(
        metavar="SIZE",
        help="The most memory to use, like 6GB; the rest goes to temporary files.",
        show_default=False,
    ),
]
EngineOption = Annotated[
    EngineName | None,
    typer.Option(
        help="Overrides the study's engine; polars when neither says.", show_default=False
    ),
]


def told(command: Callable[P, None]) -> Callable[P, None]:
    """Turn every error into one message and an exit status, without a traceback."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except typer.Exit:
            raise
        except (Exception, KeyboardInterrupt) as error:
            if kwargs.get("debug"):
                error.__suppress_context__ = False  # what another library said may hold values
                traceback.print_exc()
            raise typer.Exit(tell_error(error)) from None

    return run


def tell_error(error: BaseException) -> int:
    """Print what happened and give the exit status; texts of other libraries may hold values."""
    if isinstance(error, KeyboardInterrupt) or stopped:
        # DuckDB turns an interrupt into an error of its own.
        message, status = MESSAGE, STATUS
    elif isinstance(error, RtwError):
        message, status = str(error), error.exit_status
    elif isinstance(error, BrokenPipeError):
        # The reader of our output has left, as `head` does; there is no one to tell.
        sys.stdout = None  # or Python complains when it flushes at exit
        return 0
    elif isinstance(error, OSError):
        where = f": {Path(error.filename).name}" if isinstance(error.filename, str) else ""
        message, status = f"{error.strerror or 'The system refused'}{where}.", 5
    elif isinstance(error, MemoryError):
        message, status = "The memory of this machine is too small for the run.", 5
    else:
        kind = type(error).__name__
        message = f"A fault in rtw_outcomes ({kind}). `--debug` shows where; please report it."
        status = 5
    echo(f"rtw: {message}", err=True)
    return status


def echo(text: str, err: bool = False, nl: bool = True) -> None:
    """Print a text, with the control characters in it escaped, for a terminal would obey them.

    Raises:
        RtwError: standard output is closed.
    """
    if sys.stdout is None and not err:
        raise RtwError("Standard output is closed, so that nothing can be printed.")
    typer.echo(show_controls(text, LINES), err=err, nl=nl)


def stop(number: int, _: object) -> None:
    """A signal asks us to end: the command stops as for Ctrl-C."""
    stopped.append(number)
    raise KeyboardInterrupt
