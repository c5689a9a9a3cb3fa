"""The forms of dates and numbers in a delivery, each as the expression of DuckDB that reads it.

An expression is null for a cell that does not have the form. Most forms of texts exclude each other, so
the form of a column can be seen in its cells. `READS_ALSO` has those that read the same cells.
"""

from collections.abc import Sequence
from datetime import date
from typing import Literal, get_args

from sqlglot import exp
from sqlglot.expressions import Expr

TextDateForm = Literal[
    "iso",
    "yyyymmdd",
    "yyyy/mm/dd",
    "yyyy.mm.dd",
    "dd.mm.yyyy",
    "dd-mm-yyyy",
    "mm-dd-yyyy",
    "dd/mm/yyyy",
    "mm/dd/yyyy",
    "ddmonyyyy",
    "datetime",
]
NumberDateForm = Literal["sas_days", "sas_seconds", "stata_ms", "excel", "epoch_days"]

DATE_FORMS_OF_TEXT: tuple[TextDateForm, ...] = get_args(TextDateForm)

# What the two of a pair both read is another day in each of them. Nobody writes 12.31.2020.
DAY_OR_MONTH_FIRST = (("dd-mm-yyyy", "mm-dd-yyyy"), ("dd/mm/yyyy", "mm/dd/yyyy"))

# Numbers of days, or of their parts, since a day. Several may fit one column, so they are never guessed.
DATE_FORMS_OF_NUMBERS: dict[str, tuple[str, int]] = {
    "sas_days": ("1960-01-01", 1),
    "sas_seconds": ("1960-01-01", 86_400),
    "stata_ms": ("1960-01-01", 86_400_000),
    "excel": ("1899-12-30", 1),
    "epoch_days": ("1970-01-01", 1),
}

# The first three letters, in English and in Swedish, Danish and Norwegian.
MONTHS = (
    ("jan",),
    ("feb",),
    ("mar",),
    ("apr",),
    ("may", "maj", "mai"),
    ("jun",),
    ("jul",),
    ("aug",),
    ("sep",),
    ("oct", "okt"),
    ("nov",),
    ("dec", "des"),
)

_NUMBERS = {
    ".": r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)",
    ",": r"[+-]?([0-9]+,?[0-9]*|,[0-9]+)",
}
_EXPONENT = "([eE][+-]?[0-9]{1,2})?"  # R writes 100000 as 1e+05
_PERCENT_SIGN = "[ \u00a0]?%"
PERCENT_SIGN = "%"

# By decimal separator; a percent sign after it where all numbers have one.
NUMBER_FORMS = {
    **{form: f"{pattern}{_EXPONENT}" for form, pattern in _NUMBERS.items()},
    **{f"{form}%": f"{pattern}{_PERCENT_SIGN}" for form, pattern in _NUMBERS.items()},
}

# Forms that read cells of one another. Such a cell means the same in both, but for DAY_OR_MONTH_FIRST.
READS_ALSO = dict(
    pair
    for one, other in (("iso", "datetime"), (".", ","), (".%", ",%"), *DAY_OR_MONTH_FIRST)
    for pair in ((one, other), (other, one))
)

_MONTH = "CASE {} END".format(
    " ".join(
        "WHEN lower(regexp_extract({cell}, '[A-Za-z]+')) IN ("
        + ", ".join(f"'{word}'" for word in words)
        + f") THEN '{number:02}'"
        for number, words in enumerate(MONTHS, start=1)
    )
)
_TIME = r"[ T:]00:00(:00([.]0+)?)?"  # midnight; another time is no date
_DATE_WITH_TIME = (
    "([0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{8}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{4}|"
    "[0-9]{1,2}[ -]?[A-Za-z]{3}[ -]?[0-9]{4})"
    "[ T:][0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)? ?(Z|[+-][0-9]{2}:?[0-9]{2})?"
)


def _in_parts(written: str) -> tuple[str, str]:
    """The pattern of a form with separators, and what makes the ISO form of it."""
    separator = next(mark for mark in written if mark in "./-")
    order = [part[0] for part in written.split(separator)]
    pattern = f"[{separator}]".join("[0-9]{4}" if part == "y" else "[0-9]{1,2}" for part in order)
    year, month, day = (
        f"split_part({{cell}}, '{separator}', {order.index(part) + 1})" for part in "ymd"
    )
    return pattern, f"{year} || '-' || lpad({month}, 2, '0') || '-' || lpad({day}, 2, '0')"


_IN_PARTS = (
    "yyyy/mm/dd",
    "yyyy.mm.dd",
    "dd.mm.yyyy",
    *(form for pair in DAY_OR_MONTH_FIRST for form in pair),
)
_DATES = {
    **{form: _in_parts(form) for form in _IN_PARTS},
    "iso": (
        "[0-9]{4}-[0-9]{2}-[0-9]{2}",
        "{cell}",
    ),
    "yyyymmdd": (
        "[0-9]{8}",
        "substr({cell}, 1, 4) || '-' || substr({cell}, 5, 2) || '-' || substr({cell}, 7, 2)",
    ),
    "ddmonyyyy": (
        f"[0-9]{{1,2}}[ -]?[A-Za-z]{{3}}[ -]?[0-9]{{4}}({_TIME})?",
        "regexp_extract({cell}, '[A-Za-z]{{3}}[ -]?([0-9]{{4}})', 1) || '-' || "
        + _MONTH
        + " || '-' || lpad(regexp_extract({cell}, '^[0-9]+'), 2, '0')",
    ),
    "datetime": (
        f"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}({_TIME})?",
        "substr({cell}, 1, 10)",
    ),
}


# A date without its day, and one without its month: left out, or written as zeros. The groups are year and
# month. Registers of deaths have them.
WITHOUT_DAY = (
    ("([0-9]{4})-(0[1-9]|1[0-2])(-00)?", 1, 2),
    ("([0-9]{4})(0[1-9]|1[0-2])(00)?", 1, 2),
    ("(00[.])?(0[1-9]|1[0-2])[.]([0-9]{4})", 3, 2),
)
WITHOUT_MONTH = (
    ("([0-9]{4})(-00|-00-00)?", 1),
    ("([0-9]{4})(00|0000)?", 1),
    ("(00[.])?(00[.])?([0-9]{4})", 3),
)
_DAY_OF_MONTH = {
    "first_day": "{month}",
    "middle": "{month} + INTERVAL 14 DAY",
    "last_day": "last_day({month})",
}
_DAY_OF_YEAR = {"first_day": "-01-01", "middle": "-07-01", "last_day": "-12-31"}


def has_no_day(cell: Expr) -> Expr:
    """Whether a text is a date with year and month only."""
    return _matches(cell, [pattern for pattern, *_ in WITHOUT_DAY])


def has_no_month(cell: Expr) -> Expr:
    """Whether a text is a date with a year only."""
    return _matches(cell, [pattern for pattern, *_ in WITHOUT_MONTH])


def read_date_without_day(cell: Expr, day: str) -> Expr:
    """The `first_day`, the `middle` or the `last_day` of a text with year and month; null for others."""
    text = cell.sql(dialect="duckdb")
    months = [
        f"WHEN regexp_full_match({text}, '{pattern}') THEN regexp_extract({text}, '{pattern}', {year}) "
        f"|| '-' || regexp_extract({text}, '{pattern}', {month}) || '-01'"
        for pattern, year, month in WITHOUT_DAY
    ]
    month = f"TRY_CAST(CASE {' '.join(months)} END AS DATE)"
    return _as_written(f"CAST({_DAY_OF_MONTH[day].format(month=month)} AS DATE)")


def read_date_without_month(cell: Expr, day: str) -> Expr:
    """1 January, 1 July or 31 December of a text that is a year; null for others."""
    text = cell.sql(dialect="duckdb")
    years = [
        f"WHEN regexp_full_match({text}, '{pattern}') THEN regexp_extract({text}, '{pattern}', {year})"
        for pattern, year in WITHOUT_MONTH
    ]
    return _as_written(f"TRY_CAST((CASE {' '.join(years)} END) || '{_DAY_OF_YEAR[day]}' AS DATE)")


def _matches(cell: Expr, patterns: Sequence[str]) -> Expr:
    text = cell.sql(dialect="duckdb")
    return _as_written(
        " OR ".join(f"regexp_full_match({text}, '{pattern}')" for pattern in patterns)
    )


def read_date_text(cell: Expr, form: str) -> Expr:
    """The date of a text in one form; null for a text of another form, or a day that does not exist."""
    pattern, iso = _DATES[form]
    text = cell.sql(dialect="duckdb")
    return _as_written(
        f"CASE WHEN regexp_full_match({text}, '{pattern}') "
        f"THEN TRY_CAST({iso.format(cell=text)} AS DATE) END"
    )


def has_time_of_day(cell: Expr) -> Expr:
    """Whether a text is a date with a time of day, whatever that is."""
    text = cell.sql(dialect="duckdb")
    return _as_written(f"coalesce(regexp_full_match({text}, '{_DATE_WITH_TIME}'), false)")


def read_date_number(number: Expr, form: str) -> Expr:
    """The date of a number in one form; null for one that is no whole day, or in no year from 1 to 9999."""
    value = number.sql(dialect="duckdb")
    if form == "yyyymmdd":
        text = _as_written(f"CAST(TRY_CAST({value} AS BIGINT) AS VARCHAR)")
        return read_date_text(text, form)
    origin, parts = DATE_FORMS_OF_NUMBERS[form]
    first, last = ((day - date.fromisoformat(origin)).days * parts for day in (date.min, date.max))
    return _as_written(
        f"CASE WHEN {value} BETWEEN {first} AND {last} AND {value} % {parts} = 0 "
        f"THEN DATE '{origin}' + CAST({value} / {parts} AS INTEGER) END"
    )


def read_number_text(cell: Expr, form: str, has_exponent: bool = True) -> Expr:
    """The number of a text in one form; null for a text that is no number.

    Args:
        cell: the text.
        form: the decimal separator, with a percent sign after it where the number has one.
        has_exponent: whether 1e+05 is a number.
    """
    pattern = NUMBER_FORMS[form] if has_exponent else _NUMBERS[form]
    text = cell.sql(dialect="duckdb")
    plain = f"rtrim({text}, ' \u00a0%')" if form.endswith(PERCENT_SIGN) else text
    if form.startswith(","):
        plain = f"replace({plain}, ',', '.')"
    return _as_written(
        f"CASE WHEN regexp_full_match({text}, '{pattern}') THEN TRY_CAST({plain} AS DOUBLE) END"
    )


def first_that_reads(readings: Sequence[Expr]) -> Expr:
    """The value of the first reading that has one."""
    return readings[0] if len(readings) == 1 else exp.func("COALESCE", *readings)


def _as_written(text: str) -> Expr:
    """Text of DuckDB as an expression; to parse it would take longer than to run it."""
    return exp.Var(this=f"({text})")
