"""Checks of every job on a study: its engine, the names of carried columns, and what files would be replaced."""

from collections.abc import Sequence
from pathlib import Path

from rtw_outcomes.engines.registry import ENGINES
from rtw_outcomes.errors import ContractError, Problem, UsageError, suggest
from rtw_outcomes.intake.delivery import Intake
from rtw_outcomes.intake.faulty_rows import EXIT_IN_DOUBT, REJECTED_ROWS
from rtw_outcomes.intake.study import LoadedStudy, list_files
from rtw_outcomes.planning.plan import Plan


def check_engine(loaded: LoadedStudy, engine: str | None) -> str:
    """The engine to use: asked for, or named by the study, or the default.

    Raises:
        DefinitionError: the study names an engine that is not there.
        UsageError: an engine is asked for that is not there.
    """
    if engine is not None and engine not in ENGINES:
        hint = suggest(engine, ENGINES) or f"The engines are {', '.join(ENGINES)}"
        raise UsageError(f"There is no engine `{engine}`. {hint}.")
    named = loaded.study.engine
    if engine is None and named is not None and named not in ENGINES:
        problem = Problem(
            ("engine",),
            f"unknown engine `{named}`",
            expected=f"one of {', '.join(ENGINES)}",
            hint=suggest(named, ENGINES),
        )
        loaded.file.raise_for([problem])
    return engine or named or ENGINES[0]


def check_names(intake: Intake, plan: Plan, loaded: LoadedStudy) -> Intake:
    """A carried column may not have the name of a result.

    Raises:
        ContractError: one has.
    """
    results = {REJECTED_ROWS, EXIT_IN_DOUBT, *(column.name for column in plan.columns)}
    taken = sorted(results & set(intake.keys.columns))
    if taken:
        raise ContractError(
            [
                Problem(
                    loaded.study.cohort.name,
                    f"the column `{name}` has the name of a result",
                    hint="Rename it in the cohort",
                )
                for name in taken
            ]
        )
    return intake


def check_inputs_are_safe(loaded: LoadedStudy, out: Path, names: Sequence[str]) -> None:
    """Files with these names never take the place of the data that they come from.

    Raises:
        UsageError: they would.
    """
    results = {(out / name).resolve() for name in names}
    for source in (*loaded.study.spells, loaded.study.cohort):
        if results & {path.resolve() for path in list_files(loaded.folder, source.name)}:
            raise UsageError(
                f"The results would replace {source.name}. Choose another folder for them."
            )
