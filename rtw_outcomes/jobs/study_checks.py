"""The check of every job on a study that is not about its data: the engine is known."""

from rtw_outcomes.engines.registry import ENGINES
from rtw_outcomes.errors import Problem, UsageError, end_sentence, suggest
from rtw_outcomes.intake.study import LoadedStudy
from rtw_outcomes.jobs.arguments import check_text


def check_engine(loaded: LoadedStudy, engine: str | None) -> str:
    """The engine to use: asked for, or named by the study, or the default.

    Raises:
        DefinitionError: the study names an engine that is not there.
        UsageError: an engine is asked for that is not there.
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
    return engine or named or ENGINES[0]
