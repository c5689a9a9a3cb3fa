"""Register profiles: their keys, and the reading of their files."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from rtw_outcomes.intake.expectations import LimitNumber, Limits, RuleChange
from rtw_outcomes.intake.format import Format
from rtw_outcomes.language.benefits import BenefitName
from rtw_outcomes.language.vocabulary import BENEFITS
from rtw_outcomes.language.yaml_reader import YamlFile
from rtw_outcomes.language.yaml_types import (
    IS_NUMBER,
    Citation,
    ClosedMapping,
    EmployerPeriods,
    Name,
    Text,
    one_or_many,
)


class SpellColumns(ClosedMapping):
    """The delivery's column for each canonical column of the spells."""

    person_id: Text
    """The person whom the row is about."""

    start_date: Text
    """Its first day."""

    end_date: Text
    """Its last day."""

    extent: Text | None = None
    """The share of full time for which benefit is paid; left out where it is a constant."""

    benefit: Text | Annotated[tuple[Text, ...], Field(min_length=2)] | None = None
    """The code of the benefit; left out where it is a constant. With a list of columns their codes are
    joined to one, with the `code_separator` between them."""

    diagnosis: Text | None = None
    """The code of the diagnosis; rows without one are counted."""


class Constants(ClosedMapping):
    """What holds for every row of a delivery that has no column for it."""

    extent: Annotated[float, Field(gt=0, le=100), IS_NUMBER] | None = None
    """The extent of every row, in percent of full time."""

    benefit: BenefitName | None = None
    """The benefit of every row."""


SAME_ROW = "same_row"  # the names of the rules that have keys of their own
TOTALS = "totals"
NO_DIAGNOSIS = "no_diagnosis"
NO_ABSENCE = "no_absence"
VERSIONS = "versions"
PERIOD_FROM, PERIOD_TO = "period_from", "period_to"


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


class ClipTo(ClosedMapping):
    """The period for which a row holds, both days included; the rest of its days is cut off."""

    from_: Text = Field(alias="from")
    """The column with the first day of the period."""

    to: Text
    """The column with its last day."""


class ReversedBy(ClosedMapping):
    """The rows that take back what other rows of their key said."""

    column: Text
    """The column that tells them."""

    codes: tuple[str, ...] = Field(min_length=1)
    """Its codes in such rows."""


class Versions(ClosedMapping):
    """Rows that come again when something in them changed: the newest row of each key counts."""

    key: Annotated[tuple[Text, ...], BeforeValidator(one_or_many), Field(min_length=1)]
    """The columns that are equal in all versions of a row. A key names one row, not several."""

    latest_by: Text
    """The column that is largest in the newest version: a number, a date, or a date with a time."""

    reversed_by: ReversedBy | None = None
    """How a row is taken back: no row of a key counts whose newest version is such a row."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that tell versions."""
        reversed_by = (self.reversed_by.column,) if self.reversed_by else ()
        return (*self.key, self.latest_by, *reversed_by)


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

    constants: Constants = Constants()
    """What holds for every row, in place of a column."""

    extent_unit: Literal["percent", "fraction"] | None = None
    """The unit of extents: full time is 100 (`percent`) or 1 (`fraction`); must be there where they have a
    column."""

    benefit_codes: dict[str, BenefitName] = Field(default_factory=dict)
    """The delivery's codes, each with its benefit. The words of the vocabulary always pass."""

    code_separator: Text | None = None
    """The text between codes that are joined; must be there where the benefit has several columns. With `-`
    the codes A and 2 are `A-2`, and A beside an empty cell is `A-`."""

    no_absence: tuple[str, ...] = ()
    """Codes of benefits that stand for no absence, such as one for travel to work; such rows are left out
    by design. A study that names one of them under its own `benefit_codes` goes before."""

    no_diagnosis: tuple[str, ...] = ()
    """Codes that stand where there is no diagnosis."""

    same_row: tuple[Text, ...] = Field(min_length=1)
    """The columns in which two rows are equal that count once."""

    clip_to: ClipTo | None = None
    """The period that each row is cut to, where a row tells more days than it holds for. A row without a day
    in its period is faulty."""

    versions: Versions | None = None
    """How versions of one row are told from each other, within a source; every row counts when it is left
    out."""

    overlap: Literal["sum", "largest", "ask"] = "sum"
    """What rows of one person and one benefit on one day mean: their extents add up, to at most full time
    (`sum`), or the largest of them counts (`largest`). With `ask` the register has no such rows; where a
    delivery has some, the run stops until the study says what they mean."""

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

    @model_validator(mode="after")
    def _has_every_role(self) -> "Profile":
        for role in Constants.model_fields:
            named, constant = (
                getattr(part, role) is not None for part in (self.columns, self.constants)
            )
            if named == constant:
                what = "both `columns` and `constants` say" if named else "nothing says"
                raise ValueError(f"{what} the {role}; say it in one of `columns` and `constants`")
        if self.columns.extent and not self.extent_unit:
            raise ValueError("`extent_unit` is missing: `percent` or `fraction`")
        if bool(self.list_joined()) != (self.code_separator is not None):
            raise ValueError("`code_separator` goes with a list of columns for the benefit")
        return self

    @model_validator(mode="after")
    def _each_code_has_one_meaning(self) -> "Profile":
        for code in self.no_absence:
            if code in self.benefit_codes:
                raise ValueError(f"`{code}` stands under `benefit_codes` and `no_absence`")
            if code in BENEFITS:
                raise ValueError(f"`{code}` is a benefit and keeps its meaning")
        return self

    def list_roles(self) -> dict[str, str]:
        """The canonical columns that have one column in the delivery, each with its name there."""
        roles = ((role, getattr(self.columns, role)) for role in SpellColumns.model_fields)
        return {role: name for role, name in roles if isinstance(name, str)}

    def list_joined(self) -> tuple[str, ...]:
        """The columns whose codes are joined to that of the benefit; none where it has one column."""
        benefit = self.columns.benefit
        return benefit if isinstance(benefit, tuple) else ()

    def list_period(self) -> dict[str, str]:
        """The names for the two days of the period of a row, each with its column; none without."""
        clip = self.clip_to
        return {PERIOD_FROM: clip.from_, PERIOD_TO: clip.to} if clip else {}

    def list_needed(self) -> set[str]:
        """The columns that every delivery has."""
        roles = {name for role, name in self.list_roles().items() if role != "diagnosis"}
        return {*roles, *self.list_joined(), *self.list_period().values()}

    def translate(self, names: Mapping[str, str]) -> dict[str, str]:
        """The names in a delivery, given by canonical names, by the names of the profile."""
        roles = self.list_roles()
        return {roles.get(name, name): own for name, own in names.items()}

    def list_deciding_rules(self) -> dict[str, tuple[str, ...]]:
        """The rules that decide which rows count, each with the columns that it needs."""
        same = {SAME_ROW: tuple(name for name in self.same_row if name not in self.optional)}
        versions = {VERSIONS: self.versions.columns} if self.versions else {}
        return same | versions | {each.rule: each.columns for each in self.leave_out}

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
        left_out = (name for each in self.leave_out for name in each.columns)
        totals = (*self.totals.of, self.totals.parts, self.totals.whole) if self.totals else ()
        roles = (*self.list_roles().values(), *self.list_joined())
        versions = self.versions.columns if self.versions else ()
        names = (
            *roles,
            *self.list_period().values(),
            *self.same_row,
            *left_out,
            *totals,
            *versions,
        )
        return tuple(dict.fromkeys(names))


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
