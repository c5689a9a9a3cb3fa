"""What an outcome is: frozen, typed, without input or output.

The one declaration of the definition language: the reader, the JSON Schema, the rules and the
planner all work from these classes. What a class cannot say by its types is in `rules.py`.
"""

import datetime
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from rtw_outcomes.lengths import ZERO, Length
from rtw_outcomes.vocabulary import (
    BENEFIT_GROUPS,
    BENEFITS,
    EXITS,
    FULL_TIME_PPM,
    PPM_PER_PERCENT,
    PRIOR_STATES,
)

Name = Annotated[str, StringConstraints(pattern="^[a-z][a-z0-9_]{0,62}$")]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


def _read_date(value: object) -> object:
    """Let only YYYY-MM-DD through: other forms that mean a date elsewhere mean none here."""
    if isinstance(value, str) and re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return value
    raise ValueError("this is not a calendar date, YYYY-MM-DD")


Day = Annotated[datetime.date, BeforeValidator(_read_date)]


class Part(BaseModel):
    """A mapping of a YAML file: closed to unknown keys, and frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(Part):
    """Where a definition comes from, and how sure we are of its details."""

    text: Text
    certainty: Text


@dataclass(frozen=True)
class Threshold:
    """The extent from which a day counts as absence, in parts per million of full time.

    Written `any` (extent above 0), `full` (extent 100) or `{at_least: 50}` (percent).
    """

    at_least_ppm: int

    @classmethod
    def parse(cls, value: object) -> Self:
        """Read the value of the key `when`.

        Raises:
            ValueError: it is none of the three forms, or its percentage is no number.
        """
        if value in ("any", "full"):
            return cls(1 if value == "any" else FULL_TIME_PPM)
        if not isinstance(value, dict) or set(value) != {"at_least"}:
            raise ValueError("write `any`, `full` or `{at_least: 50}` (percent of full time)")
        percent = value["at_least"]
        is_number = isinstance(percent, int | float) and not isinstance(percent, bool)
        if not is_number or not math.isfinite(percent):
            raise ValueError("`at_least` is a number, in percent of full time")
        return cls(round(Decimal(str(percent)) * PPM_PER_PERCENT))

    def __str__(self) -> str:
        named = {1: "any", FULL_TIME_PPM: "full"}
        return named.get(self.at_least_ppm, f"at least {self.percent:g} percent")

    @property
    def percent(self) -> float:
        """The threshold in percent of full time."""
        return self.at_least_ppm / PPM_PER_PERCENT

    def written(self) -> str | dict[str, float]:
        """The value as a definition writes it."""
        named: dict[int, str | dict[str, float]] = {1: "any", FULL_TIME_PPM: "full"}
        return named.get(self.at_least_ppm, {"at_least": self.percent})

    @classmethod
    def __get_pydantic_core_schema__(cls, _: Any, __: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls.parse,
            serialization=core_schema.plain_serializer_function_ser_schema(cls.written),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, _: CoreSchema, __: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        percent = {"type": "number", "exclusiveMinimum": 0, "maximum": 100}
        at_least = {"type": "object", "properties": {"at_least": percent}}
        return {"anyOf": [{"enum": ["any", "full"]}, at_least | {"required": ["at_least"]}]}


def one_or_many(value: object) -> object:
    """Let a list of one be written without its brackets."""
    return (value,) if isinstance(value, str) else value


BenefitNames = Annotated[
    tuple[str, ...],
    BeforeValidator(one_or_many),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "enum": [*BENEFIT_GROUPS, *BENEFITS]},
                {"type": "array", "items": {"type": "string"}, "minItems": 1},
            ]
        }
    ),
]


class Absence(Part):
    """What counts as absence from work: which benefits, from which extent, over which gaps."""

    benefits: BenefitNames = Field(min_length=1)
    # Neither of the two has a default: they change results, and no choice is the usual one.
    when: Threshold | None = None
    join_gap: Length | None = None


class Window(Part):
    """The days [from, to), counted from day 0. `12 months` is short for `{to: 12 months}`."""

    from_: Length = Field(default=ZERO, alias="from", json_schema_extra={"default": str(ZERO)})
    to: Length

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: object) -> object:
        return {"to": value} if isinstance(value, str) else value

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        short = Length.__get_pydantic_json_schema__(schema, handler)
        return {"anyOf": [short, handler(schema)]}


class SickDays(Part):
    """Gross days (each day with extent above 0 counts 1) or net days (it counts its extent)."""

    count: Literal["net", "gross"]
    # Split on periods of this length from day 0; whole when absent.
    per: Length | None = None


class ReturnToWork(Part):
    """The first day from which no day of the sustained run is absent; time to event."""

    sustained: Length
    # Off, because a person who is at work on day 0 has nothing to return from.
    day_0_may_count: bool = False


class Relapse(Part):
    """The first spell after the return that another definition gives; time from that return."""

    after: Name


class Recurrence(Part):
    """The number of new spells after the return that another definition gives."""

    after: Name
    # Only spells of at least this length, first to last observed day; every spell when absent.
    at_least: Length | None = None


class NewSpells(Part):
    """The number of spells whose first day lies in the window."""

    at_least: Length | None = None


class WorkState(Part):
    """The state on one day; the first of `precedence` that holds, then work or absence."""

    at: Length
    precedence: tuple[str, ...] = Field(
        min_length=1, json_schema_extra={"items": {"type": "string", "enum": [*PRIOR_STATES]}}
    )


Kind = SickDays | ReturnToWork | Relapse | Recurrence | NewSpells | WorkState


class Measure(Part):
    """What is measured: exactly one key, which names the kind."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    sick_days: SickDays | None = None
    return_to_work: ReturnToWork | None = None
    relapse: Relapse | None = None
    recurrence: Recurrence | None = None
    new_spells: NewSpells | None = None
    work_state: WorkState | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if len(self.model_fields_set) != 1 or None in self._kinds():
            kinds = ", ".join(type(self).model_fields)
            raise ValueError(f"a measure has one key, which names its kind: {kinds}")
        return self

    def _kinds(self) -> Iterable[Kind | None]:
        return [getattr(self, name) for name in self.model_fields_set]

    @property
    def name(self) -> str:
        """The key that names the kind."""
        (name,) = self.model_fields_set
        return name

    @property
    def kind(self) -> Kind:
        """The one kind that is set."""
        kind: Kind = getattr(self, self.name)
        return kind


class Period(Part):
    """Two calendar dates, both inclusive."""

    from_: Day = Field(alias="from")
    to: Day


class Censoring(Part):
    """The end of a person's observation in an example."""

    date: Day
    reason: str | None = None


@dataclass(frozen=True)
class ExampleSpell:
    """One register row of an example; the extent in percent of full time."""

    start: datetime.date
    end: datetime.date
    extent: float
    benefit: str | None = None


def _to_date(text: str) -> datetime.date:
    return datetime.date.fromisoformat(str(_read_date(text)))


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
    return tuple(
        ExampleSpell(_to_date(start), _to_date(end), float(extent), *benefit)
        for start, end, extent, *benefit in lines
    )


class Expectation(Part):
    """The result that an example states; only the keys that stand there are compared."""

    days: int | None = None
    status: str | None = None
    value: float | None = None
    observed_days: int | None = None
    state: str | None = None
    parts: tuple[float, ...] | None = None


class Example(Part):
    """A worked case inside a definition: register rows in, result out."""

    case: Text
    index: Day
    observed: Period | None = None
    censored: Censoring | None = None
    spells: Annotated[
        tuple[ExampleSpell, ...],
        BeforeValidator(read_spell_table),
        WithJsonSchema({"type": "string"}),
    ]
    expect: Expectation


class Outcome(Part):
    """One outcome definition: what is measured, on which absence, over which follow-up."""

    outcome: Name
    language: Literal[1]
    title: Text
    source: Source
    # Why each parameter has its value, under the parameter's key.
    reasons: dict[str, Text] = Field(default_factory=dict)
    absence: Absence
    follow_up: Window | None = None
    measure: Measure
    competing: tuple[str, ...] = Field(
        default=(),  # most measures are counts, which nothing competes with
        json_schema_extra={"items": {"type": "string", "enum": [*BENEFITS, *EXITS]}},
    )
    examples: tuple[Example, ...] = ()

    @property
    def kind(self) -> Kind:
        """The kind of measure, with its parameters."""
        return self.measure.kind

    @property
    def parameters(self) -> dict[str, Any]:
        """Every parameter that the definition sets, by its own key, as the file writes it."""
        written = self.model_dump(
            mode="json",
            by_alias=True,
            exclude_unset=True,
            include={"absence", "follow_up", "measure", "competing"},
        )
        measure = written.pop("measure")[self.measure.name]
        return {**written.pop("absence"), **written, **measure}

    @property
    def after(self) -> str | None:
        """The id of the return that this outcome counts from, if it is counted from one."""
        return getattr(self.kind, "after", None)
