"""Read a study and its data and give the account of every row; compute nothing."""

from pathlib import Path

from rtw_outcomes.intake.account import TableAccount
from rtw_outcomes.intake.delivery import open_workspace, read_delivery
from rtw_outcomes.intake.study import read_study
from rtw_outcomes.jobs.study_checks import Tell, check_engine, check_names
from rtw_outcomes.planning.planner import plan_outcomes


def validate_study(
    path: Path, tell: Tell = print, memory_limit: int | None = None
) -> tuple[TableAccount, ...]:
    """Read a study and its data and give the account of every row; compute nothing.

    Raises:
        RtwError: as `run_study` does.
    """
    loaded = read_study(path)
    check_engine(loaded, None)
    plan = plan_outcomes(loaded.outcomes, loaded.employer_periods)
    tell("Reading the delivery")
    with open_workspace() as folder:
        return check_names(read_delivery(loaded, folder, memory_limit), plan, loaded).accounts
