"""The registers of deaths and migrations, as a study file names them."""

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from rtw_outcomes.errors import suggest
from rtw_outcomes.intake.sources import DataSource
from rtw_outcomes.language.vocabulary import EXITS
from rtw_outcomes.language.yaml_types import ClosedMapping, Text, one_or_many

REASONS = (*EXITS, "other")
EXIT_COLUMNS = ("person_id", "date", "from", "to", "kind")

DayOfPartialDate = Literal["first_day", "middle", "last_day", "reject"]
ExitCodes = Annotated[tuple[Text, ...], BeforeValidator(one_or_many)]


def _check_reason(value: object) -> object:
    reasons = value.values() if isinstance(value, dict) else (value,)
    for reason in reasons:
        if reason not in REASONS:
            hint = suggest(str(reason), REASONS)
            more = f". {hint}" if hint else ""
            raise ValueError(f"a reason is one of {', '.join(REASONS)}{more}")
    return value


class PartialDates(ClosedMapping):
    """The day that stands for a date without a day, or without a month."""

    month: DayOfPartialDate | None = None
    """Of a date with year and month: its first day, the 15th, its last day; or the row is rejected."""

    year: DayOfPartialDate | None = None
    """Of a date with a year only: 1 January, 1 July, 31 December; or the row is rejected."""


class ExitSource(DataSource):
    """A register that says when persons leave observation, and perhaps when they come back."""

    columns: dict[str, str] = Field(
        default_factory=dict, json_schema_extra={"propertyNames": {"enum": [*EXIT_COLUMNS]}}
    )
    """The own names of `person_id` and `date`, or of `person_id`, `from` and `to` where a row is a period
    of residence; and of `kind`, where a code says what a row is."""

    reason: Annotated[str | dict[str, str], BeforeValidator(_check_reason)] | None = None
    """The reason of the exits: `death`, `emigration`, `old_age_pension` or `other`; or the reason of each
    code in the column `kind`. Only a register of entries has none."""

    out: ExitCodes = ()
    """The codes in the column `kind` that say that a person leaves."""

    in_: ExitCodes = Field(default=(), alias="in")
    """The codes in the column `kind` that say that a person comes; of a period of residence, that the
    person is still there at its end."""

    rows_are: Literal["exits", "entries"] = "exits"
    """The meaning of a row where no code says it."""

    partial_dates: PartialDates = PartialDates()
    """The day that stands for a date without a day or a month, where the register has such dates."""

    @model_validator(mode="after")
    def _codes_fit(self) -> Self:
        if (self.reason is None) != (self.rows_are == "entries"):
            raise ValueError("exits need the key `reason`, and `rows_are: entries` has none")
        if isinstance(self.reason, dict) and self.out:
            raise ValueError(
                "`out` stands beside one `reason`; a reason for each code needs no `out`"
            )
        if "kind" in self.columns and not self.has_kind:
            raise ValueError(
                "`columns` names a `kind`; name its codes under `out`, `in` or `reason`"
            )
        both = {*self.out_codes} & {*self.in_}
        if both:
            raise ValueError("a code says that a person leaves, or comes; one stands for both")
        if self.has_kind and self.rows_are == "entries":
            raise ValueError("`rows_are: entries` is for a register without codes")
        return self

    @property
    def out_codes(self) -> dict[str, str]:
        """The reason of each code that says that a person leaves."""
        if isinstance(self.reason, dict):
            return self.reason
        return dict.fromkeys(self.out, self.reason or "")

    @property
    def has_kind(self) -> bool:
        """Whether a code says what a row is."""
        return bool(self.out_codes or self.in_)

    @property
    def reasons(self) -> tuple[str, ...]:
        """The reasons that it may give."""
        reasons = self.reason.values() if isinstance(self.reason, dict) else (self.reason,)
        return tuple(dict.fromkeys(reason for reason in reasons if reason))
