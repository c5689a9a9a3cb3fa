"""The main job on one page: read the study, plan, optimize, read the data, run, check, write."""

import os
from collections.abc import Sequence
from typing import Literal

import polars as pl

from rtw_outcomes.disk.workspace import open_workspace
from rtw_outcomes.engines.registry import run_plan
from rtw_outcomes.engines.sql.query import BETWEEN_QUERIES, render_queries
from rtw_outcomes.intake.account import count_words
from rtw_outcomes.intake.delivery import read_delivery
from rtw_outcomes.intake.study_reader import read_study
from rtw_outcomes.jobs.arguments import check_path, check_plots, check_texts
from rtw_outcomes.jobs.memory import read_memory
from rtw_outcomes.jobs.progress import Progress, read_progress
from rtw_outcomes.jobs.study_checks import (
    check_engine,
    check_inputs_are_safe,
    check_libraries,
    find_database,
)
from rtw_outcomes.jobs.test import warn_of_examples
from rtw_outcomes.planning.optimizer import optimize
from rtw_outcomes.planning.planner.build import plan_outcomes
from rtw_outcomes.results.contract import check_results
from rtw_outcomes.results.files import write_files
from rtw_outcomes.results.finished_run import Run, finish_run
from rtw_outcomes.results.folder import RUN_FILES, stage_results, telling_the_disk
from rtw_outcomes.results.manifest import describe_run
from rtw_outcomes.results.previous_run import warn_of_difference
from rtw_outcomes.results.released import release_study


def run_study(
    path: str | os.PathLike[str],
    out: str | os.PathLike[str],
    engine: str | None = None,
    only: str | Sequence[str] = (),
    *,
    plots: Literal["svg", "png"] | None = None,
    memory_limit: int | str | None = None,
    progress: Progress = None,
) -> Run[pl.DataFrame]:
    """Compute a study's outcomes and write the result files into a folder.

    Args:
        path: the study file.
        out: the folder of the results; made when it is not there.
        engine: `polars`, `duckdb`, `spark`, `postgres` or `reference`, in place of the one that the study
            names; the first when neither says. `postgres` computes in the database of the sources, or in that of
            the environment variable RTW_POSTGRES.
        only: the id of an outcome that the study is narrowed to, or several.
        plots: the kind of figures in the report; that of the rule set when it is None. Where vector
            graphics may not leave, it is `png`.
        memory_limit: in bytes, or a text like `6GB`. What does not fit is kept in temporary files.
            None lets each library take what it takes. Of a Spark session that was there before, its own
            settings count.
        progress: is called with a sentence as each step begins; True prints it to standard error.

    Returns:
        What was written, as frames of Polars, with the account of all rows.

    Raises:
        DefinitionError: the study or a definition is wrong.
        ContractError: the data break a rule that stops the run.
        UsageError: an argument is wrong, or the results would replace the data.
        RtwError: the machine does not allow the run, the engine is not installed, or another run writes
            into the folder. Whatever is raised, old results still stand.
    """
    out, tell, limit = check_path(out, "out"), read_progress(progress), read_memory(memory_limit)
    loaded = read_study(check_path(path, "path"), check_texts(only, "only"))
    engine = check_engine(loaded, engine)
    database = find_database(loaded, engine)
    figures = check_plots(plots) or loaded.study.rules.figures_as
    check_libraries(loaded)
    plan = plan_outcomes(loaded.outcomes, loaded.employer_periods)
    optimized = optimize(plan)
    check_inputs_are_safe(loaded, out, RUN_FILES)
    with stage_results(out) as staging, open_workspace() as folder:
        tell("Reading the delivery")
        intake = read_delivery(loaded, plan, folder, limit)
        outcomes = count_words(len(plan.outcomes), "outcome")
        tell(f"Computing {outcomes} for {count_words(intake.keys.height, 'index date')}")
        computed = run_plan(engine, plan, optimized, intake.tables, limit, database)
        results = check_results(computed, plan)
        tell("Writing the results")
        table = pl.concat([intake.keys, results, intake.marks], how="horizontal")
        released = release_study(loaded, intake, plan, table)
        rejected = intake.rejected.collect(engine="streaming")
        counted = table.filter(intake.choose(loaded))
        cautions = [
            *warn_of_examples(loaded.outcomes),
            *warn_of_difference(out, counted, loaded.study.rules.below),
        ]
        run: Run[pl.DataFrame] = finish_run(
            loaded, intake, plan, engine, table, released, rejected, cautions
        )
        sql = BETWEEN_QUERIES.join(render_queries(optimized, "duckdb"))
        manifest = describe_run(loaded, intake, plan, optimized, engine, sql, run, released)
        with telling_the_disk(out):
            write_files(staging, run.outcomes, released, rejected, manifest, figures)
    return run
