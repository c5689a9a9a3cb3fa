"""Read a study and its data and give the account of every row; compute nothing."""

import os
from pathlib import Path

from rtw_outcomes.disk.workspace import open_workspace
from rtw_outcomes.errors import Problem
from rtw_outcomes.intake.account import TableAccount
from rtw_outcomes.intake.delivery import DeliveryError, read_delivery
from rtw_outcomes.intake.loaded_study import LoadedStudy
from rtw_outcomes.intake.study_reader import read_study
from rtw_outcomes.jobs.arguments import check_path
from rtw_outcomes.jobs.memory import read_memory
from rtw_outcomes.jobs.progress import Progress, read_progress
from rtw_outcomes.jobs.study_checks import check_engine, check_inputs_are_safe
from rtw_outcomes.planning.plan import Plan
from rtw_outcomes.planning.planner.build import plan_outcomes
from rtw_outcomes.quality.page import write_quality
from rtw_outcomes.quality.sections import Quality, inspect_delivery
from rtw_outcomes.results.folder import QUALITY_FILES, stage_results, telling_the_disk


def validate_study(
    path: str | os.PathLike[str],
    *,
    out: str | os.PathLike[str] | None = None,
    memory_limit: int | str | None = None,
    progress: Progress = None,
) -> tuple[TableAccount, ...]:
    """Read a study and its data and give the account of every row; compute nothing.

    Args:
        path: the study file.
        out: a folder for the quality page, `quality.html`, and its numbers, `quality.csv`; made when it
            is not there.
        memory_limit: in bytes, or a text like `6GB`. What does not fit is kept in temporary files.
        progress: is called with a sentence as each step begins; True prints it to standard error.

    Returns:
        The account of the spells and that of the cohort.

    Raises:
        ContractError: the data break a rule that stops the run. With `out` also where the quality page
            says stop. The page is written nevertheless, unless the data cannot be read at all.
        RtwError: as `run_study` does.
    """
    if out is not None:
        quality = inspect_study(path, out, memory_limit=memory_limit, progress=progress)
        quality.raise_for_stops()
        return quality.accounts
    tell, limit = read_progress(progress), read_memory(memory_limit)
    loaded, plan = _read_and_plan(path)
    tell("Reading the delivery")
    with open_workspace() as folder:
        return read_delivery(loaded, plan, folder, limit).accounts


def inspect_study(
    path: str | os.PathLike[str],
    out: str | os.PathLike[str],
    *,
    memory_limit: int | str | None = None,
    progress: Progress = None,
) -> Quality:
    """Read a study and its data, and write the quality page; its arguments are those of `validate_study`."""
    out, tell, limit = (
        Path(check_path(out, "out")),
        read_progress(progress),
        read_memory(memory_limit),
    )
    loaded, plan = _read_and_plan(path)
    check_inputs_are_safe(loaded, out, QUALITY_FILES)
    with stage_results(out, QUALITY_FILES) as staging, open_workspace() as folder:
        tell("Reading the delivery")
        excess: tuple[Problem, ...] = ()
        try:
            intake = read_delivery(loaded, plan, folder, limit)
        except DeliveryError as error:
            intake, excess = error.intake, error.problems
        tell("Looking at the delivery")
        quality = inspect_delivery(loaded, intake, excess)
        with telling_the_disk(out):
            write_quality(staging, loaded, quality)
    return quality


def _read_and_plan(path: str | os.PathLike[str]) -> tuple[LoadedStudy, Plan]:
    loaded = read_study(check_path(path, "path"))
    check_engine(loaded, None)
    return loaded, plan_outcomes(loaded.outcomes, loaded.employer_periods)
