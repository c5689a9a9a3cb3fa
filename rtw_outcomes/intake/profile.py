"""Register profiles: their keys, and the reading of their files."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from rtw_outcomes.intake.expectations import LimitNumber, Limits, RuleChange
from rtw_outcomes.intake.format import Format
from rtw_outcomes.language.vocabulary import BENEFITS
from rtw_outcomes.language.yaml_reader import YamlFile
from rtw_outcomes.language.yaml_types import Citation, ClosedMapping, EmployerPeriods, Name, Text


class SpellColumns(ClosedMapping):
    """The delivery's column for each canonical column of the spells."""

    person_id: Text
    """The person whom the row is about."""

    start_date: Text
    """Its first day."""

    end_date: Text
    """Its last day."""

    extent: Text
    """The share of full time for which benefit is paid."""

    benefit: Text
    """The code of the benefit."""

    diagnosis: Text | None = None
    """The code of the diagnosis; rows without one are counted."""


SAME_ROW = "same_row"  # the names of the rules that have keys of their own
TOTALS = "totals"
NO_DIAGNOSIS = "no_diagnosis"


class ColumnComparison(ClosedMapping):
    """A comparison of a column with a value."""

    column: Text
    """The column."""

    is_: Literal["=", "!=", "<", "<=", ">", ">=", "in"] = Field(alias="is")
    """The comparison; `in` for one of a list."""

    value: Annotated[float, Field(strict=True)] | Text | tuple[Text, ...]
    """The value: a number, a text, or a list of texts."""

    @model_validator(mode="after")
    def _fits(self) -> "ColumnComparison":
        if (self.is_ == "in") != isinstance(self.value, tuple):
            raise ValueError("`in` goes with a list of texts, and a list with `in`")
        return self


class LeaveOutRule(ClosedMapping):
    """Rows that are no absence: those for which all that is said here holds."""

    rule: Name
    """The name under which such rows are counted."""

    zero: tuple[Text, ...] = ()
    """The columns that are all 0."""

    above_zero: tuple[Text, ...] = ()
    """The columns that are all above 0."""

    where: tuple[ColumnComparison, ...] = ()
    """Comparisons that all hold."""

    why: Text
    """The reason why such a row is no absence."""

    @model_validator(mode="after")
    def _says_something(self) -> "LeaveOutRule":
        if not self.columns:
            raise ValueError("the rule says no column, so it would leave out every row")
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the rule looks at."""
        return (*self.zero, *self.above_zero, *(each.column for each in self.where))


class Totals(ClosedMapping):
    """A check of parts against a whole: days of subspells against the days of their spell."""

    of: tuple[Text, ...] = Field(min_length=1)
    """The columns that tell one spell from another."""

    parts: Text
    """The column with the days of a subspell."""

    whole: Text
    """The column with the days of the spell."""


class Profile(ClosedMapping):
    """The layout of the spells file of one register."""

    register_: Name = Field(alias="register")
    """The name by which studies call it; that of the file."""

    language: Literal[1]
    """The version of the language that the file is written in."""

    title: Text
    """The name of the register, for people."""

    source: Citation
    """The documentation of the layout, and the parts of it that nobody has confirmed."""

    columns: SpellColumns
    """The delivery's columns."""

    extent_unit: Literal["percent", "fraction"]
    """The unit of extents: full time is 100 (`percent`) or 1 (`fraction`)."""

    benefit_codes: dict[str, str] = Field(
        json_schema_extra={"additionalProperties": {"type": "string", "enum": [*BENEFITS]}}
    )
    """The delivery's codes, each with its benefit. The words of the vocabulary always pass."""

    no_diagnosis: tuple[str, ...] = ()
    """Codes that stand where there is no diagnosis."""

    same_row: tuple[Text, ...] = Field(min_length=1)
    """The columns in which two rows are equal that count once."""

    leave_out: tuple[LeaveOutRule, ...] = ()
    """Rows that are no absence."""

    totals: Totals | None = None
    """A check of the days of subspells against those of their spell."""

    employer_periods: EmployerPeriods | None = None
    """The days that employers pay before the register sees a spell; unknown when left out."""

    format: Format = Format()
    """How files of the register are written, where a study does not say it."""

    optional: tuple[Text, ...] = ()
    """Columns of `same_row` that a delivery may lack."""

    extent_steps: tuple[LimitNumber, ...] = ()
    """The extents that the register pays for, in percent of full time; unknown when left out."""

    rule_changes: tuple[RuleChange, ...] = ()
    """The changes of rules that the quality page draws, by their dates."""

    limits: Limits = Limits()
    """The limits by which the quality page judges a delivery."""

    def translate(self, names: Mapping[str, str]) -> dict[str, str]:
        """The names in a delivery, given by canonical names, by the names of the profile."""
        roles = self.columns.model_dump()
        return {roles.get(name) or name: own for name, own in names.items()}

    def list_deciding_rules(self) -> dict[str, tuple[str, ...]]:
        """The rules that decide which rows count, each with the columns that it needs."""
        same = {SAME_ROW: tuple(name for name in self.same_row if name not in self.optional)}
        return same | {each.rule: each.columns for each in self.leave_out}

    def list_counting_rules(self) -> dict[str, tuple[str, ...]]:
        """The rules that count rows for the analyst, each with the columns that it needs."""
        rules: dict[str, tuple[str, ...]] = {}
        if self.totals:
            rules[TOTALS] = (*self.totals.of, self.totals.parts, self.totals.whole)
        if self.columns.diagnosis and self.columns.diagnosis not in self.optional:
            rules[NO_DIAGNOSIS] = (self.columns.diagnosis,)
        return rules

    def list_columns(self) -> tuple[str, ...]:
        """All columns of the delivery that the profile names, each once."""
        roles = (getattr(self.columns, role) for role in SpellColumns.model_fields)
        left_out = (name for each in self.leave_out for name in each.columns)
        totals = (*self.totals.of, self.totals.parts, self.totals.whole) if self.totals else ()
        names = (*roles, *self.same_row, *left_out, *totals)
        return tuple(dict.fromkeys(name for name in names if name))


@cache
def list_registers() -> tuple[str, ...]:
    """The names of the shipped profiles, sorted."""
    shipped = (Path(entry.name) for entry in files("rtw_outcomes.registers").iterdir())
    return tuple(sorted(path.stem for path in shipped if path.suffix == ".yaml"))


def read_profile_file(path: Path) -> Profile:
    """Read a profile of one's own.

    Raises:
        DefinitionError: it is wrong; holds all its problems.
    """
    return YamlFile.read(path).validate(Profile)


@cache
def read_profile(register: str) -> Profile:
    """Read a shipped profile by the name of its register."""
    name = f"{register}.yaml"
    text = files("rtw_outcomes.registers").joinpath(name).read_text("utf-8")
    return YamlFile.parse(text, name).validate(Profile)
