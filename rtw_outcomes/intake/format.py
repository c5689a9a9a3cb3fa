"""How a source is written: the keys of `format` in a study file, each of which may be left out."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from rtw_outcomes.intake.forms import DAY_OR_MONTH_FIRST, NumberDateForm, TextDateForm
from rtw_outcomes.language.yaml_types import ClosedMapping, Text, one_or_many

DateForm = Literal[TextDateForm, NumberDateForm]
Encoding = Literal["utf-8", "utf-16", "latin-1", "cp1252", "cp865", "cp850"]
Unit = Literal["percent", "fraction"]

# What stands for an empty cell where no study says otherwise: R writes NA, SAS and Stata a point,
# databases NULL, Python NaN and NaT. None of them can be an id, a date or a number.
USUAL_MISSING = ("", "NA", ".", "NULL", "NaN", "NaT")

# What else stands for an empty cell, or for a day that has not come. Some could be a value, so a study
# says that they are none. Messages may hold these texts, because they are no data.
KNOWN_MARKS = (
    *("nan", "None", "N/A", "n/a", "#N/A", "<NA>", "null", "-", "inf"),
    *("0", "00000000", "99999999", "0000-00-00", "9999-99-99"),
)


class HoursOf(ClosedMapping):
    """The extent is a number of hours, and another column has the hours of full time."""

    hours_of: Text
    """The column with the hours of full time."""


def _read_unit(value: object) -> object:
    if value in ("percent", "fraction") or isinstance(value, dict | HoursOf):
        return value
    raise ValueError("`percent`, `fraction` or `{hours_of: COLUMN}` is needed here")


def _check_one_order(forms: tuple[DateForm, ...]) -> tuple[DateForm, ...]:
    """Day first and month first read the same cells, so a list of forms has one of the two."""
    for pair in DAY_OR_MONTH_FIRST:
        if {*pair} <= {*forms}:
            raise ValueError(f"`{pair[0]}` and `{pair[1]}` read the same cells; name one of them")
    return forms


class Format(ClosedMapping):
    """How a source is written. What is left out is seen in the file, or asked for."""

    separator: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    r"""The character between cells of a text file, such as `";"`; a tab is `"\t"`."""

    decimal: Literal[".", ","] | None = None
    """The decimal separator of numbers in text."""

    encoding: Encoding | None = None
    """The encoding of a text file."""

    dates: (
        Annotated[
            tuple[DateForm, ...],
            BeforeValidator(one_or_many),
            Field(min_length=1),
            AfterValidator(_check_one_order),
        ]
        | None
    ) = None
    """The form of dates, or a list of forms. `sas_days`, `sas_seconds` and `stata_ms` count from
    1960-01-01, `epoch_days` from 1970-01-01, `excel` from 1899-12-30. Day first (`dd/mm/yyyy`) and month
    first (`mm/dd/yyyy`) read the same cells, so a column is asked about where no day above 12 shows which."""

    missing: Annotated[tuple[str, ...], BeforeValidator(one_or_many)] | None = None
    """The texts that stand for an empty cell, in place of the usual ones."""

    extent_unit: Annotated[Unit | HoursOf, BeforeValidator(_read_unit)] | None = None
    """The unit of extents, in place of the profile's: `percent`, `fraction`, or `{hours_of: COLUMN}`."""

    open_end: Literal["ongoing", "faulty"] | None = None
    """The meaning of an empty end, and of one from the year 9000 on."""

    end_is: Literal["last_day", "first_day_after"] | None = None
    """Whether the end of a row is its last day, or the first day after it."""

    @property
    def marks(self) -> tuple[str, ...]:
        """The texts that stand for an empty cell: those that the study says, or else the usual ones."""
        return USUAL_MISSING if self.missing is None else self.missing

    def over(self, base: "Format") -> "Format":
        """This format, with what it does not say taken from another one."""
        said = {name: getattr(self, name) for name in self.model_fields_set}
        return base.model_copy(update=said)
