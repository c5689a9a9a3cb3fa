"""Read a study, and find the definitions, the profiles and the files that it names; no data are read."""

import os
from collections.abc import Iterator, Mapping, Sequence
from glob import glob
from pathlib import Path

from rtw_outcomes.definitions.catalogue import (
    UnknownDefinitionError,
    find_definition,
    resolve_outcomes,
)
from rtw_outcomes.definitions.definition_file import Definition
from rtw_outcomes.errors import DefinitionError, Location, Problem, suggest
from rtw_outcomes.intake.compression import is_text
from rtw_outcomes.intake.frames import Frame
from rtw_outcomes.intake.loaded_study import LoadedStudy
from rtw_outcomes.intake.profile import (
    Profile,
    list_registers,
    read_profile,
    read_profile_file,
)
from rtw_outcomes.intake.sources import DataSource
from rtw_outcomes.intake.study import COHORT_COLUMNS, SPELLS_COLUMNS, Study
from rtw_outcomes.intake.study_rules import RULES, unknown_column
from rtw_outcomes.language.resolved import ResolvedOutcome
from rtw_outcomes.language.yaml_reader import YamlFile

LONGEST_NAME = 200  # of a file, in characters; systems take little more


def read_study(path: str | os.PathLike[str], only: Sequence[str] = ()) -> LoadedStudy:
    """Read a study file and the definitions that it names; no data are read.

    Args:
        path: the study file; the paths in it are relative to its folder.
        only: ids of outcomes; when given, the study is narrowed to them.

    Raises:
        DefinitionError: the study or a definition is wrong; holds all problems of the file.
    """
    return load_study(YamlFile.read(Path(path)), Path(path).parent, only)


def load_study(
    file: YamlFile,
    folder: Path,
    only: Sequence[str] = (),
    definitions: Mapping[str, Definition] = {},
    frames: Mapping[str, Frame] = {},
) -> LoadedStudy:
    """Check a study and find the definitions that it names; no data are read.

    Args:
        file: the study.
        folder: where relative paths begin.
        only: as in `read_study`.
        definitions: those that were handed over, by the name under which the study has them.
        frames: the tables that were handed over, by `spells` and `cohort`.

    Raises:
        DefinitionError: as `read_study` does.
    """
    study = file.validate(Study).spell_alike(COHORT_COLUMNS)
    problems = [problem for rule in RULES for problem in rule(study)]
    problems += _check_files_exist(study, folder, frames)
    profiles, of_profiles = _read_profiles(study, folder)
    problems += of_profiles
    found, of_definitions = [], list[Problem]()
    for place, name in enumerate(study.outcomes):
        if name in study.outcomes[:place]:
            problems.append(Problem(("outcomes", place), f"`{name}` stands twice"))
            continue
        try:
            found.append(definitions.get(name) or find_definition(name, folder))
        except UnknownDefinitionError as unknown:
            what = f"there is no outcome definition `{name}`"
            problems.append(Problem(("outcomes", place), what, hint=str(unknown)))
        except DefinitionError as error:
            of_definitions += error.problems
    if problems or of_definitions:
        raise DefinitionError([*map(file.locate, problems), *of_definitions])
    outcomes = resolve_outcomes(found)
    ids = tuple(resolved.outcome.outcome for resolved in outcomes)
    asked: list[tuple[Location, str]] = [(("outcomes",), name) for name in only]
    asked += [(("primary", place), name) for place, name in enumerate(study.primary)]
    file.raise_for(
        [
            Problem(place, f"the study has no outcome `{name}`", hint=suggest(name, ids))
            for place, name in asked
            if name not in ids
        ]
    )
    return LoadedStudy(
        study=study.spell_alike(_list_asked(file, outcomes)),
        file=file,
        folder=folder,
        profiles=profiles,
        outcomes=tuple(each for each in outcomes if not only or each.outcome.outcome in only),
        frames=frames,
    )


def _list_asked(file: YamlFile, outcomes: Sequence[ResolvedOutcome]) -> tuple[str, ...]:
    """The columns of the cohort that definitions take numbers from.

    Raises:
        DefinitionError: two definitions write one column in other capitals.
    """
    parts = (part for each in outcomes for part in (each, *each.parts()))
    asked = (each.outcome.from_cohort for each in parts)
    columns = tuple(dict.fromkeys(each.column for each in asked if each))
    spellings: dict[str, str] = {}
    file.raise_for(
        [
            Problem(
                ("outcomes",),
                f"two definitions write one column of the cohort as `{spellings[name.casefold()]}` and `{name}`",
                hint="Write its name in the same capitals",
            )
            for name in columns
            if spellings.setdefault(name.casefold(), name) != name
        ]
    )
    return (*COHORT_COLUMNS, *columns)


def _check_files_exist(
    study: Study, folder: Path, frames: Mapping[str, Frame]
) -> Iterator[Problem]:
    """The files of all sources are there."""
    places: list[tuple[Location, DataSource]] = [(("cohort",), study.cohort)]
    places += [(("spells", number), source) for number, source in enumerate(study.spells)]
    places += [(("exits", number), source) for number, source in enumerate(study.exits)]
    for place, source in places:
        if source.file is None or source.file in frames:
            continue
        name = source.file
        if not list_files(folder, name) and not Path(folder, name[:LONGEST_NAME]).is_dir():
            what = f"there is no file `{name[:LONGEST_NAME]}`"
            yield Problem(place, what, hint=f"Paths are relative to {folder.resolve().name}/")


def _read_profiles(study: Study, folder: Path) -> tuple[tuple[Profile, ...], list[Problem]]:
    """The profile of each source of the spells, and what is wrong with them.

    Raises:
        DefinitionError: a profile of one's own is wrong.
    """
    profiles, problems = [], list[Problem]()
    for number, source in enumerate(study.spells):
        register = source.register_ or study.register_
        place: Location = ("spells", number, "register") if source.register_ else ("register",)
        if register.endswith((".yaml", ".yml")):
            profiles.append(read_profile_file(folder / register))
        elif register in list_registers():
            profiles.append(read_profile(register))
        else:
            problems.append(
                Problem(
                    place,
                    f"unknown register `{register}`",
                    expected=f"one of {', '.join(list_registers())}, or the path of a profile",
                    hint=suggest(register, list_registers()),
                )
            )
            continue
        renamed = ("columns", "spells"), study.columns.spells
        own = ("spells", number, "columns"), source.columns
        for where, names in (renamed, own):
            profile = profiles[-1]
            roles = (role for role in SPELLS_COLUMNS if role in profile.list_roles())
            known = tuple(dict.fromkeys((*roles, *profile.list_columns())))
            # A name of the study need fit one source only.
            others = len(study.spells) > 1 and where[0] == "columns"
            problems += [
                _say_why_not((*where, name), name, known, profile)
                for name in names
                if name not in known and not others
            ]
    rules = tuple(dict.fromkeys(rule for each in profiles for rule in each.list_deciding_rules()))
    problems += [
        Problem(
            ("without", place),
            f"no register of the study has a rule `{rule}` that it could go without",
            expected=f"one of {', '.join(rules)}",
            hint=suggest(rule, rules),
        )
        for place, rule in enumerate(study.without)
        if rule not in rules and len(profiles) == len(study.spells)
    ]
    return tuple(profiles), list(dict.fromkeys(problems))


def _say_why_not(place: Location, column: str, known: tuple[str, ...], profile: Profile) -> Problem:
    """The problem of a name that the study gives to a column that the profile does not have."""
    if column == "benefit" and profile.list_joined():
        what = f"the register `{profile.register_}` has several columns for `{column}`"
        return Problem(place, what, hint=f"Name each: {', '.join(profile.list_joined())}")
    if column in SPELLS_COLUMNS:
        what = f"the register `{profile.register_}` has a constant for `{column}`, and no column"
        return Problem(place, what, hint="Remove the name, or change the profile")
    return unknown_column(place, column, known)


def list_files(folder: Path, name: str) -> tuple[Path, ...]:
    """The files that a study means: one file, the Parquet files of a folder, or a pattern's."""
    path = folder / name
    try:
        if path.is_dir():
            return tuple(sorted(path.glob("*.parquet")) or sorted(filter(is_text, path.iterdir())))
        # A file that is there is meant literally, also when its name looks like a pattern.
        return (path,) if path.exists() else tuple(map(Path, sorted(glob(str(path)))))  # noqa: PTH207 Path.glob takes no absolute pattern
    except OSError:  # a name that no file can have
        return ()
