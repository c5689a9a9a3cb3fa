"""The main job on one page: read the study, plan, optimize, read the data, run, check, write."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from rtw_outcomes.engines.registry import run_plan
from rtw_outcomes.engines.sql.query import render_sql
from rtw_outcomes.errors import UsageError
from rtw_outcomes.intake.account import TableAccount, count_words, list_warnings
from rtw_outcomes.intake.delivery import open_workspace, read_delivery
from rtw_outcomes.intake.study import LoadedStudy, find_files, read_study
from rtw_outcomes.jobs.study_checks import Tell, check_engine, check_names
from rtw_outcomes.planning.optimizer import optimize
from rtw_outcomes.planning.plan import Plan
from rtw_outcomes.planning.planner import plan_outcomes
from rtw_outcomes.results.contract import check_results
from rtw_outcomes.results.files import write_files
from rtw_outcomes.results.folder import RESULT_FILES, stage_results, telling_the_disk
from rtw_outcomes.results.manifest import describe_run
from rtw_outcomes.results.summary import summarise


@dataclass(frozen=True)
class Run:
    """A finished run: what the screen shows of it."""

    loaded: LoadedStudy
    accounts: tuple[TableAccount, ...]
    summary: pl.DataFrame
    warnings: tuple[str, ...]
    engine: str


def run_study(
    path: Path,
    out: Path,
    engine: str | None = None,
    only: Sequence[str] = (),
    tell: Tell = print,
    memory_limit: int | None = None,
) -> Run:
    """Compute a study's outcomes and write the five result files into `out`.

    Args:
        path: the study file.
        out: the folder of the results; made when it is not there.
        engine: overrides the study's; the first of ENGINES when neither says.
        only: ids of outcomes that the study is narrowed to.
        tell: is called with the name of each step as it begins.
        memory_limit: in bytes; what does not fit is kept in temporary files. None lets each library
            take what it takes.

    Raises:
        RtwError: the study, the data or the machine does not allow it; old results still stand.
    """
    loaded = read_study(path, only)
    engine = check_engine(loaded, engine)
    plan = plan_outcomes(loaded.outcomes, loaded.employer_periods)
    optimized = optimize(plan)
    _check_inputs_are_safe(loaded, out)
    with stage_results(out) as staging, open_workspace() as folder:
        tell("Reading the delivery")
        intake = check_names(read_delivery(loaded, folder, memory_limit), plan, loaded)
        outcomes = count_words(len(plan.outcomes), "outcome")
        tell(f"Computing {outcomes} for {count_words(intake.keys.height, 'index date')}")
        results = run_plan(engine, plan, optimized, intake.tables, memory_limit)
        results = check_results(results, plan)
        tell("Writing the results")
        table = pl.concat([intake.keys, results], how="horizontal")
        by, below = loaded.study.by, loaded.study.suppress_below
        summary = summarise(loaded.outcomes, plan, table, by, below)
        run = Run(loaded, intake.accounts, summary, tuple(list_warnings(intake.accounts)), engine)
        sql = render_sql(optimized, "duckdb")
        manifest = describe_run(loaded, intake, plan, optimized, engine, sql, run.warnings)
        with telling_the_disk(out):
            write_files(
                staging, table.select(_list_shown(intake.keys, plan)), summary, intake, manifest
            )
    return run


def _list_shown(keys: pl.DataFrame, plan: Plan) -> list[str]:
    """The columns of `outcomes.parquet`: those that only the account shows are left out."""
    results = [column.name for planned in plan.outcomes for column in planned.columns]
    return [*keys.columns, *results]


def _check_inputs_are_safe(loaded: LoadedStudy, out: Path) -> None:
    """Results never take the place of the data that they come from."""
    results = {(out / name).resolve() for name in RESULT_FILES}
    for name in (loaded.study.spells, loaded.study.cohort):
        if results & {path.resolve() for path in find_files(loaded.folder, name)}:
            raise UsageError(f"The results would replace {name}. Choose another folder for them.")
