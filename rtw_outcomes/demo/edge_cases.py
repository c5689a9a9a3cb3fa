"""The edge-case people: what the register holds of them, and what every stock outcome must say.

They are made up, and ship with the package so that researchers can read them and put them beside
data of their own. They differ from the examples in the definitions in that each person is seen by
all outcomes at once.
"""

from functools import cache
from importlib.resources import files
from typing import Annotated

import polars as pl
from pydantic import BeforeValidator, Field

from rtw_outcomes.language.worked_examples import (
    Censoring,
    ExampleSpell,
    Expectation,
    read_spell_table,
)
from rtw_outcomes.language.yaml_reader import YamlFile
from rtw_outcomes.language.yaml_types import ClosedMapping, Day, Name, Period, Text
from rtw_outcomes.planning.tables import COHORT_SCHEMA, SPELLS_SCHEMA, Tables

FILE = "edge_cases.yaml"
PERSON = {"person_id": pl.String()}
# A table without the column `benefit` is about the benefit that most people have.
USUAL_BENEFIT = "sickness_benefit"


class EdgeCase(ClosedMapping):
    """One person with one index date, and the results that the stock outcomes must give."""

    person: Name
    why: Text
    index: Day
    censored: Censoring | None = None
    spells: Annotated[tuple[ExampleSpell, ...], BeforeValidator(read_spell_table)]
    expect: dict[Name, Expectation]


class EdgeCases(ClosedMapping):
    """All edge-case people, in one extract."""

    observed: Period
    people: tuple[EdgeCase, ...] = Field(min_length=1)


@cache
def read_edge_cases() -> EdgeCases:
    """Read the people that are shipped."""
    text = files("rtw_outcomes.demo").joinpath(FILE).read_text("utf-8")
    return YamlFile.parse(text, FILE).validate(EdgeCases)


def make_tables(cases: EdgeCases) -> Tables:
    """The tables of a run over all the people, in their order."""
    spells = [
        row.to_row(case.person, USUAL_BENEFIT) for case in cases.people for row in case.spells
    ]
    cohort = [
        (case.person, case.index, None, *((end.date, end.reason) if end else (None, None)))
        for case in cases.people
        for end in [case.censored]
    ]
    return Tables(
        pl.DataFrame(spells, schema={**PERSON, **SPELLS_SCHEMA}, orient="row"),
        pl.DataFrame(cohort, schema={**PERSON, **COHORT_SCHEMA}, orient="row"),
        cases.observed.from_,
        cases.observed.to,
    )
