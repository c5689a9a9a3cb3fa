"""The cost of absence."""

from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, Discriminator, Field, Tag

from rtw_outcomes.language.lengths import Length
from rtw_outcomes.language.measures.kind import CohortNumbers, Kind
from rtw_outcomes.language.plain_numbers import read_number
from rtw_outcomes.language.yaml_types import ClosedMapping, Text


class CohortColumn(ClosedMapping):
    """An amount that differs from row to row of the cohort: the column that holds it."""

    column: Text
    """Its cells are numbers of at least 0, or empty; the cost of a row without one is missing."""


def _form_of_amount(value: object) -> str:
    return "column" if isinstance(value, dict | CohortColumn) else "number"


def _is_no_name(value: object) -> object:
    is_word = isinstance(value, str) and value[:1].isalpha()
    if is_word and not any(letter.isdigit() for letter in str(value)):
        raise ValueError(f"an amount is a number, or a column of the cohort: `{{column: {value}}}`")
    return read_number(value)


# A discriminator picks number or column before validation, so errors mention only the chosen form.
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


class Cost(Kind):
    """Net sick days times an amount for a day of full absence: what the absence cost."""

    key = "cost"
    sees = "a sum of days in money: it does not tell when they were, or in how many spells."

    per_net_day: Amount = Field(title="amount for a net day")
    """In any currency, with at most two decimals; or the column of the cohort that holds it."""

    friction: Length | None = Field(default=None, title="first days of a spell that count")
    """Only so many days of each spell count, for then somebody else does the work."""

    @property
    def number_of(self) -> str:
        """An amount of money."""
        return "money"

    @property
    def needs_gap(self) -> bool:
        """The first days of spells are counted, so it must be known what a spell is."""
        return self.friction is not None

    @property
    def counts(self) -> str:
        """The name of what it counts, for a message about what it needs."""
        return "the first days of spells"

    @property
    def from_cohort(self) -> CohortNumbers | None:
        """The amounts, where they stand in the cohort."""
        amount = self.per_net_day
        if not isinstance(amount, CohortColumn):
            return None
        return CohortNumbers(amount.column, ("per_net_day", "column"), least=Decimal(0))
