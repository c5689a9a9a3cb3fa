"""A definition file into an Outcome that satisfies every rule."""

from dataclasses import dataclass
from pathlib import Path

from rtw_outcomes.definitions.based_on import put_on_base
from rtw_outcomes.definitions.rules.check import list_problems
from rtw_outcomes.language.outcome import Outcome
from rtw_outcomes.language.resolved import ResolvedOutcome
from rtw_outcomes.language.yaml_reader import YamlFile


@dataclass(frozen=True)
class Definition:
    """An outcome together with the file that says it, for messages about it.

    `resolved` holds the outcomes that it is computed from, where they came with it.
    """

    outcome: Outcome
    file: YamlFile
    resolved: ResolvedOutcome | None = None


def read_definition(path: Path) -> Definition:
    """Read one definition file.

    Raises:
        DefinitionError: the file is wrong; holds all its problems, each with its line.
    """
    return check_definition(YamlFile.read(path), path.parent)


def check_definition(file: YamlFile, folder: Path | None = None) -> Definition:
    """Turn a parsed file into a definition; raises as `read_definition` does.

    Args:
        file: the definition as it is written; it may be based on another one.
        folder: where the file lies; None for one that may be based on stock definitions only.
    """
    file = put_on_base(file, folder)
    outcome = file.validate(Outcome)
    file.raise_for(list_problems(outcome))
    return Definition(outcome, file)
