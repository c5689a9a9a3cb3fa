"""Register profiles: their keys, and the reading of their files."""

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

from pydantic import Field

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


class LeaveOutRule(ClosedMapping):
    """Rows that are no absence: all columns of `zero` are 0, all of `above_zero` are above it."""

    rule: Name
    """The name under which such rows are counted."""

    zero: tuple[Text, ...] = Field(min_length=1)
    """The columns that are all 0."""

    above_zero: tuple[Text, ...] = ()
    """The columns that are all above 0."""

    why: Text
    """The reason why such a row is no absence."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the rule looks at."""
        return (*self.zero, *self.above_zero)


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


@cache
def list_registers() -> tuple[str, ...]:
    """The names of the shipped profiles, sorted."""
    shipped = (Path(entry.name) for entry in files("rtw_outcomes.registers").iterdir())
    return tuple(sorted(path.stem for path in shipped if path.suffix == ".yaml"))


@cache
def read_profile(register: str) -> Profile:
    """Read a shipped profile by the name of its register."""
    name = f"{register}.yaml"
    text = files("rtw_outcomes.registers").joinpath(name).read_text("utf-8")
    return YamlFile.parse(text, name).validate(Profile)
