"""The pieces that every YAML file is made of: closed mappings, names, texts, dates, periods."""

import datetime
import re
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

Name = Annotated[str, StringConstraints(pattern="^[a-z][a-z0-9_]{0,62}$")]


Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


def read_date(value: object) -> object:
    """Let only YYYY-MM-DD through: other forms that mean a date elsewhere mean none here."""
    if isinstance(value, str) and re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return value
    raise ValueError("this is not a calendar date, YYYY-MM-DD")


Day = Annotated[datetime.date, BeforeValidator(read_date)]


def one_or_many(value: object) -> object:
    """Let a list of one be written without its brackets."""
    return (value,) if isinstance(value, str) else value


class Part(BaseModel):
    """A mapping of a YAML file: closed to unknown keys, and frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(Part):
    """Where a definition comes from, and how sure we are of its details."""

    text: Text
    certainty: Text


class Period(Part):
    """Two calendar dates, both inclusive."""

    from_: Day = Field(alias="from")
    to: Day
