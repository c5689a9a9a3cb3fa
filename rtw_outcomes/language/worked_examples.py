"""Worked cases as a file writes them: register rows in, results out."""

import datetime
import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema, field_validator

from rtw_outcomes.language.plain_numbers import BROKEN, WHOLE
from rtw_outcomes.language.vocabulary import PPM_PER_PERCENT
from rtw_outcomes.language.yaml_types import (
    IS_NUMBER,
    IS_WHOLE_NUMBER,
    ClosedMapping,
    Day,
    EmployerPeriods,
    Period,
    Text,
    read_date,
)


@dataclass(frozen=True)
class ExampleSpell:
    """One register row of an example; the extent in percent of full time."""

    start: datetime.date
    end: datetime.date
    extent: float
    benefit: str | None = None

    def to_row(
        self, person: int | str, usual_benefit: str
    ) -> tuple[int | str, datetime.date, datetime.date, int, str]:
        """The row of the spells table that this line of an example stands for."""
        extent_ppm = round(self.extent * PPM_PER_PERCENT)
        return person, self.start, self.end, extent_ppm, self.benefit or usual_benefit


def _to_date(text: str) -> datetime.date:
    return datetime.date.fromisoformat(str(read_date(text)))


def read_spell_table(text: object) -> tuple[ExampleSpell, ...]:
    """Read a text table with the columns start, end, extent and perhaps benefit.

    Raises:
        ValueError: the columns are others, or a cell cannot be read.
    """
    if not isinstance(text, str):
        raise ValueError("a text table with the columns start, end, extent and perhaps benefit")
    header, *lines = [line.split() for line in text.splitlines() if line.strip()] or [[]]
    if header not in (["start", "end", "extent"], ["start", "end", "extent", "benefit"]):
        raise ValueError("the columns of the table are start, end, extent and perhaps benefit")
    if any(len(line) != len(header) for line in lines):
        raise ValueError("each line of the table has one value for each column")
    if not all(re.fullmatch(f"{WHOLE}|{BROKEN}", line[2]) for line in lines):
        raise ValueError("the extent in the table is a number in plain digits, in percent")
    return tuple(
        ExampleSpell(_to_date(start), _to_date(end), float(extent), *benefit)
        for start, end, extent, *benefit in lines
    )


WholeNumber = Annotated[int, Field(strict=True), IS_WHOLE_NUMBER]
AnyNumber = Annotated[float, IS_NUMBER]


class Expectation(ClosedMapping):
    """The result that an example states; only the keys that stand there are compared."""

    days: WholeNumber | None = None
    """The days of a time to an event."""

    status: str | None = None
    """The status at the end of the time, by name, or `not_at_risk`."""

    value: AnyNumber | None = None
    """The number, the answer (1 or 0) or, of a rate, the sum that is divided."""

    observed_days: WholeNumber | None = None
    """The number of observed days in the window."""

    over: AnyNumber | None = None
    """The sum that a rate divides by."""

    state: str | None = None
    """The state on the day."""

    states: tuple[str | None, ...] | None = None
    """The states of several days, in their order."""

    parts: tuple[AnyNumber | None, ...] | None = None
    """The numbers of the periods or of the states, in their order."""

    @field_validator("*", mode="before")
    @classmethod
    def _has_value(cls, value: object) -> object:
        """A key without a value is a result, too: a missing one."""
        return value


class Censoring(ClosedMapping):
    """The end of a person's observation in an example."""

    date: Day
    """The last observed day."""

    reason: str | None = None
    """The reason why observation ends, such as `death`; end of data when left out."""


class Example(ClosedMapping):
    """A worked case inside a definition: register rows in, result out.

    A row that names no benefit has the first of those that the definition counts, in the order of the
    list of benefits; for `sickness_related` that is sickness benefit.
    """

    case: Text
    """A description of what the case shows."""

    index: Day
    """The index date of the person."""

    observed: Period | None = None
    """The dates that the extract covers; five years before the index date and after it when left out."""

    entered: Day | None = None
    """The first observed day, where it is after that of the extract; not after the index date."""

    censored: Censoring | None = None
    """The end of the person's observation, where it is before that of the extract."""

    employer_periods: EmployerPeriods | None = None
    """The days that employers pay before the register sees a spell, for measures from the true first day."""

    spells: Annotated[
        tuple[ExampleSpell, ...],
        BeforeValidator(read_spell_table),
        WithJsonSchema({"type": "string"}),
    ]
    """A text table of the register rows: start, end, extent and perhaps benefit."""

    amounts: dict[str, Annotated[float, Field(ge=0), IS_NUMBER]] = Field(default_factory=dict)
    """The numbers in columns of the cohort that the definition uses; a column that is not named is empty."""

    reported: dict[str, AnyNumber] = Field(default_factory=dict)
    """The same for values that persons report, which may lie below 0."""

    expect: Expectation
    """The expected results."""

    @property
    def cohort_numbers(self) -> dict[str, float]:
        """The numbers in columns of the cohort, from both keys."""
        return self.amounts | self.reported
