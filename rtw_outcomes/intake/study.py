"""The study file: which data, which outcomes, and what the delivery needs to be understood."""

import re
from collections.abc import Iterable, Iterator
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Discriminator, Field, Tag, field_serializer

from rtw_outcomes.errors import Location
from rtw_outcomes.intake.exit_sources import ExitSource
from rtw_outcomes.intake.format import Format
from rtw_outcomes.intake.sources import OneSource, Sources
from rtw_outcomes.language.comparison_keys import Compare
from rtw_outcomes.language.lengths import ZERO, Length
from rtw_outcomes.language.rule_sets import DEFAULT, RULE_SETS, RuleSet, RuleSetName
from rtw_outcomes.language.vocabulary import BENEFITS
from rtw_outcomes.language.yaml_types import (
    IS_WHOLE_NUMBER,
    ClosedMapping,
    EmployerPeriods,
    Flag,
    Line,
    NameList,
    Period,
    Text,
)

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

FewestPersons = Annotated[int, Field(ge=1, strict=True), IS_WHOLE_NUMBER]


def _form_of_rules(value: object) -> str:
    return "name" if isinstance(value, str) else "number"


# A discriminator picks word or number before validation, so errors mention only the chosen form.
DisclosureRules = Annotated[
    Annotated[RuleSetName, Tag("name")] | Annotated[FewestPersons, Tag("number")],
    Discriminator(_form_of_rules),
]


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

    by_: NameList = Field(default=(), alias="by")
    """Columns of the cohort that make the groups of the summary. Left out, or empty: the groups of `compare`,
    or else all together."""

    engine: Text | None = None
    """The engine that computes: `polars`, `duckdb`, `spark`, `postgres` or `reference`; `polars` when left out."""

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

    compare: Compare | None = None
    """A comparison of groups, such as the arms of a trial, on every outcome."""

    describe: NameList = ()
    """Columns of the cohort that describe its persons, in a table before all results."""

    primary: NameList = ()
    """The ids of the primary outcomes, which the protocol names; all others are secondary."""

    # 5 is what Nordic practice shows; no register holder publishes a number.
    disclosure: DisclosureRules | None = None
    """The rules for numbers that are told about groups: `default`, `dst`, `opensafely` or `sacro`; or a number:
    groups of fewer persons are hidden. `default` when left out, which hides groups of fewer than 5."""

    suppress_below_: FewestPersons | None = Field(default=None, alias="suppress_below")
    """The short form of `disclosure` with a number."""

    language: Literal["en", "sv"] = "en"
    """The language of the report: English or Swedish."""

    @property
    def rules(self) -> RuleSet:
        """The rules for numbers that are told about groups."""
        if isinstance(self.disclosure, str):
            return RULE_SETS[self.disclosure]
        below = self.suppress_below_ if self.disclosure is None else self.disclosure
        return DEFAULT if below is None else RuleSet.number(below)

    @property
    def suppress_below(self) -> int:
        """The number of persons below which the rules hide a group."""
        return self.rules.below

    @property
    def by(self) -> NameList:
        """The columns that make the groups of the summary; those of the comparison where the study says none."""
        return self.by_ or ((self.compare.groups,) if self.compare else ())

    @field_serializer("by_")
    def _say_groups(self, _: NameList) -> NameList:
        """A record of the study has the groups that hold, whichever key says them."""
        return self.by

    @field_serializer("suppress_below_")
    def _say_below(self, _: int | None) -> int:
        """A record of the study has the number that holds, whichever key says it."""
        return self.suppress_below

    def list_columns(self) -> Iterator[tuple[Location, str]]:
        """The columns of the cohort that its keys name, each with the place where they do."""
        for key, names in (("by", self.by_), ("describe", self.describe)):
            for number, name in enumerate(names):
                yield (key, number), name
        for place, name in self.compare.list_columns() if self.compare else ():
            yield ("compare", *place), name

    def spell_alike(self, known: Iterable[str]) -> Self:
        """The study with one spelling of each column of the cohort, for capitals make no difference.

        Args:
            known: spellings that go before those of the study. Among its own the first one holds.
        """
        names = [*known, *(name for _, name in self.list_columns())]
        spellings: dict[str, str] = {}
        for name in names:
            spellings.setdefault(name.casefold(), name)
        by, describe = (
            tuple(spellings[name.casefold()] for name in each) for each in (self.by_, self.describe)
        )
        compare = self.compare and self.compare.rename_columns(
            lambda name: spellings[name.casefold()]
        )
        return self.model_copy(update={"by_": by, "describe": describe, "compare": compare})

    @property
    def tolerated(self) -> float:
        """The share that `tolerate` says, in percent."""
        return float(self.tolerate.removesuffix(" percent"))
