"""Checks of every job on a study that are not about its data: its engine, libraries, what would be replaced."""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from rtw_outcomes.engines.registry import ENGINES, check_ready
from rtw_outcomes.errors import Problem, RtwError, UsageError, end_sentence, suggest
from rtw_outcomes.intake.loaded_study import LoadedStudy
from rtw_outcomes.intake.study_reader import list_files
from rtw_outcomes.jobs.arguments import check_text


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
