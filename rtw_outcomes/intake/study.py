"""The study file: which data, which outcomes, and what the delivery needs to be understood."""

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from glob import glob
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from rtw_outcomes.definitions.catalogue import (
    UnknownDefinitionError,
    find_definition,
    resolve_outcomes,
)
from rtw_outcomes.definitions.definition_file import Definition
from rtw_outcomes.errors import DefinitionError, Location, Problem, suggest
from rtw_outcomes.intake.exit_sources import EXIT_COLUMNS, ExitSource
from rtw_outcomes.intake.format import Format, HoursOf
from rtw_outcomes.intake.frames import Frame
from rtw_outcomes.intake.profile import (
    Profile,
    list_registers,
    read_profile,
    read_profile_file,
)
from rtw_outcomes.intake.sources import DataSource, OneSource, Sources
from rtw_outcomes.intake.text_files import is_text
from rtw_outcomes.language.lengths import ZERO, Length
from rtw_outcomes.language.resolved import ResolvedOutcome
from rtw_outcomes.language.vocabulary import BENEFITS, EARLIEST_YEAR, KEY_COLUMNS, LATEST_YEAR
from rtw_outcomes.language.yaml_reader import YamlFile
from rtw_outcomes.language.yaml_types import (
    IS_WHOLE_NUMBER,
    ClosedMapping,
    EmployerPeriods,
    Flag,
    Line,
    Period,
    Text,
    one_or_many,
)

SUMMARY_COLUMNS = ("outcome", "statistic", "value", "n")

SPELLS_COLUMNS = ("person_id", "start_date", "end_date", "extent", "benefit")
COHORT_COLUMNS = ("person_id", "index_date", "entry_date", "censor_date", "censor_reason")

LONGEST_NAME = 200  # of a file, in characters; systems take little more

PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]+)?) percent")


def _check_percent(value: object) -> object:
    found = PERCENT.fullmatch(value) if isinstance(value, str) else None
    if not found or float(found[1]) > 100:
        raise ValueError("a share is needed here, from `0 percent` to `100 percent`")
    return value


Percent = Annotated[
    str,
    BeforeValidator(_check_percent),
    Field(json_schema_extra={"pattern": f"^{PERCENT.pattern}$"}),
]

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

    study: Line
    """The name of the study, for people; the report has it in its title."""

    register_: Text = Field(alias="register")
    """The name of a register profile, which says how the spells are laid out; or the path of a file
    with one of your own."""

    synthetic: Flag = False
    """Says that no row is about a person; repeated in the manifest, the report and on the screen."""

    observed: Period
    """The dates that the extract of the register covers."""

    spells: Sources
    """The files of the register rows: a path relative to the study file, a folder, a pattern, or a list
    of sources."""

    cohort: OneSource
    """The file of the persons and their index dates, named in the same way."""

    exits: tuple[ExitSource, ...] = ()
    """Registers of deaths and migrations, which say when persons come under observation and leave it."""

    return_within: Length = ZERO
    """A stay abroad that is shorter ends no observation; such as `6 months`."""

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

    format: Format = Format()
    """How all sources are written; what is left out is seen in the files, or asked for."""

    overlap: Literal["sum", "largest"] | None = None
    """What rows of one person and one benefit on one day mean, in place of what the registers say: their
    extents add up, to at most full time (`sum`), or the largest of them counts (`largest`)."""

    tolerate: Percent = "1 percent"
    """The share of faulty rows of a file, and of persons of the cohort with faulty rows, up to which a
    run goes on; such as `1 percent`."""

    affected: Literal["keep", "leave_out"] = "keep"
    """What the summary does with persons who have faulty rows."""

    without: NameList = ()
    """Rules of the profile that may not run because the delivery lacks their columns."""

    # 5 is what Nordic practice shows; no register holder publishes a number.
    suppress_below: Annotated[int, Field(ge=1, strict=True), IS_WHOLE_NUMBER] = 5
    """Groups of fewer persons are not shown in the summary."""

    @property
    def tolerated(self) -> float:
        """The share that `tolerate` says, in percent."""
        return float(self.tolerate.removesuffix(" percent"))


def name_table(table: str, number: int) -> str:
    """The name of a source: of the second one of the exits `exits_2`."""
    return table if number == 1 else f"{table}_{number}"


@dataclass(frozen=True)
class LoadedSource:
    """A source, with all that is known about it before it is opened.

    Attributes:
        table: `spells`, `exits` or `cohort`.
        number: which one it is among the sources of the table, from 1.
        source: what the study says.
        folder: where relative paths begin.
        frame: its rows, where they were handed over in memory.
        profile: how it is laid out; None for the cohort.
        known: the names that the program has for its columns.
        renamed: the names in the delivery that the study gives, by the names that the program has.
        renamed_by: the key that gives them, for hints.
        format: how it is written.
        said: what of that the study says; the rest comes from the profile.
    """

    table: str
    number: int
    source: DataSource
    folder: Path
    frame: Frame | None
    profile: Profile | None
    known: tuple[str, ...]
    renamed: Mapping[str, str]
    renamed_by: str
    format: Format
    said: Format

    @property
    def key(self) -> str:
        """The name of its table in the database, and in the account."""
        return name_table(self.table, self.number)


@dataclass(frozen=True)
class LoadedStudy:
    """A study with all that its file, or the arguments in place of a file, point to.

    Attributes:
        study: what the file says.
        file: the file, for messages.
        folder: where relative paths begin.
        profiles: how each source of the spells is laid out.
        outcomes: what to compute, in the order of the study.
        frames: the tables that were handed over in memory, by `spells`, `cohort`, `exits`, `exits_2`.
    """

    study: Study
    file: YamlFile
    folder: Path
    profiles: tuple[Profile, ...]
    outcomes: tuple[ResolvedOutcome, ...]
    frames: Mapping[str, Frame] = field(default_factory=dict)

    @property
    def employer_periods(self) -> EmployerPeriods | None:
        """The days that employers pay before the register sees a spell; None when nothing says them."""
        said = (
            each.employer_periods for each in self.profiles if each.employer_periods is not None
        )
        return (
            next(said, None) if self.study.employer_periods is None else self.study.employer_periods
        )

    def name_key(self, key: str, table: str = "") -> str:
        """The place where a key of the study is written, or its entry for a table, for hints."""
        if self.file.has_lines:
            return f"`{key}: {table}` in the study file" if table else f"`{key}` in the study file"
        return f'the argument `{key}["{table}"]`' if table else f"the argument `{key}`"

    @property
    def spells(self) -> tuple[LoadedSource, ...]:
        """The sources of the register rows."""
        return tuple(
            self._load_source("spells", number, source, profile)
            for number, (source, profile) in enumerate(
                zip(self.study.spells, self.profiles, strict=True), start=1
            )
        )

    @property
    def exits(self) -> tuple[LoadedSource, ...]:
        """The registers of deaths and migrations."""
        return tuple(
            self._load_source("exits", number, source, None)
            for number, source in enumerate(self.study.exits, start=1)
        )

    @property
    def sources(self) -> tuple[LoadedSource, ...]:
        """All sources."""
        return (*self.spells, *self.exits, self.cohort)

    @property
    def cohort(self) -> LoadedSource:
        """The source of the index dates."""
        return self._load_source("cohort", 1, self.study.cohort, None)

    def _load_source(
        self, table: str, number: int, source: DataSource, profile: Profile | None
    ) -> LoadedSource:
        renamed: dict[str, str] = getattr(self.study.columns, table, {}) | source.columns
        known = self._list_cohort_columns() if table == "cohort" else EXIT_COLUMNS
        said = source.format.over(self.study.format)
        hours = [said.extent_unit.hours_of] if isinstance(said.extent_unit, HoursOf) else []
        return LoadedSource(
            table=table,
            number=number,
            source=source,
            folder=self.folder,
            frame=self.frames.get(name_table(table, number)),
            profile=profile,
            known=(*(profile.list_columns() if profile else known), *hours),
            renamed=profile.translate(renamed) if profile else renamed,
            renamed_by="its own `columns`" if table == "exits" else self.name_key("columns", table),
            format=said.over(profile.format) if profile else said,
            said=said,
        )

    def _list_cohort_columns(self) -> tuple[str, ...]:
        """The names that the program has for columns of the cohort."""
        parts = (part for each in self.outcomes for part in (each, *each.parts()))
        asked = (part.outcome.from_cohort for part in parts)
        return (*COHORT_COLUMNS, *self.study.by, *(each.column for each in asked if each))


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
        profiles=profiles,
        outcomes=tuple(each for each in outcomes if not only or each.outcome.outcome in only),
        frames=frames,
    )


def _observed_has_days(study: Study) -> Iterator[Problem]:
    """The observed period does not end before it starts, and lies in years that registers have."""
    observed = study.observed
    if observed.to < observed.from_:
        yield Problem(("observed",), "the observed period ends before it starts")
    if observed.to > date.today():
        what = "the observed period ends in the future, of which no register knows"
        hint = "`to` is the last day that the extract covers"
        yield Problem(("observed",), what, hint=hint)
    if observed.from_.year < EARLIEST_YEAR or observed.to.year > LATEST_YEAR:
        what = f"an extract lies between the years {EARLIEST_YEAR} and {LATEST_YEAR}"
        yield Problem(("observed",), what)


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
    return _unknown_column(place, column, known)


def _unknown_column(place: Location, column: str, known: tuple[str, ...]) -> Problem:
    return Problem(
        place,
        f"unknown column `{column}`",
        expected=f"one of {', '.join(known)}",
        hint=suggest(column, known),
    )


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
    """The study gives other names to columns that the program has a name for."""
    for place, names in (
        (("columns", "cohort"), study.columns.cohort),
        (("cohort", "columns"), study.cohort.columns),
    ):
        for column in names:
            if column not in COHORT_COLUMNS:
                yield _unknown_column((*place, column), column, COHORT_COLUMNS)
    for number, source in enumerate(study.exits):
        for column in source.columns:
            if column not in EXIT_COLUMNS:
                where = ("exits", number, "columns", column)
                yield _unknown_column(where, column, EXIT_COLUMNS)


def _groups_can_be_shown(study: Study) -> Iterator[Problem]:
    """Groups are not made of what tells persons apart, nor called as a column of the summary."""
    renamed = study.columns.cohort | study.cohort.columns
    keys = {renamed.get(name, name) for name in KEY_COLUMNS}
    for place, name in enumerate(study.by):
        if name in keys:
            what = f"`{name}` tells persons apart, and a summary may not"
            yield Problem(("by", place), what, hint="Group by a column that many persons share")
        if name in SUMMARY_COLUMNS:
            yield Problem(("by", place), f"`{name}` is the name of a column of the summary")
        if name in study.by[:place]:
            yield Problem(("by", place), f"`{name}` stands twice")


RULES: tuple[Callable[[Study], Iterator[Problem]], ...] = (
    _observed_has_days,
    _codes_name_benefits,
    _renamed_columns_are_known,
    _groups_can_be_shown,
)
