"""What the sections look at: a delivery that was read, with the spells and months of its rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import polars as pl

from rtw_outcomes.disclosure.lone_counts import Cell
from rtw_outcomes.intake.deduplication import Delivered
from rtw_outcomes.intake.delivery import Intake
from rtw_outcomes.intake.expectations import Limits, RuleChange
from rtw_outcomes.intake.loaded_study import LoadedStudy
from rtw_outcomes.intake.profile import Profile
from rtw_outcomes.intake.spells import read_codes
from rtw_outcomes.quality.register_spells import count_steps, find_spells

# Where fewer spells than this start in a usual month, chance alone looks like a break.
ENOUGH_A_MONTH = 20


def number_month(day: date) -> int:
    """A month as a number, so that months can be subtracted."""
    return day.year * 12 + day.month - 1


def name_month(number: int) -> str:
    """A month as it is written, from its number.

    >>> name_month(number_month(date(2019, 11, 13)))
    '2019-11'
    """
    return f"{number // 12:04}-{number % 12 + 1:02}"


def month_of(column: str) -> pl.Expr:
    """The number of the month of a date."""
    day = pl.col(column)
    return day.dt.year().cast(pl.Int32) * 12 + day.dt.month().cast(pl.Int32) - 1


def count_persons() -> pl.Expr:
    """The persons of some rows; a row without an id is about one of its own."""
    person = pl.col("person_id")
    return (person.drop_nulls().n_unique() + person.null_count()).alias("persons")


def name_class(value: pl.Expr, firsts: Sequence[float], names: Sequence[str]) -> pl.Expr:
    """The class that a number is in: the last one whose first value it reaches. None lies below the first."""
    reached = pl.sum_horizontal((value >= first).cast(pl.Int32) for first in firsts)
    return reached.replace_strict(range(1, len(names) + 1), names, return_dtype=pl.String)


@dataclass(frozen=True)
class Inspection:
    """A delivery that was read, to be looked at while its files are there.

    Attributes:
        loaded: the study.
        intake: what was read.
        is_stopped: whether the intake stopped for faulty rows.
    """

    loaded: LoadedStudy
    intake: Intake
    is_stopped: bool = False

    @property
    def below(self) -> int:
        """Counts of fewer persons are hidden."""
        return self.loaded.study.suppress_below

    @property
    def limits(self) -> Limits:
        """The limits of the first source's register, which hold for all rows together."""
        return self.loaded.profiles[0].limits

    @property
    def sources(self) -> Sequence[tuple[Delivered, Profile]]:
        """The sources of the spells, each with the profile that it was read by."""
        return list(zip(self._find("spells"), self.loaded.profiles, strict=True))

    @property
    def cohort(self) -> Delivered:
        """The source of the cohort."""
        (cohort,) = self._find("cohort")
        return cohort

    def _find(self, table: str) -> list[Delivered]:
        return [each for each in self.intake.deliveries if each.validated.source.table == table]

    @property
    def first_day(self) -> date:
        """The first day of the extract."""
        return self.loaded.study.observed.from_

    @property
    def last_day(self) -> date:
        """The last day of the extract."""
        return self.loaded.study.observed.to

    @property
    def first_month(self) -> int:
        """The number of the first month of the extract."""
        return number_month(self.first_day)

    @property
    def months(self) -> range:
        """The numbers of the months of the extract."""
        return range(self.first_month, number_month(self.last_day) + 1)

    @property
    def rule_changes(self) -> tuple[RuleChange, ...]:
        """The changes of rules inside the extract, in the order of their dates."""
        changes = {change for profile in self.loaded.profiles for change in profile.rule_changes}
        inside = (each for each in changes if self.first_day < each.from_ <= self.last_day)
        return tuple(sorted(inside, key=lambda each: each.from_))

    def meaning_of(self, profile: Profile) -> Mapping[str, str]:
        """The benefit that each code of a source stands for."""
        return read_codes(profile, self.loaded)

    @cached_property
    def cells_by_rule(self) -> Mapping[str, Mapping[int | None, Cell]]:
        """Of each source the rows under each rule, by its number; those used are under None."""
        return {
            each.account.table: self._count_by(each.rows, pl.col("rule").cast(pl.Int32))
            for each in self.intake.deliveries
        }

    @cached_property
    def cells_by_code(self) -> Mapping[str, Mapping[str, Cell]]:
        """Of each source of the spells the used rows with each code."""
        return {
            each.account.table: self._count_by(
                each.rows.filter(pl.col("rule").is_null()), pl.col("code")
            )
            for each, _ in self.sources
        }

    def _count_by(self, rows: pl.LazyFrame, key: pl.Expr) -> Mapping[Any, Cell]:
        counts = rows.group_by(key.alias("key")).agg(pl.len(), count_persons())
        cells = counts.sort("key").collect(engine="streaming").iter_rows()
        return {key: Cell(rows, persons) for key, rows, persons in cells}

    @cached_property
    def benefits(self) -> tuple[str, ...]:
        """The benefits that used rows have, sorted."""
        found = self.intake.tables.scan_spells().select(pl.col("benefit").cast(pl.String).unique())
        return tuple(sorted(found.collect(engine="streaming")["benefit"]))

    @cached_property
    def spells(self) -> Mapping[str, pl.DataFrame]:
        """Of each benefit the spells: person, start_date, end_date."""
        rows = self.intake.tables.scan_spells()
        return {each: find_spells(rows.filter(pl.col("benefit") == each)) for each in self.benefits}

    @cached_property
    def steps(self) -> Mapping[str, pl.DataFrame]:
        """Of each benefit the days from one row of a person to the next: days, rows, persons."""
        rows = self.intake.tables.scan_spells()
        return {each: count_steps(rows.filter(pl.col("benefit") == each)) for each in self.benefits}

    @cached_property
    def started(self) -> Mapping[str, Mapping[int, Cell]]:
        """Of each benefit the spells that start in each month of the extract."""
        return {benefit: self._count_started(spells) for benefit, spells in self.spells.items()}

    def _count_started(self, spells: pl.DataFrame) -> Mapping[int, Cell]:
        inside = spells.filter(pl.col("start_date").is_between(self.first_day, self.last_day))
        counts = inside.group_by(month_of("start_date").alias("month")).agg(
            pl.len(), pl.col("person").n_unique()
        )
        cells = {month: Cell(rows, persons) for month, rows, persons in counts.iter_rows()}
        return {month: cells.get(month, Cell(0, 0)) for month in self.months}

    @cached_property
    def started_before(self) -> Mapping[str, Cell]:
        """Of each benefit the spells that start before the extract."""
        before = {
            benefit: spells.filter(pl.col("start_date") < self.first_day)
            for benefit, spells in self.spells.items()
        }
        return {
            benefit: Cell(spells.height, spells["person"].n_unique())
            for benefit, spells in before.items()
        }

    @cached_property
    def started_of_all(self) -> Mapping[int, int]:
        """The spells of any benefit that start in each month of the extract."""
        return {
            month: sum(cells[month].rows for cells in self.started.values())
            for month in self.months
        }

    @cached_property
    def usual_month(self) -> float:
        """The median of the started spells of the months that have any."""
        counts = pl.Series([count for count in self.started_of_all.values() if count])
        return float(counts.median() or 0)  # type: ignore[arg-type]

    @property
    def is_judged_by_month(self) -> bool:
        """Whether months have enough spells for chance to be small."""
        return self.usual_month >= ENOUGH_A_MONTH
