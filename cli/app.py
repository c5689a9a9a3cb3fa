"""The commands of `rtw`: read the arguments, call the library, print.

Everything heavier than the argument parser is imported inside the command that needs it, so that
help and mistakes are answered at once. Results go to standard output, all else to standard error.
"""

import io
import signal
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from rtw_outcomes.errors import RtwError

from .shell import (
    Commands,
    Debug,
    EngineOption,
    MemoryOption,
    StudyFile,
    echo,
    offer_ids,
    offer_outcomes,
    stop,
    tell_error,
    told,
)
from .shell import EngineName as EngineName

PlotsName = Literal["svg", "png"]

app = typer.Typer(
    cls=Commands,
    help="Return-to-work outcomes from sickness-spell registers, declared in YAML.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        echo(f"rtw {version('rtw-outcomes')}")
        raise typer.Exit


@app.callback()
def rtw(
    version: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=_print_version, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Return-to-work outcomes from sickness-spell registers, declared in YAML."""


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
    from rtw_outcomes.intake.account import count_words

    files = write_demo(folder, persons=persons, seed=seed)
    echo("Synthetic data: no row is about a person.", err=True)
    rows = count_words(files.spell_rows, "register row")
    echo(f"{rows} and {count_words(files.cohort_rows, 'index date')}. Now run:", err=True)
    echo(f"rtw run {files.study} --out {folder / 'results'}")


@app.command()
@told
def init(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder to write into.", show_default=False)
    ],
    definition: Annotated[
        bool, typer.Option("--definition", help="Also write a definition of your own to change.")
    ] = False,
    debug: Debug = False,
) -> None:
    """Write a study file to fill in, with a comment on each key."""
    from rtw_outcomes.jobs.init import write_study_to_fill_in

    files = write_study_to_fill_in(folder, definition)
    echo(f"Fill in {' and '.join(map(str, files))}. Then run:", err=True)
    echo(f"rtw validate {files[0]}")


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
        typer.Option(
            metavar="ID",
            help="Only this outcome; may be repeated.",
            autocompletion=offer_outcomes,
            show_default=False,
        ),
    ] = None,
    plots: Annotated[
        PlotsName | None,
        typer.Option(
            help="The figures of the report: svg, or png where no SVG file may leave. The default is that of "
            "the study's disclosure rules.",
            show_default=False,
        ),
    ] = None,
    memory_limit: MemoryOption = None,
    debug: Debug = False,
) -> None:
    """Compute the outcomes of a study and write results, summary, report and manifest."""
    from rtw_outcomes.jobs.memory import read_memory
    from rtw_outcomes.jobs.run import run_study

    from .render import show_progress
    from .render_results import render_run

    limit = read_memory(memory_limit)
    with show_progress() as tell:
        finished = run_study(
            study, out, engine, outcome or (), plots=plots, memory_limit=limit, progress=tell
        )
    echo(render_run(finished))
    for warning in finished.warnings:
        echo(f"note: {warning}", err=True)
    echo(f"Report: {out / 'report.html'}")
    echo(f"What may leave: {out / 'release'}")


@app.command()
@told
def export(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder of a run.", show_default=False)
    ],
    shape: Annotated[
        Literal["omop"],
        typer.Option("--as", help="The shape: a summarised_result of OMOP.", show_default=False),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Where to write; the folder `release` of the run when left out.",
            show_default=False,
        ),
    ] = None,
    debug: Debug = False,
) -> None:
    """Write the results of a run in another shape."""
    from rtw_outcomes.jobs.export import export_omop

    for path in export_omop(folder, out):
        echo(str(path))
    echo("These files are made of released numbers only and may leave as the folder `release` may.")


@app.command()
@told
def validate(
    study: StudyFile,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Also look at the delivery, and write quality.html and quality.csv into this folder.",
            show_default=False,
        ),
    ] = None,
    memory_limit: MemoryOption = None,
    debug: Debug = False,
) -> None:
    """Read a study and its data and say which rows would be used; compute nothing."""
    from rtw_outcomes.intake.delivery import DeliveryError
    from rtw_outcomes.jobs.memory import read_memory
    from rtw_outcomes.jobs.validate import inspect_study, validate_study

    from .render import show_progress
    from .render_results import render_accounts, render_quality

    limit = read_memory(memory_limit)
    if out:
        with show_progress() as tell:
            quality = inspect_study(study, out, memory_limit=limit, progress=tell)
        echo(render_quality(quality))
        echo(f"Page: {out / 'quality.html'}")
        quality.raise_for_stops()
        return
    try:
        with show_progress() as tell:
            accounts = validate_study(study, memory_limit=limit, progress=tell)
    except DeliveryError as error:
        echo(render_accounts(error.accounts))
        raise
    echo(render_accounts(accounts))


@app.command(name="list")
@told
def list_(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[WORD]...",
            help="Only those with all these words in their id, title, group, country or measure.",
            show_default=False,
        ),
    ] = None,
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
    """List the stock definitions, those of the core first."""
    from rtw_outcomes.definitions.library import list_stock

    from .render import render_list

    echo(render_list(list_stock(words or (), group, country, measure)))


@app.command()
@told
def show(
    definition: Annotated[
        str,
        typer.Argument(
            metavar="ID",
            help="A stock id, or a definition file.",
            autocompletion=offer_ids,
            show_default=False,
        ),
    ],
    yaml: Annotated[
        bool, typer.Option("--yaml", help="Print the definition file itself, as it is written.")
    ] = False,
    debug: Debug = False,
) -> None:
    """Say in plain language what a definition computes, with its source and its examples."""
    from rtw_outcomes.definitions.catalogue import find_outcome, read_definition_text

    from .render import render_definition

    if yaml:
        echo(read_definition_text(definition), nl=False)
    else:
        echo(render_definition(find_outcome(definition)))


@app.command()
@told
def diff(
    first: Annotated[
        str,
        typer.Argument(
            metavar="A", help="A stock id, or a definition file.", autocompletion=offer_ids
        ),
    ],
    second: Annotated[
        str, typer.Argument(metavar="B", help="The other one.", autocompletion=offer_ids)
    ],
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
    from rtw_outcomes.definitions.catalogue import collect, find_outcome
    from rtw_outcomes.definitions.diff import list_differences
    from rtw_outcomes.jobs.compare import compare_on_study
    from rtw_outcomes.jobs.memory import read_memory

    from .render import render_differences, show_progress
    from .render_results import render_comparison

    limit = read_memory(memory_limit)
    one, other = collect(find_outcome, (first, second))
    both = one, other
    echo(render_differences(both, list_differences(*both)))
    if study:
        with show_progress() as tell:
            comparison = compare_on_study(study, both, memory_limit=limit, progress=tell)
        echo(f"\n{render_comparison(both, comparison)}")


@app.command()
@told
def sql(
    study_or_id: Annotated[
        str,
        typer.Argument(
            metavar="STUDY_OR_ID",
            help="A study file, or a stock id.",
            autocompletion=offer_ids,
            show_default=False,
        ),
    ],
    dialect: Annotated[
        Literal["duckdb", "spark", "postgres", "tsql"],
        typer.Option(help="The dialect of the query; tsql is that of SQL Server."),
    ] = "duckdb",
    debug: Debug = False,
) -> None:
    """Print the query that would run, over the tables spells, cohort and observed."""
    from rtw_outcomes.jobs.explain import explain

    echo(explain(study_or_id, dialect))


@app.command(name="test")
@told
def worked_examples(
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE]...",
            help="Definition files or folders of them; the stock ones when none is named.",
            autocompletion=offer_ids,
            show_default=False,
        ),
    ] = None,
    debug: Debug = False,
) -> None:
    """Run the worked examples inside definitions, on every engine but `spark`."""
    from rtw_outcomes.definitions.stock_files import list_stock_ids
    from rtw_outcomes.engines.registry import BUILT_IN
    from rtw_outcomes.jobs.test import collect_definitions, run_examples

    from .render import render_example, render_tests

    definitions = collect_definitions(files or list_stock_ids())
    results = [
        result
        for resolved in definitions
        for engine in BUILT_IN
        for result in run_examples(resolved, engine)
    ]
    without = [each.outcome.outcome for each in definitions if not each.outcome.examples]
    for outcome in without:
        echo(f"FAILED {outcome}: it has no examples, so nothing was tried")
    for result in results:
        if not result.passed:
            echo(render_example(result))
    echo(render_tests(definitions, results, BUILT_IN))
    if without or not all(result.passed for result in results):
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

    echo(render_schema(file), nl=False)


@app.command()
@told
def clean(debug: Debug = False) -> None:
    """Remove the temporary files of runs that ended early, such as runs that were killed."""
    from rtw_outcomes.disk.workspace import clean_workspaces

    from .render import render_cleaned

    echo(render_cleaned(clean_workspaces()))


@app.command()
@told
def docs(debug: Debug = False) -> None:
    """Say where the documentation is, and what its pages are about."""
    from rtw_outcomes.jobs.docs import list_pages, locate_docs

    from .render import render_table

    folder = locate_docs()
    echo(f"{folder}\n\n{render_table(('page', 'about'), list(list_pages(folder)))}")


def main() -> None:
    """Run the command that the arguments name."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # an old terminal shows a `?` for our dash
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    try:
        app()
    except (KeyboardInterrupt, RtwError) as error:
        sys.exit(tell_error(error))
