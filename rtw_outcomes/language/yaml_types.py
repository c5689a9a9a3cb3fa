"""Types that every YAML file is made of: closed mappings, names, texts, dates, periods."""

import datetime
import re
from itertools import pairwise
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
    field_validator,
)

from rtw_outcomes.language.control_characters import has_controls
from rtw_outcomes.language.lengths import FORM, LONGEST_DAYS, Length
from rtw_outcomes.language.plain_numbers import read_number, read_whole_number

Name = Annotated[str, StringConstraints(pattern="^[a-z][a-z0-9_]{0,62}$")]


Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


def _check_line(text: str) -> str:
    if has_controls(text):
        raise ValueError("a name or a title stands on one line, without tabs")
    return text


Line = Annotated[Text, AfterValidator(_check_line)]


def read_date(value: object) -> object:
    """Let only YYYY-MM-DD through: other forms that mean a date elsewhere mean none here."""
    if isinstance(value, str) and re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return value
    raise ValueError("this is not a calendar date, YYYY-MM-DD")


# Numbers and yes or no are read strictly: a text such as `010` or `yes` is neither. It stands last
# in an annotation, so that the limits before it are still limits of a number in the JSON Schema.
IS_NUMBER = BeforeValidator(read_number)
IS_WHOLE_NUMBER = BeforeValidator(read_whole_number)
Flag = Annotated[bool, Field(strict=True)]

Day = Annotated[datetime.date, BeforeValidator(read_date)]


def one_or_many(value: object) -> object:
    """Let a list of one be written without its brackets."""
    return (value,) if isinstance(value, str) else value


NameList = Annotated[tuple[Text, ...], BeforeValidator(one_or_many)]


def _check_length(text: str) -> str:
    Length.parse(text)
    return text


# A length that stays as it is written, for it gives its name to a column or to a row of the results.
WrittenLength = Annotated[
    str, AfterValidator(_check_length), WithJsonSchema({"type": "string", "pattern": FORM})
]


class ClosedMapping(BaseModel):
    """A mapping of a YAML file: closed to unknown keys, and frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    @field_validator("*", mode="before")
    @classmethod
    def _has_value(cls, value: object) -> object:
        """A key without a value is no choice: neither the default nor anything else."""
        if value is None:
            raise ValueError("the key has no value; write one, or remove the key")
        return value


class Citation(ClosedMapping):
    """The source of a file's content, and how sure we are of its details."""

    text: Text
    """The publication, and what it says."""

    certainty: Text
    """The certainty of each detail, and the details that are ours."""


class Period(ClosedMapping):
    """Two calendar dates, both inclusive."""

    from_: Day = Field(alias="from")
    """The first date."""

    to: Day
    """The last date."""


class EmployerPeriod(ClosedMapping):
    """The first days that the employer pays, of spells that begin on `from` or later.

    The register does not see them. It applies until the next one begins.
    """

    from_: Day = Field(alias="from")
    """The first date on which it was in force."""

    days: Annotated[int, Field(ge=0, le=LONGEST_DAYS, strict=True), IS_WHOLE_NUMBER]
    """Calendar days; 0 where the register sees spells from their first day."""


def _check_order(periods: tuple[EmployerPeriod, ...]) -> tuple[EmployerPeriod, ...]:
    if any(one.from_ >= other.from_ for one, other in pairwise(periods)):
        raise ValueError("the employer periods stand in the order of their dates, each date once")
    return periods


# Before the first one there is none, and an empty list says that there never was one.
EmployerPeriods = Annotated[tuple[EmployerPeriod, ...], AfterValidator(_check_order)]
