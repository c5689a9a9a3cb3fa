"""Harmonised return-to-work outcomes from sickness-spell registers.

The public names are loaded when they are first used, so that the command line starts at once.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rtw_outcomes.definitions.catalogue import find_outcome as find_outcome
    from rtw_outcomes.errors import ContractError as ContractError
    from rtw_outcomes.errors import DefinitionError as DefinitionError
    from rtw_outcomes.errors import Problem as Problem
    from rtw_outcomes.errors import RtwError as RtwError
    from rtw_outcomes.errors import UnsupportedError as UnsupportedError
    from rtw_outcomes.errors import UsageError as UsageError
    from rtw_outcomes.intake.account import Note as Note
    from rtw_outcomes.intake.account import RuleCount as RuleCount
    from rtw_outcomes.intake.account import TableAccount as TableAccount
    from rtw_outcomes.jobs.compute import compute as compute
    from rtw_outcomes.jobs.outcomes import describe_outcome as describe_outcome
    from rtw_outcomes.jobs.outcomes import list_outcomes as list_outcomes
    from rtw_outcomes.jobs.run import run_study as run_study
    from rtw_outcomes.jobs.validate import validate_study as validate_study
    from rtw_outcomes.language.outcome import Outcome as Outcome
    from rtw_outcomes.language.resolved import ResolvedOutcome as ResolvedOutcome
    from rtw_outcomes.results.finished_run import Run as Run

__version__: str

_HOMES = {
    "ContractError": "errors",
    "DefinitionError": "errors",
    "Note": "intake.account",
    "Outcome": "language.outcome",
    "Problem": "errors",
    "ResolvedOutcome": "language.resolved",
    "RtwError": "errors",
    "RuleCount": "intake.account",
    "Run": "results.finished_run",
    "TableAccount": "intake.account",
    "UnsupportedError": "errors",
    "UsageError": "errors",
    "compute": "jobs.compute",
    "describe_outcome": "jobs.outcomes",
    "find_outcome": "definitions.catalogue",
    "list_outcomes": "jobs.outcomes",
    "run_study": "jobs.run",
    "validate_study": "jobs.validate",
}

__all__ = [*_HOMES]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return import_module("importlib.metadata").version("rtw-outcomes")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
