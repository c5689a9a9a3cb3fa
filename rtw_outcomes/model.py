"""What an outcome is: frozen, typed, without input or output.

The one declaration of the definition language: the reader, the JSON Schema, the rules and the
planner all work from these classes. What a class cannot say by its types is in `rules.py`.
"""

from collections.abc import Iterable
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from rtw_outcomes.lengths import ZERO, Length
from rtw_outcomes.parts import Name, Part, Source, Text, one_or_many
from rtw_outcomes.threshold import Threshold
from rtw_outcomes.vocabulary import (
    BENEFIT_GROUPS,
    BENEFITS,
    EXITS,
    PRIOR_STATES,
)
from rtw_outcomes.worked_examples import Example

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
    def is_time_to_event(self) -> bool:
        """Whether the result is a pair of days and status."""
        return isinstance(self.kind, ReturnToWork | Relapse)

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
        return {**written.pop("absence"), **written, **measure}

    @property
    def after(self) -> str | None:
        """The id of the return that this outcome counts from, if it is counted from one."""
        return getattr(self.kind, "after", None)
