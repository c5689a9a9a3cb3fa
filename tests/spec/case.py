"""A case of the reference documentation: what goes in, what must come out, and why.

The same data are run on every engine by the tests of this folder and rendered to
docs/reference/meaning/ by `render.py`, so that what the documentation says is what happens.
"""

from dataclasses import dataclass
from datetime import date

import polars as pl

from rtw_outcomes.definitions.catalogue import read_stock_definition, resolve_outcomes
from rtw_outcomes.definitions.definition_file import Definition, check_definition
from rtw_outcomes.engines.registry import run_plan
from rtw_outcomes.language.resolved import ResolvedOutcome
from rtw_outcomes.language.vocabulary import PPM_PER_PERCENT
from rtw_outcomes.language.yaml_reader import YamlFile
from rtw_outcomes.language.yaml_types import EmployerPeriod
from rtw_outcomes.planning.nodes.values import CohortNumber
from rtw_outcomes.planning.optimizer import optimize
from rtw_outcomes.planning.plan import Plan
from rtw_outcomes.planning.planner.build import plan_outcomes
from rtw_outcomes.planning.tables import COHORT_SCHEMA, SPELLS_SCHEMA, Tables

Row = dict[str, str]
PERSON = {"person_id": pl.String()}
NULL = "-"
KEYS = ("person", "index")
OF_AN_INDEX_DATE = (*KEYS, "entered", "censored", "reason")
# What a definition must also say, and what means nothing for its results.
PREAMBLE = "language: 1\ntitle: a case\nsource: {text: none, certainty: ours}\n"


@dataclass(frozen=True)
class Case:
    """Some persons, one or more definitions, and the columns that they must give.

    Attributes:
        definitions: ids of stock definitions, or YAML without title and source.
        spells: a text table with person, start, end, extent and perhaps benefit.
        expected: a text table with person, perhaps index, and columns of the result; a status
            is written by its name, a missing value as `-`.
        index: one index date for everybody, or a text table with person, index, perhaps entered,
            censored and reason, and columns of numbers.
        observed: the first and last date of the extract.
        employer_periods: the dates from which employers pay so many days before the register sees a
            spell; None when nothing is known of it.
    """

    title: str
    why: str
    definitions: tuple[str, ...]
    spells: str
    expected: str
    index: str = "2020-01-01"
    observed: tuple[str, str] = ("2015-01-01", "2029-12-31")
    employer_periods: tuple[tuple[str, int], ...] | None = None

    def __str__(self) -> str:
        return self.title

    def expected_rows(self) -> list[Row]:
        """What the case says must come out."""
        return read_table(self.expected)

    def found_rows(self, engine: str, database: str | None = None) -> list[Row]:
        """What comes out on an engine, in the columns that the case speaks of."""
        resolved = resolve_outcomes([read(text) for text in self.definitions])
        plan = plan_outcomes(resolved, self._read_employer_periods())
        self._check_columns(resolved, plan)
        result = run_plan(engine, plan, optimize(plan), self.tables(), database=database)
        names = {
            f"{each.outcome.outcome}_status": each.outcome.statuses
            for each in resolved
            if each.outcome.is_time_to_event
        }
        columns = self.expected_columns()
        return [
            {key: keys[key] for key in KEYS if key in self._header()}
            | {column: show(row[column], names.get(column)) for column in columns}
            for keys, row in zip(self.cohort_rows(), result.iter_rows(named=True), strict=True)
        ]

    def expected_columns(self) -> list[str]:
        """The columns of the result that the case speaks of."""
        return [column for column in self._header() if column not in KEYS]

    def cohort_rows(self) -> list[Row]:
        """The index dates; a case with one date for everybody gives it to all that it expects."""
        if "\n" in self.index:
            return read_table(self.index)
        return [{"person": row["person"], "index": self.index} for row in self.expected_rows()]

    def tables(self) -> Tables:
        """The tables that an engine works on."""
        spells = [
            (
                row["person"],
                date.fromisoformat(row["start"]),
                date.fromisoformat(row["end"]),
                round(float(row["extent"]) * PPM_PER_PERCENT),
                row.get("benefit", "sickness_benefit"),
            )
            for row in read_table(self.spells)
        ]
        numbers = [name for name in self.cohort_rows()[0] if name not in OF_AN_INDEX_DATE]
        cohort = [
            (
                row["person"],
                date.fromisoformat(row["index"]),
                *(
                    None if row.get(day, NULL) == NULL else date.fromisoformat(row[day])
                    for day in ("entered", "censored")
                ),
                None if row.get("reason", NULL) == NULL else row["reason"],
                *(None if row[name] == NULL else float(row[name]) for name in numbers),
            )
            for row in self.cohort_rows()
        ]
        number_types = {CohortNumber(name).name: pl.Float64() for name in numbers}
        observed_from, observed_to = map(date.fromisoformat, self.observed)
        return Tables(
            pl.DataFrame(spells, schema=PERSON | SPELLS_SCHEMA, orient="row"),
            pl.DataFrame(cohort, schema=PERSON | COHORT_SCHEMA | number_types, orient="row"),
            observed_from,
            observed_to,
        )

    def _read_employer_periods(self) -> tuple[EmployerPeriod, ...] | None:
        if self.employer_periods is None:
            return None
        return tuple(
            EmployerPeriod.model_validate({"from": start, "days": days})
            for start, days in self.employer_periods
        )

    def _header(self) -> list[str]:
        return self.expected.split("\n", 2)[1].split()

    def _check_columns(self, resolved: tuple[ResolvedOutcome, ...], plan: Plan) -> None:
        """Every definition of a case is there to be looked at."""
        columns = set(self.expected_columns())
        for each, planned in zip(resolved, plan.outcomes, strict=True):
            given = {column.name for column in (*planned.columns, *planned.account)}
            assert columns & given, f"{self}: nothing is expected of {each.outcome.outcome}"


@dataclass(frozen=True)
class Idea:
    """What one page of the reference documentation is about, with its cases."""

    title: str
    about: str
    cases: tuple[Case, ...]


def read(definition: str) -> Definition:
    """A stock definition by its id, or the one that a text of YAML says."""
    if "\n" not in definition:
        return read_stock_definition(definition)
    return check_definition(YamlFile.parse(PREAMBLE + definition, "case"))


def read_table(text: str) -> list[Row]:
    """The rows of a text table, by the names in its first line."""
    header, *lines = [line.split() for line in text.splitlines() if line.strip()]
    return [dict(zip(header, line, strict=True)) for line in lines]


def show(value: object, names: tuple[str, ...] | None = None) -> str:
    """A value as the text tables write it: all digits that it has."""
    if value is None:
        return NULL
    return names[value] if names and isinstance(value, int) else str(value).removesuffix(".0")
