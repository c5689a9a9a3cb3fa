"""Read a study and its data and give the account of every row; compute nothing."""

import os

from rtw_outcomes.disk.workspace import open_workspace
from rtw_outcomes.intake.account import TableAccount
from rtw_outcomes.intake.delivery import read_delivery
from rtw_outcomes.intake.study import read_study
from rtw_outcomes.jobs.arguments import check_path
from rtw_outcomes.jobs.memory import read_memory
from rtw_outcomes.jobs.progress import Progress, read_progress
from rtw_outcomes.jobs.study_checks import check_engine
from rtw_outcomes.planning.planner.build import plan_outcomes


def validate_study(
    path: str | os.PathLike[str],
    *,
    memory_limit: int | str | None = None,
    progress: Progress = None,
) -> tuple[TableAccount, ...]:
    """Read a study and its data and give the account of every row; compute nothing.

    Args:
        path: the study file.
        memory_limit: in bytes, or a text like `6GB`. What does not fit is kept in temporary files.
        progress: is called with a sentence as each step begins; True prints it to standard error.

    Returns:
        The account of the spells and that of the cohort.

    Raises:
        RtwError: as `run_study` does.
    """
    tell, limit = read_progress(progress), read_memory(memory_limit)
    loaded = read_study(check_path(path, "path"))
    check_engine(loaded, None)
    plan = plan_outcomes(loaded.outcomes, loaded.employer_periods)
    tell("Reading the delivery")
    with open_workspace() as folder:
        return read_delivery(loaded, plan, folder, limit).accounts
