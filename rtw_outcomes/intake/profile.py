"""What a register profile says, and how its file is read."""

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

from pydantic import Field

from rtw_outcomes.language.yaml_reader import YamlFile
from rtw_outcomes.language.yaml_types import Citation, ClosedMapping, EmployerPeriods, Name, Text


class SpellColumns(ClosedMapping):
    """The delivery's column for each canonical column of the spells."""

    person_id: Text
    start_date: Text
    end_date: Text
    extent: Text
    benefit: Text
    diagnosis: Text | None = None


class LeaveOutRule(ClosedMapping):
    """Rows that are no absence: all columns of `zero` are 0, all of `above_zero` are above it."""

    rule: Name
    zero: tuple[Text, ...] = Field(min_length=1)
    above_zero: tuple[Text, ...] = ()
    why: Text

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the rule looks at."""
        return (*self.zero, *self.above_zero)


class Totals(ClosedMapping):
    """A check of parts against a whole: days of subspells against the days of their spell."""

    of: tuple[Text, ...] = Field(min_length=1)
    parts: Text
    whole: Text


class Profile(ClosedMapping):
    """How the spells file of one register is laid out."""

    register_: Name = Field(alias="register")
    language: Literal[1]
    title: Text
    source: Citation
    columns: SpellColumns
    extent_unit: Literal["percent", "fraction"]
    # Code in the delivery -> benefit of the vocabulary. The vocabulary's own words always pass.
    benefit_codes: dict[str, str]
    no_diagnosis: tuple[str, ...] = ()
    same_row: tuple[Text, ...] = Field(min_length=1)
    leave_out: tuple[LeaveOutRule, ...] = ()
    totals: Totals | None = None
    # How long employers pay before the register sees a spell; unknown when left out.
    employer_periods: EmployerPeriods | None = None


@cache
def find_registers() -> tuple[str, ...]:
    """The names of the shipped profiles, sorted."""
    shipped = (Path(entry.name) for entry in files("rtw_outcomes.registers").iterdir())
    return tuple(sorted(path.stem for path in shipped if path.suffix == ".yaml"))


@cache
def read_profile(register: str) -> Profile:
    """Read a shipped profile by the name of its register."""
    name = f"{register}.yaml"
    text = files("rtw_outcomes.registers").joinpath(name).read_text("utf-8")
    return YamlFile.parse(text, name).validate(Profile)
