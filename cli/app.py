"""The commands of `rtw`: read the arguments, call the library, print.

Everything heavier than the argument parser is imported inside the command that needs it, so that
help and mistakes are answered at once. Results go to standard output, all else to standard error.
"""

import functools
import io
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal, ParamSpec

import typer

from rtw_outcomes.errors import RtwError

P = ParamSpec("P")

app = typer.Typer(
    help="Return-to-work outcomes from sickness-spell registers, declared in YAML.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

INTERRUPTED = 130  # what shells report for a program that Ctrl-C stopped
stopped: list[int] = []  # the signal that asked us to end, once one did

EngineName = Literal["polars", "duckdb", "reference"]
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
            raise typer.Exit(_tell(error)) from None

    return run


def _tell(error: BaseException) -> int:
    """Print what happened and give the exit status; texts of other libraries may hold values."""
    if isinstance(error, KeyboardInterrupt) or stopped:
        # DuckDB turns an interrupt into an error of its own.
        message, status = (
            "Interrupted. Results are replaced only when all are complete.",
            INTERRUPTED,
        )
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
    typer.echo(f"rtw: {message}", err=True)
    return status


@app.command()
@told
def demo(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder to write into.", show_default=False)
    ],
    persons: Annotated[
        int, typer.Option(min=1, help="How many persons the register has.")
    ] = 20_000,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same files.")] = 1,
    debug: Debug = False,
) -> None:
    """Write a synthetic MiDAS delivery, a cohort with two arms, and a study file."""
    from rtw_outcomes.demo.delivery import write_demo

    files = write_demo(folder, persons=persons, seed=seed)
    typer.echo("Synthetic data: no row is about a person.", err=True)
    typer.echo(
        f"{files.spell_rows} register rows and {files.cohort_rows} index dates. Now run:", err=True
    )
    typer.echo(f"rtw run {files.study} --out {folder / 'results'}")


@app.command()
@told
def run(
    study: StudyFile,
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="The folder of the results.", show_default=False)
    ],
    engine: EngineOption = None,
    outcome: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="Only this outcome; may be repeated.", show_default=False),
    ] = None,
    memory_limit: MemoryOption = None,
    debug: Debug = False,
) -> None:
    """Compute the outcomes of a study and write results, summary, report and manifest."""
    from rtw_outcomes.jobs.memory import read_memory
    from rtw_outcomes.jobs.run import run_study

    from .render import render_run, show_stages

    limit = read_memory(memory_limit)
    with show_stages() as tell:
        finished = run_study(study, out, engine, outcome or (), memory_limit=limit, progress=tell)
    typer.echo(render_run(finished), err=False)
    for warning in finished.warnings:
        typer.echo(f"note: {warning}", err=True)
    typer.echo(f"Report: {out / 'report.html'}")


@app.command()
@told
def validate(study: StudyFile, memory_limit: MemoryOption = None, debug: Debug = False) -> None:
    """Read a study and its data and say what would be rejected; compute nothing."""
    from rtw_outcomes.jobs.memory import read_memory
    from rtw_outcomes.jobs.validate import validate_study

    from .render import render_accounts, show_stages

    limit = read_memory(memory_limit)
    with show_stages() as tell:
        accounts = validate_study(study, memory_limit=limit, progress=tell)
    typer.echo(render_accounts(accounts))


@app.command(name="list")
@told
def list_(
    group: Annotated[
        str | None, typer.Option(help="Only those of this group.", show_default=False)
    ] = None,
    country: Annotated[
        str | None,
        typer.Option(help="Only those for this country's register, like SE.", show_default=False),
    ] = None,
    measure: Annotated[
        str | None, typer.Option(help="Only those with this measure.", show_default=False)
    ] = None,
    debug: Debug = False,
) -> None:
    """List the stock definitions."""
    from rtw_outcomes.definitions.catalogue import list_stock

    from .render import render_list

    typer.echo(render_list(list_stock(group, country, measure)))


@app.command()
@told
def show(
    definition: Annotated[
        str,
        typer.Argument(metavar="ID", help="A stock id, or a definition file.", show_default=False),
    ],
    debug: Debug = False,
) -> None:
    """Say in plain language what a definition computes, with its source and its examples."""
    from rtw_outcomes.definitions.catalogue import find_outcome

    from .render import render_definition

    typer.echo(render_definition(find_outcome(definition)))


@app.command()
@told
def diff(
    first: Annotated[str, typer.Argument(metavar="A", help="A stock id, or a definition file.")],
    second: Annotated[str, typer.Argument(metavar="B", help="The other one.")],
    study: Annotated[
        Path | None,
        typer.Option(
            metavar="STUDY",
            help="Also compute both on the people of this study, and compare.",
            show_default=False,
        ),
    ] = None,
    memory_limit: MemoryOption = None,
    debug: Debug = False,
) -> None:
    """Say in which parameters two definitions differ, and what that does to results."""
    from rtw_outcomes.definitions.catalogue import find_outcome
    from rtw_outcomes.definitions.diff import list_differences
    from rtw_outcomes.jobs.compare import compare_on_study
    from rtw_outcomes.jobs.memory import read_memory

    from .render import render_comparison, render_differences, show_stages

    limit = read_memory(memory_limit)
    both = find_outcome(first), find_outcome(second)
    typer.echo(render_differences(both, list_differences(*both)))
    if study:
        with show_stages() as tell:
            comparison = compare_on_study(study, both, memory_limit=limit, progress=tell)
        typer.echo(f"\n{render_comparison(both, comparison)}")


@app.command()
@told
def sql(
    study_or_id: Annotated[
        str,
        typer.Argument(
            metavar="STUDY_OR_ID", help="A study file, or a stock id.", show_default=False
        ),
    ],
    dialect: Annotated[
        Literal["duckdb", "spark", "postgres"], typer.Option(help="The dialect of the query.")
    ] = "duckdb",
    debug: Debug = False,
) -> None:
    """Print the query that would run, over the tables spells, cohort and observed."""
    from rtw_outcomes.jobs.explain import explain

    typer.echo(explain(study_or_id, dialect))


@app.command(name="test")
@told
def worked_examples(
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE]...",
            help="Definition files; the stock ones when none is named.",
            show_default=False,
        ),
    ] = None,
    debug: Debug = False,
) -> None:
    """Run the worked examples inside definitions, on every engine."""
    from rtw_outcomes.definitions.catalogue import find_outcome, find_stock_ids
    from rtw_outcomes.engines.registry import ENGINES
    from rtw_outcomes.jobs.test import run_examples

    from .render import render_example

    definitions = [find_outcome(name) for name in files or find_stock_ids()]
    results = [
        result
        for resolved in definitions
        for engine in ENGINES
        for result in run_examples(resolved, engine)
    ]
    failed = [result for result in results if not result.passed]
    for result in failed:
        typer.echo(render_example(result))
    typer.echo(
        f"{len(results) - len(failed)} passed, {len(failed)} failed, on {', '.join(ENGINES)}"
    )
    if failed:
        raise typer.Exit(1)


@app.command()
@told
def schema(
    file: Annotated[
        Literal["definition", "study", "profile"], typer.Argument(help="The kind of file.")
    ] = "definition",
    debug: Debug = False,
) -> None:
    """Print the JSON Schema of definition or study files, for editors."""
    from rtw_outcomes.jobs.schema import render_schema

    typer.echo(render_schema(file), nl=False)


def main() -> None:
    """The entry point of the console script."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # an old terminal shows a `?` for our dash
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    try:
        app()
    except KeyboardInterrupt as error:
        sys.exit(_tell(error))


def _stop(number: int, _: object) -> None:
    stopped.append(number)
    raise KeyboardInterrupt
