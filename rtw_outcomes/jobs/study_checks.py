"""Checks of every job on a study that are not about its data: its engine, libraries, what would be replaced."""

import os
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from rtw_outcomes.engines.registry import ENGINES, IN_A_DATABASE, check_ready, try_database
from rtw_outcomes.errors import Problem, RtwError, UsageError, end_sentence, suggest
from rtw_outcomes.intake.loaded_study import LoadedStudy
from rtw_outcomes.intake.readers.registry import is_odbc, read_connection
from rtw_outcomes.intake.study_reader import list_files
from rtw_outcomes.jobs.arguments import check_text

DATABASE = "RTW_POSTGRES"  # the variable that says where to compute, where no source does


def check_engine(loaded: LoadedStudy, engine: str | None) -> str:
    """The engine to use: asked for, or named by the study, or the default; and it can be used.

    Raises:
        DefinitionError: the study names an engine that is not there.
        UsageError: an engine is asked for that is not there.
        RtwError: what the engine needs is not installed.
    """
    if engine is not None and check_text(engine, "engine") not in ENGINES:
        hint = suggest(engine, ENGINES) or f"The engines are {', '.join(ENGINES)}"
        raise UsageError(f"There is no engine `{engine}`. {end_sentence(hint)}")
    named = loaded.study.engine
    if engine is None and named is not None and named not in ENGINES:
        problem = Problem(
            ("engine",),
            f"unknown engine `{named}`",
            expected=f"one of {', '.join(ENGINES)}",
            hint=suggest(named, ENGINES),
        )
        loaded.file.raise_for([problem])
    chosen = engine or named or ENGINES[0]
    check_ready(chosen)
    return chosen


def find_database(loaded: LoadedStudy, engine: str) -> str | None:
    """How the database is reached that computes, tried; None for an engine that computes in this process.

    It is the one that the sources come from, so that rows about persons stay where they are. Where they
    come from files or from several databases, the variable RTW_POSTGRES says it.

    Raises:
        RtwError: neither says it, a variable that the study names is not set, or the database cannot be
            used.
    """
    if engine not in IN_A_DATABASE:
        return None
    database = _choose_database(loaded, engine)
    try_database(engine, database)
    return database


def _choose_database(loaded: LoadedStudy, engine: str) -> str:
    sources = [each.source for each in loaded.sources]
    said = {read_connection(each.connection, each.name) for each in sources if each.connection}
    databases = [each for each in said if not is_odbc(each)]
    if len(databases) == 1:
        return databases[0]
    if named := os.environ.get(DATABASE):
        return named
    several = "the sources come from several" if databases else "no source comes from one"
    raise RtwError(
        f"The engine `{engine}` computes in a PostgreSQL database, and {several}. Set the environment "
        f"variable {DATABASE} to the address of the one to compute in, like "
        "`postgresql://user@host/database`. The rows are copied there for the time of the run."
    )


def check_libraries(loaded: LoadedStudy) -> None:
    """What the comparison of a study is computed with is installed; asked before a long run, not after it.

    Raises:
        RtwError: it is not.
    """
    compare = loaded.study.compare
    if compare and compare.needs_regression and find_spec("statsmodels") is None:
        keys = [f"`models: {', '.join(compare.models)}`"] if compare.models else []
        keys += ["`correlation: exchangeable`"] if compare.correlation == "exchangeable" else []
        raise RtwError(
            f"The comparison needs statsmodels for {' and '.join(keys)}: "
            'pip install "rtw-outcomes[analysis]"'
        )


def check_inputs_are_safe(loaded: LoadedStudy, out: Path, names: Sequence[str]) -> None:
    """Files with these names never take the place of the data that they come from.

    Raises:
        UsageError: they would.
    """
    results = {(out / name).resolve() for name in names}
    for loaded_source in loaded.sources:
        name = loaded_source.source.name
        if results & {path.resolve() for path in list_files(loaded.folder, name)}:
            raise UsageError(f"The results would replace {name}. Choose another folder for them.")
