"""The class of an outcome: frozen, typed, without input or output.

The one declaration of a definition file: the reader, the JSON Schema, the rules and the planner all
work from it. The kinds of measure are in `measures/`, a file a family. What a class cannot say by its
types is a rule in `definitions/rules/`.
"""

from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, StringConstraints, create_model, model_validator

from rtw_outcomes.errors import Location
from rtw_outcomes.language.absence import Absence, Window
from rtw_outcomes.language.measures.composites import AllOf, AnyOf, Change, NoneOf, Rate
from rtw_outcomes.language.measures.days import ExtentOnDay, SickDays, WorkDays
from rtw_outcomes.language.measures.kind import CohortNumbers, Kind, Result
from rtw_outcomes.language.measures.money import Cost
from rtw_outcomes.language.measures.reported import Reported
from rtw_outcomes.language.measures.return_to_work import (
    FirstSpell,
    Recurrence,
    Relapse,
    ReturnToWork,
)
from rtw_outcomes.language.measures.spells import ChainDay, SpellsIn
from rtw_outcomes.language.measures.states import StateDays, StateOnDay, Transitions, WorkState
from rtw_outcomes.language.vocabulary import BENEFITS, EXITS
from rtw_outcomes.language.worked_examples import Example
from rtw_outcomes.language.yaml_types import Citation, ClosedMapping, Line, Name, Text

# ISO 3166, as in SE; a definition without one is not bound to a register.
COUNTRY = "^[A-Z]{2}$"
Country = Annotated[str, StringConstraints(pattern=COUNTRY)]

# Every kind of measure, in the order in which the documentation has them.
KINDS: tuple[type[Kind], ...] = (
    SickDays,
    Cost,
    WorkDays,
    ExtentOnDay,
    ChainDay,
    ReturnToWork,
    Relapse,
    FirstSpell,
    Recurrence,
    SpellsIn,
    WorkState,
    StateDays,
    StateOnDay,
    Transitions,
    Reported,
    AllOf,
    AnyOf,
    NoneOf,
    Change,
    Rate,
)


class OneMeasure(ClosedMapping):
    """The measure: exactly one key, which names the kind."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        kinds = [getattr(self, name) for name in self.model_fields_set]
        if len(kinds) != 1 or None in kinds:
            known = ", ".join(type(self).model_fields)
            raise ValueError(f"a measure has one key, which names its kind: {known}")
        return self

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


if TYPE_CHECKING:
    Measure = OneMeasure
else:
    Measure = create_model(
        "Measure",
        __base__=OneMeasure,
        __doc__=OneMeasure.__doc__,
        **{kind.key: (kind | None, None) for kind in KINDS},
    )


class Outcome(ClosedMapping):
    """One outcome definition: what is measured, on which absence, over which follow-up."""

    outcome: Name
    """The id of the outcome, which names its columns in the results."""

    language: Literal[1]
    """The version of the language that the file is written in."""

    title: Line
    """The name of the outcome, for people."""

    source: Citation
    """The source of the definition."""

    group: Name | None = None
    """The group of the library in which it stands."""

    country: Country | None = None
    """The country whose register it is for."""

    reasons: dict[str, Text] = Field(default_factory=dict)
    """The reason for the value of each parameter, under the key of the parameter."""

    absence: Absence | None = None
    """The absence that the measure is about. Outcomes made of others have theirs, and states name their benefits."""

    follow_up: Window | None = None
    """The days that the measure looks at."""

    measure: Measure
    """The measure, under the key of its kind."""

    competing: tuple[str, ...] = Field(
        default=(),  # most measures are counts, which nothing competes with
        title="competing events, in the order of their status",
        json_schema_extra={"items": {"type": "string", "enum": [*BENEFITS, *EXITS]}},
    )
    """Events that end the time to an event: benefits that begin, or ways out of observation."""

    examples: tuple[Example, ...] = ()
    """Worked cases, which `rtw test` runs on every engine."""

    @property
    def kind(self) -> Kind:
        """The kind of measure, with its parameters."""
        return self.measure.kind

    @property
    def own_absence(self) -> Absence:
        """The absence of the definition, for the measures that have it."""
        assert self.absence, "the rules ask for it"
        return self.absence

    @property
    def result(self) -> Result:
        """The kind of result that one index date has."""
        return self.kind.result

    @property
    def unit(self) -> str:
        """The unit of a number, in words; empty for results that are no number."""
        is_number = self.result.is_number or self.result in (Result.NUMBERS, Result.RATE)
        return self.kind.number_of if is_number else ""

    @property
    def is_time_to_event(self) -> bool:
        """Whether the result is a pair of days and status."""
        return self.result is Result.TIME

    @property
    def counts_from_true_first_day(self) -> bool:
        """Whether it measures spells from their true first day, which the register must tell."""
        return self.kind.counts_from_true_first_day

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
    def from_cohort(self) -> CohortNumbers | None:
        """The numbers that it takes from a column of the cohort, if it takes any."""
        return self.kind.from_cohort

    @property
    def after(self) -> str | None:
        """The id of the return that this outcome counts from, if it is counted from one."""
        return self.kind.origin

    @property
    def named(self) -> dict[Location, str]:
        """The ids of the outcomes that this one is computed from, by their places in its measure."""
        return self.kind.named
