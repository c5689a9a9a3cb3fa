"""A study with all that its file points to: its sources, the profiles of their registers, its outcomes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rtw_outcomes.intake.exit_sources import EXIT_COLUMNS
from rtw_outcomes.intake.format import Format, HoursOf
from rtw_outcomes.intake.frames import Frame
from rtw_outcomes.intake.profile import (
    Profile,
)
from rtw_outcomes.intake.sources import DataSource
from rtw_outcomes.intake.study import COHORT_COLUMNS, Study
from rtw_outcomes.language.resolved import ResolvedOutcome
from rtw_outcomes.language.yaml_reader import YamlFile
from rtw_outcomes.language.yaml_types import (
    EmployerPeriods,
)


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
        optional: those of them that a file may lack while others have them.
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
    optional: tuple[str, ...]
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
            optional=profile.optional if profile else (),
            renamed=profile.translate(renamed) if profile else renamed,
            renamed_by="its own `columns`" if table == "exits" else self.name_key("columns", table),
            format=said.over(profile.format) if profile else said,
            said=said,
        )

    def _list_cohort_columns(self) -> tuple[str, ...]:
        """The names that the program has for columns of the cohort."""
        parts = (part for each in self.outcomes for part in (each, *each.parts()))
        asked = (part.outcome.from_cohort for part in parts)
        named = (name for _, name in self.study.list_columns())
        # Several keys may name one column.
        return tuple(
            dict.fromkeys((*COHORT_COLUMNS, *named, *(each.column for each in asked if each)))
        )
