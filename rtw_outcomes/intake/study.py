"""The study file: which data, which outcomes, and what the delivery needs to be understood."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from glob import glob
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field

from rtw_outcomes.definitions.catalogue import (
    UnknownDefinitionError,
    find_definition,
    resolve_outcomes,
)
from rtw_outcomes.definitions.definition_file import Definition
from rtw_outcomes.errors import DefinitionError, Problem, suggest
from rtw_outcomes.intake.frames import Frame
from rtw_outcomes.intake.profile import Profile, list_registers, read_profile
from rtw_outcomes.language.resolved import ResolvedOutcome
from rtw_outcomes.language.vocabulary import BENEFITS, EARLIEST_YEAR, KEY_COLUMNS, LATEST_YEAR
from rtw_outcomes.language.yaml_reader import YamlFile
from rtw_outcomes.language.yaml_types import (
    IS_WHOLE_NUMBER,
    ClosedMapping,
    EmployerPeriods,
    Flag,
    Period,
    Text,
    one_or_many,
)

SUMMARY_COLUMNS = ("outcome", "statistic", "value", "n")

SPELLS_COLUMNS = ("person_id", "start_date", "end_date", "extent", "benefit")
COHORT_COLUMNS = ("person_id", "index_date", "entry_date", "censor_date", "censor_reason")

LONGEST_NAME = 200  # of a file, in characters; systems take little more

NameList = Annotated[tuple[Text, ...], BeforeValidator(one_or_many)]


class RenamedColumns(ClosedMapping):
    """Canonical column -> the name that it has in this delivery, where that is another one."""

    spells: dict[str, str] = Field(
        default_factory=dict, json_schema_extra={"propertyNames": {"enum": [*SPELLS_COLUMNS]}}
    )
    """For the spells file; the register's own names are in its profile."""

    cohort: dict[str, str] = Field(
        default_factory=dict, json_schema_extra={"propertyNames": {"enum": [*COHORT_COLUMNS]}}
    )
    """For the cohort file."""


class Study(ClosedMapping):
    """A study file."""

    study: Text
    """The name of the study, for people; the report has it in its title."""

    register_: Text = Field(alias="register")
    """The name of a register profile, which says how the spells file is laid out."""

    synthetic: Flag = False
    """Says that no row is about a person; repeated in the manifest, the report and on the screen."""

    observed: Period
    """The dates that the extract of the register covers."""

    spells: Text
    """The file of the register rows, relative to the study file; several Parquet files as a folder or a pattern."""

    cohort: Text
    """The file of the persons and their index dates, named in the same way."""

    outcomes: NameList = Field(min_length=1)
    """The outcomes to compute: ids of stock definitions, or paths of definition files."""

    by: NameList = ()
    """Columns of the cohort that make the groups of the summary."""

    engine: Text | None = None
    """The engine that computes: `polars`, `duckdb` or `reference`; `polars` when left out."""

    benefit_codes: dict[str, str] = Field(
        default_factory=dict,
        json_schema_extra={"additionalProperties": {"type": "string", "enum": [*BENEFITS]}},
    )
    """The codes of this delivery, each with the benefit that it stands for; in quotation marks."""

    employer_periods: EmployerPeriods | None = None
    """In place of those of the register; `[]` says that it sees spells from their true first day."""

    columns: RenamedColumns = RenamedColumns()
    """Columns that have other names in this delivery."""

    # 5 is what Nordic practice shows; no register holder publishes a number.
    suppress_below: Annotated[int, Field(ge=1, strict=True), IS_WHOLE_NUMBER] = 5
    """Groups of fewer persons are not shown in the summary."""


@dataclass(frozen=True)
class LoadedStudy:
    """A study with all that its file, or the arguments in place of a file, point to.

    Attributes:
        study: what the file says.
        file: the file, for messages.
        folder: where relative paths begin.
        profile: how the register's file is laid out.
        outcomes: what to compute, in the order of the study.
        frames: the tables that were handed over in memory, by `spells` and `cohort`.
    """

    study: Study
    file: YamlFile
    folder: Path
    profile: Profile
    outcomes: tuple[ResolvedOutcome, ...]
    frames: Mapping[str, Frame] = field(default_factory=dict)

    @property
    def employer_periods(self) -> EmployerPeriods | None:
        """The days that employers pay before the register sees a spell; None when nothing says them."""
        own = self.study.employer_periods
        return self.profile.employer_periods if own is None else own

    def name_key(self, key: str, table: str = "") -> str:
        """The place where a key of the study is written, or its entry for a table, for hints."""
        if self.file.has_lines:
            return f"`{key}: {table}` in the study file" if table else f"`{key}` in the study file"
        return f'the argument `{key}["{table}"]`' if table else f"the argument `{key}`"

    def name_of_id(self, table: str) -> str:
        """The column of a table that holds the persons' ids."""
        usual = self.profile.columns.person_id if table == "spells" else "person_id"
        renamed: dict[str, str] = getattr(self.study.columns, table)
        return renamed.get("person_id", usual)


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
    study = file.validate(Study)
    problems = [problem for rule in RULES for problem in rule(study)]
    problems += _check_files_exist(study, folder, frames)
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
    file.raise_for(
        [
            Problem(("outcomes",), f"the study has no outcome `{name}`", hint=suggest(name, ids))
            for name in only
            if name not in ids
        ]
    )
    return LoadedStudy(
        study=study,
        file=file,
        folder=folder,
        profile=read_profile(study.register_),
        outcomes=tuple(each for each in outcomes if not only or each.outcome.outcome in only),
        frames=frames,
    )


def _register_is_known(study: Study) -> Iterator[Problem]:
    """The register has a profile."""
    if study.register_ not in list_registers():
        yield Problem(
            ("register",),
            f"unknown register `{study.register_}`",
            expected=f"one of {', '.join(list_registers())}",
            hint=suggest(study.register_, list_registers()),
        )


def _observed_has_days(study: Study) -> Iterator[Problem]:
    """The observed period does not end before it starts, and lies in years that registers have."""
    observed = study.observed
    if observed.to < observed.from_:
        yield Problem(("observed",), "the observed period ends before it starts")
    if observed.from_.year < EARLIEST_YEAR or observed.to.year > LATEST_YEAR:
        what = f"an extract lies between the years {EARLIEST_YEAR} and {LATEST_YEAR}"
        yield Problem(("observed",), what)


def _check_files_exist(
    study: Study, folder: Path, frames: Mapping[str, Frame]
) -> Iterator[Problem]:
    """The files of spells and cohort are there."""
    for key in ("spells", "cohort"):
        if key in frames:
            continue
        name = getattr(study, key)
        if not list_files(folder, name) and not Path(folder, name[:LONGEST_NAME]).is_dir():
            what = f"there is no file `{name[:LONGEST_NAME]}`"
            yield Problem((key,), what, hint=f"Paths are relative to {folder.resolve().name}/")


def list_files(folder: Path, name: str) -> tuple[Path, ...]:
    """The files that a study means: one file, the Parquet files of a folder, or a pattern's."""
    path = folder / name
    try:
        if path.is_dir():
            return tuple(sorted(path.glob("*.parquet")))
        # A file that is there is meant literally, also when its name looks like a pattern.
        return (path,) if path.exists() else tuple(map(Path, sorted(glob(str(path)))))  # noqa: PTH207 Path.glob takes no absolute pattern
    except OSError:  # a name that no file can have
        return ()


def _codes_name_benefits(study: Study) -> Iterator[Problem]:
    """Each code stands for a benefit; a word of the vocabulary keeps its meaning."""
    for code, benefit in study.benefit_codes.items():
        if benefit not in BENEFITS:
            yield Problem(
                ("benefit_codes", code),
                f"unknown benefit `{benefit}`",
                expected=f"one of {', '.join(BENEFITS)}",
                hint=suggest(benefit, BENEFITS),
            )
        elif code in BENEFITS and code != benefit:
            yield Problem(("benefit_codes", code), f"`{code}` is a benefit and keeps its meaning")


def _renamed_columns_are_known(study: Study) -> Iterator[Problem]:
    """The study gives other names to canonical columns only."""
    for table, known in (
        ("spells", SPELLS_COLUMNS),
        ("cohort", COHORT_COLUMNS),
    ):
        for column in getattr(study.columns, table):
            if column not in known:
                yield Problem(
                    ("columns", table, column),
                    f"unknown column `{column}`",
                    expected=f"one of {', '.join(known)}",
                    hint=suggest(column, known),
                )


def _groups_can_be_shown(study: Study) -> Iterator[Problem]:
    """Groups are not made of what tells persons apart, nor called as a column of the summary."""
    keys = {study.columns.cohort.get(name, name) for name in KEY_COLUMNS}
    for place, name in enumerate(study.by):
        if name in keys:
            what = f"`{name}` tells persons apart, and a summary may not"
            yield Problem(("by", place), what, hint="Group by a column that many persons share")
        if name in SUMMARY_COLUMNS:
            yield Problem(("by", place), f"`{name}` is the name of a column of the summary")
        if name in study.by[:place]:
            yield Problem(("by", place), f"`{name}` stands twice")


RULES: tuple[Callable[[Study], Iterator[Problem]], ...] = (
    _register_is_known,
    _observed_has_days,
    _codes_name_benefits,
    _renamed_columns_are_known,
    _groups_can_be_shown,
)
