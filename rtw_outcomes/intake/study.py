"""The study file: which data, which outcomes, and what the delivery needs to be understood."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from rtw_outcomes.errors import Location, Problem, suggest
from rtw_outcomes.intake.exit_sources import EXIT_COLUMNS, ExitSource
from rtw_outcomes.intake.format import Format
from rtw_outcomes.intake.sources import OneSource, Sources
from rtw_outcomes.language.lengths import ZERO, Length
from rtw_outcomes.language.vocabulary import BENEFITS, EARLIEST_YEAR, KEY_COLUMNS, LATEST_YEAR
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


def unknown_column(place: Location, column: str, known: tuple[str, ...]) -> Problem:
    """The problem of a column that the program has no name for."""
    return Problem(
        place,
        f"unknown column `{column}`",
        expected=f"one of {', '.join(known)}",
        hint=suggest(column, known),
    )


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
                yield unknown_column((*place, column), column, COHORT_COLUMNS)
    for number, source in enumerate(study.exits):
        for column in source.columns:
            if column not in EXIT_COLUMNS:
                where = ("exits", number, "columns", column)
                yield unknown_column(where, column, EXIT_COLUMNS)


def _exits_have_registers(study: Study) -> Iterator[Problem]:
    """A key about migrations stands beside the register that has them."""
    if study.return_within and not study.exits:
        yield Problem(
            ("return_within",), "it is about stays abroad, and the study names no `exits`"
        )


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
    _exits_have_registers,
    _groups_can_be_shown,
)
