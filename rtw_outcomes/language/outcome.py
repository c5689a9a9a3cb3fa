"""What an outcome is: frozen, typed, without input or output.

The one declaration of the definition language: the reader, the JSON Schema, the rules and the
planner all work from these classes. What a class cannot say by its types is in `rules.py`.
"""

from collections.abc import Iterable
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    GetJsonSchemaHandler,
    PlainSerializer,
    PlainValidator,
    StringConstraints,
    Tag,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from rtw_outcomes.language.lengths import FORM_WITH_BEFORE, ZERO, Length
from rtw_outcomes.language.thresholds import Threshold
from rtw_outcomes.language.vocabulary import (
    BENEFIT_GROUPS,
    BENEFITS,
    EXITS,
    PRIOR_STATES,
    WORK_STATES,
)
from rtw_outcomes.language.worked_examples import Example
from rtw_outcomes.language.yaml_types import Citation, ClosedMapping, Name, Text, one_or_many

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


# ISO 3166, as in SE; a definition without one is not bound to a register.
COUNTRY = "^[A-Z]{2}$"
Country = Annotated[str, StringConstraints(pattern=COUNTRY)]


class Absence(ClosedMapping):
    """What counts as absence from work: which benefits, from which extent, over which gaps."""

    benefits: BenefitNames = Field(min_length=1)
    # Neither of the two has a default: they change results, and no choice is the usual one.
    when: Threshold | None = None
    join_gap: Length | None = None


Bound = Annotated[
    Length,
    PlainValidator(Length.parse_either_way),
    PlainSerializer(str),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": FORM_WITH_BEFORE,
            "examples": ["12 months", "24 months before"],
        }
    ),
]


class Window(ClosedMapping):
    """The days [from, to), counted from day 0. `12 months` is short for `{to: 12 months}`.

    It may begin before day 0: `{from: 24 months before, to: 0 days}`.
    """

    from_: Bound = Field(default=ZERO, alias="from", json_schema_extra={"default": str(ZERO)})
    to: Bound

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


Unit = Literal["days", "weeks"]


class Cut(ClosedMapping):
    """Turns a number into yes (1) or no (0): exactly one key, in the unit of the number."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    above: Annotated[Decimal, Field(ge=0, max_digits=9, decimal_places=2)] | None = None
    at_least: Annotated[Decimal, Field(gt=0, max_digits=9, decimal_places=2)] | None = None

    @model_validator(mode="after")
    def _one_key(self) -> Self:
        if (self.above is None) == (self.at_least is None):
            raise ValueError("a cut is either `above` a number, or `at_least` one")
        return self

    @property
    def limit(self) -> Decimal:
        """The number that is compared with."""
        limit = self.at_least if self.above is None else self.above
        assert limit is not None, "one of the two is set"
        return limit

    def __str__(self) -> str:
        return f"above {self.above}" if self.above is not None else f"at least {self.at_least}"


class SickDays(ClosedMapping):
    """Gross days (each day with extent above 0 counts 1) or net days (it counts its extent)."""

    count: Literal["net", "gross"]
    # Weeks are the seven days from day 0, 7, 14 ...; one day with benefit makes a week of absence.
    unit: Unit = "days"
    # Split on periods of this length, each end of which is reckoned from the index date; whole
    # when absent.
    per: Length | None = None
    # Whether the number is as large as this, and not the number itself.
    cut: Cut | None = None


class CohortColumn(ClosedMapping):
    """An amount that differs from row to row of the cohort: the column that holds it."""

    # Numbers of at least 0, or empty; the cost of a row without one is missing.
    column: Text


def _form_of_amount(value: object) -> str:
    return "column" if isinstance(value, dict | CohortColumn) else "number"


def _is_no_name(value: object) -> object:
    if isinstance(value, str) and not any(letter.isdigit() for letter in value):
        raise ValueError(f"an amount is a number, or a column of the cohort: `{{column: {value}}}`")
    return value


# Told apart before they are read, so that a fault is told in one of the two forms.
Amount = Annotated[
    Annotated[
        Decimal,
        BeforeValidator(_is_no_name),
        Field(gt=0, decimal_places=2, max_digits=12),
        Tag("number"),
    ]
    | Annotated[CohortColumn, Tag("column")],
    Discriminator(_form_of_amount),
]


class Cost(ClosedMapping):
    """Net sick days times an amount for a day of full absence: what the absence cost."""

    # In any currency; at most two decimals. Or the column of the cohort that it comes from.
    per_net_day: Amount
    # Only so many days of each spell count, for then somebody else does the work; all when absent.
    friction: Length | None = None


class WorkDays(ClosedMapping):
    """Observed days that are not absent, or of each of them the share of full time without benefit.

    The register does not see work: these are days without the benefits of `absence`.
    """

    count: Literal["net", "gross"]
    # A week of work is an observed week without a day of absence.
    unit: Unit = "days"
    # A number, or the percentage of the observed days or weeks.
    as_: Literal["number", "percent"] = Field(default="number", alias="as")
    # Whether the result is as large as this, and not the result itself.
    cut: Cut | None = None


class ExtentOnDay(ClosedMapping):
    """The extent on one day, in percent of full time; missing when the day is not observed."""

    at: Length
    # Whether the extent is as large as this, and not the extent itself.
    cut: Cut | None = None


class ReturnToWork(ClosedMapping):
    """The first day from which no day of the sustained run is absent; time to event."""

    sustained: Length
    # Off, because a person who is at work on day 0 has nothing to return from.
    day_0_may_count: bool = False


class Relapse(ClosedMapping):
    """The first spell after the return that another definition gives; time from that return."""

    after: Name
    # Only a spell of at least this length, first to last observed day; any spell when absent.
    at_least: Length | None = None
    # Whether the length is counted from the true first day, with the days that the employer paid.
    from_true_first_day: bool = False


class FirstSpell(ClosedMapping):
    """The first spell after day 0 of a person who is not absent on it; time from day 0."""

    at_least: Length | None = None
    # Whether the length is counted from the true first day, with the days that the employer paid.
    from_true_first_day: bool = False


class Recurrence(ClosedMapping):
    """The number of new spells after the return that another definition gives."""

    after: Name
    # Only spells of at least this length, first to last observed day; every spell when absent.
    at_least: Length | None = None
    # Only spells of fewer days than this, counted in the same way.
    shorter_than: Length | None = None
    # Whether the length is counted from the true first day, with the days that the employer paid.
    from_true_first_day: bool = False


class SpellsIn(ClosedMapping):
    """The number of spells that start in the window, end in it, or are ongoing on a day of it."""

    count: Literal["started", "ended", "ongoing"]
    # Only spells of at least this length, first to last observed day; every spell when absent.
    at_least: Length | None = None
    # Only spells of fewer days than this, counted in the same way.
    shorter_than: Length | None = None
    # Whether the length is counted from the true first day, with the days that the employer paid.
    from_true_first_day: bool = False


class WorkState(ClosedMapping):
    """The state on one day; the first of `precedence` that holds, then work or absence."""

    at: Length
    precedence: tuple[str, ...] = Field(
        min_length=1, json_schema_extra={"items": {"type": "string", "enum": [*PRIOR_STATES]}}
    )
    # Whether the state is one of these, and not the state itself.
    one_of: tuple[str, ...] | None = Field(
        default=None,
        min_length=1,
        json_schema_extra={"items": {"type": "string", "enum": [*PRIOR_STATES, *WORK_STATES]}},
    )

    @property
    def names(self) -> tuple[str, ...]:
        """All states, in the order in which they are tried."""
        return (*self.precedence, *WORK_STATES)


class State(ClosedMapping):
    """One of the states of a day: it holds when these benefits are paid to this extent."""

    state: Name
    benefits: BenefitNames = Field(min_length=1)
    when: Threshold


class States(ClosedMapping):
    """The states that a day can be in: the first that holds, or else `otherwise`."""

    states: tuple[State, ...] = Field(min_length=1)
    otherwise: Name

    @property
    def names(self) -> tuple[str, ...]:
        """All states, in the order in which they are tried."""
        return (*(each.state for each in self.states), self.otherwise)


class StateDays(States):
    """The number of observed days in each state."""


class StateOnDay(States):
    """The state on one day; missing when the day is not observed."""

    at: Length


class Transitions(States):
    """The number of days on which the state is another one than on the day before."""

    # Only transitions out of this state, and only those into that one; all when absent.
    from_state: Name | None = None
    to_state: Name | None = None


class AllOf(ClosedMapping):
    """Whether all of several outcomes are yes, each under its own id."""

    outcomes: tuple[Name, ...] = Field(min_length=2)


class AnyOf(ClosedMapping):
    """Whether any of several outcomes is yes."""

    outcomes: tuple[Name, ...] = Field(min_length=2)


class NoneOf(ClosedMapping):
    """Whether no one of several outcomes is yes."""

    outcomes: tuple[Name, ...] = Field(min_length=1)


class Change(ClosedMapping):
    """How much higher the second of two outcomes is, such as days after against days before."""

    first: Name
    second: Name


class LeftOut(ClosedMapping):
    """Who is not in the population of a rate: persons with these benefits on day 0."""

    benefits: BenefitNames = Field(min_length=1)
    when: Threshold


PERSONS, OBSERVED_YEARS = POPULATIONS = ("persons", "observed_years")


class Rate(ClosedMapping):
    """One outcome summed over the index dates, by what it is a rate over, summed over the same.

    Each index date has its share in both sums; the summary divides the one sum by the other.
    """

    of: Name
    # The index dates, the years for which they are observed, or the outcome with this id.
    over: Name
    # The rate is for so many of what it is over, such as 1000 persons.
    scale: Annotated[int, Field(ge=1, le=1_000_000, strict=True)] = 1
    leave_out: LeftOut | None = None


Combined = AllOf | AnyOf | NoneOf
Composite = Combined | Change | Rate


class ChainDay(ClosedMapping):
    """The day of the rehabilitation chain that a day is: the days in its spell and those linked before.

    It is 0 in no spell, and missing when the day is not observed.
    """

    at: Length
    # Spells are linked when at most this many free days lie between them; these are not counted.
    link_gap: Length


Kind = (
    SickDays
    | Cost
    | WorkDays
    | ExtentOnDay
    | ChainDay
    | ReturnToWork
    | Relapse
    | FirstSpell
    | Recurrence
    | SpellsIn
    | WorkState
    | StateDays
    | StateOnDay
    | Transitions
    | Composite
)


class Result(Enum):
    """What one index date has as its result."""

    TIME = "a time to an event"
    STATE = "a state"
    ANSWER = "yes or no"
    NUMBER = "a number"
    PARTS = "several numbers"


class Measure(ClosedMapping):
    """What is measured: exactly one key, which names the kind."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    sick_days: SickDays | None = None
    cost: Cost | None = None
    work_days: WorkDays | None = None
    extent_on_day: ExtentOnDay | None = None
    chain_day: ChainDay | None = None
    return_to_work: ReturnToWork | None = None
    relapse: Relapse | None = None
    first_spell: FirstSpell | None = None
    recurrence: Recurrence | None = None
    spells: SpellsIn | None = None
    work_state: WorkState | None = None
    state_days: StateDays | None = None
    state_on_day: StateOnDay | None = None
    transitions: Transitions | None = None
    all_of: AllOf | None = None
    any_of: AnyOf | None = None
    none_of: NoneOf | None = None
    change: Change | None = None
    rate: Rate | None = None

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


class Outcome(ClosedMapping):
    """One outcome definition: what is measured, on which absence, over which follow-up."""

    outcome: Name
    language: Literal[1]
    title: Text
    source: Citation
    # Where it stands in the library: with which others, and for which country's register.
    group: Name | None = None
    country: Country | None = None
    # Why each parameter has its value, under the parameter's key.
    reasons: dict[str, Text] = Field(default_factory=dict)
    # Outcomes that are made of others have theirs, and states say which benefits make them.
    absence: Absence | None = None
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
    def own_absence(self) -> Absence:
        """What counts as absence, for the measures that have it."""
        assert self.absence, "the rules ask for it"
        return self.absence

    @property
    def result(self) -> Result:
        """What one index date has as its result."""
        kind = self.kind
        if isinstance(kind, ReturnToWork | Relapse | FirstSpell):
            return Result.TIME
        if isinstance(kind, StateDays) or (isinstance(kind, SickDays) and kind.per):
            return Result.PARTS
        is_cut = getattr(kind, "cut", None) or getattr(kind, "one_of", None)
        if is_cut or isinstance(kind, Combined):
            return Result.ANSWER
        return Result.STATE if isinstance(kind, WorkState | StateOnDay) else Result.NUMBER

    @property
    def unit(self) -> str:
        """What a number counts, in words; empty for results that are no number."""
        kind = self.kind
        if self.result not in (Result.NUMBER, Result.PARTS):
            return ""
        if isinstance(kind, ExtentOnDay) or getattr(kind, "as_", "") == "percent":
            return "percent"
        if isinstance(kind, SickDays | WorkDays):
            return kind.unit
        if isinstance(kind, Cost):
            return "money"
        return "spells" if isinstance(kind, SpellsIn | Recurrence) else self.measure.name

    @property
    def is_time_to_event(self) -> bool:
        """Whether the result is a pair of days and status."""
        return self.result is Result.TIME

    @property
    def counts_from_true_first_day(self) -> bool:
        """Whether it measures spells from their true first day, which the register must tell."""
        return getattr(self.kind, "from_true_first_day", False)

    @property
    def statuses(self) -> tuple[str, ...]:
        """The names of a time to event's status codes, in the order of their numbers from 0."""
        return ("censored", "event", *self.competing)

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
        return {**written.pop("absence", {}), **written, **measure}

    @property
    def amount_column(self) -> str | None:
        """The column of the cohort that an amount comes from, if one does."""
        amount = getattr(self.kind, "per_net_day", None)
        return amount.column if isinstance(amount, CohortColumn) else None

    @property
    def after(self) -> str | None:
        """The id of the return that this outcome counts from, if it is counted from one."""
        return getattr(self.kind, "after", None)

    @property
    def named(self) -> dict[tuple[str | int, ...], str]:
        """The ids of the outcomes that this one is computed from, by their places in its measure."""
        kind = self.kind
        if isinstance(kind, Relapse | Recurrence):
            return {("after",): kind.after}
        if isinstance(kind, Combined):
            return {("outcomes", place): name for place, name in enumerate(kind.outcomes)}
        if isinstance(kind, Change):
            return {("first",): kind.first, ("second",): kind.second}
        if isinstance(kind, Rate):
            over = () if kind.over in POPULATIONS else ("over",)
            return {(key,): getattr(kind, key) for key in ("of", *over)}
        return {}
