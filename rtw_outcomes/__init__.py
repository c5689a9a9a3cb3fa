"""Harmonised return-to-work outcomes from sickness-spell registers.

The public names are loaded when they are first used, so that the command line starts at once.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rtw_outcomes.definitions.catalogue import find_outcome as find_outcome
    from rtw_outcomes.definitions.plain_language.describe import (
        describe_outcome as describe_outcome,
    )
    from rtw_outcomes.errors import ContractError as ContractError
    from rtw_outcomes.errors import DefinitionError as DefinitionError
    from rtw_outcomes.errors import RtwError as RtwError
    from rtw_outcomes.errors import UnsupportedError as UnsupportedError
    from rtw_outcomes.errors import UsageError as UsageError
    from rtw_outcomes.jobs.run import run_study as run_study
    from rtw_outcomes.jobs.validate import validate_study as validate_study

_HOMES = {
    "ContractError": "errors",
    "DefinitionError": "errors",
    "RtwError": "errors",
    "UnsupportedError": "errors",
    "UsageError": "errors",
    "describe_outcome": "definitions.plain_language.describe",
    "find_outcome": "definitions.catalogue",
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
