"""Arithmetic over one row: nonsense is refused, and both engines print the same meaning of nulls."""

from datetime import date
from decimal import Decimal

import duckdb
import polars as pl
import pytest

from rtw_outcomes.engines.polars import scalars as on_polars
from rtw_outcomes.engines.polars.expressions import EPOCH, Calendar, PolarsScope
from rtw_outcomes.engines.sql import scalars as in_sql
from rtw_outcomes.engines.sql.expressions import SqlScope
from rtw_outcomes.language.lengths import Length
from rtw_outcomes.planning.expressions import (
    And,
    Arithmetic,
    AsFloat,
    CaseWhen,
    Coalesce,
    Constant,
    DateColumn,
    DayAfter,
    Expression,
    Field,
    Greatest,
    Indicator,
    Intermediate,
    IsIn,
    IsNull,
    Least,
    Null,
    NumberColumn,
    Operator,
    Or,
    Relation,
    ValueType,
    WeeksUpTo,
    walk_intermediates,
)
from rtw_outcomes.planning.nodes.events import Exit
from rtw_outcomes.planning.nodes.values import One

STEP, OTHER = One(), Exit("death")
NAMES = {STEP: "one_1", OTHER: "exit_1"}
INTEGER, TEXT = ValueType.INTEGER, ValueType.TEXT


def field(name, value_type=INTEGER, may_be_null=True):
    return Field(STEP, name, value_type, may_be_null)


NUMBER, MORE, WORD = field("number"), field("more"), field("word", TEXT)
KNOWN = field("known", may_be_null=False)
YES, NO, UNKNOWN = Constant(1) > 0, Constant(0) > 0, NUMBER > MORE  # the last is null in row 2

# Two rows: everything is known of the first, and nothing that can be missing of the second.
ROWS = pl.DataFrame(
    {
        "one_1_number": [12, None],
        "one_1_more": [5, None],
        "one_1_known": [8, 8],
        "one_1_word": ["sun", None],
        "one_1_or_exit_1_first": [3, None],
        "number_wage": [2.5, None],
        "first_day": [-20, -20],
        "observed_days": [30, 30],
        "left_day": [40, None],
        "exit_day": [40, None],
        "censor_reason": ["death", None],
        "index_date": [date(2020, 1, 31)] * 2,
        "censor_date": [date(2020, 3, 11), None],
        "index": [(date(2020, 1, 31) - EPOCH).days] * 2,
        "after_1_months": [29, 29],
        "months_1": [29, 29],
    },
    schema_overrides=dict.fromkeys(
        (
            *("one_1_number", "one_1_more", "one_1_known", "one_1_or_exit_1_first", "first_day"),
            *("observed_days", "left_day", "exit_day", "index", "after_1_months", "months_1"),
        ),
        pl.Int32,
    ),
)
MONTH = Length(months=1)

MEANINGS = [
    (NUMBER, [12, None]),
    (Intermediate("{}_first", (STEP, OTHER), NUMBER), [3, None]),
    (DateColumn("left_day"), [40, None]),
    (DateColumn("censor_reason"), ["death", None]),
    (NumberColumn("number_wage"), [2.5, None]),
    (Constant(7), [7, 7]),
    (Constant(Decimal("0.1")), [0.1, 0.1]),
    (Constant("rain", ("sun", "rain")), ["rain", "rain"]),
    (Null(INTEGER), [None, None]),
    (DayAfter(Length(days=-3)), [-3, -3]),
    (DayAfter(Length(days=4), NUMBER), [16, None]),
    (DayAfter(MONTH), [29, 29]),
    (DayAfter(MONTH, NUMBER), [41, None]),
    (DayAfter(MONTH, DayAfter(MONTH)), [58, 58]),
    (WeeksUpTo(NUMBER), [2, None]),
    (WeeksUpTo(Constant(14)), [2, 2]),
    (WeeksUpTo(Constant(15)), [3, 3]),
    (NUMBER + KNOWN, [20, None]),
    (KNOWN - (KNOWN - NUMBER), [12, None]),
    ((KNOWN - NUMBER) * 2, [-8, None]),
    (AsFloat(NUMBER) / Decimal(49), [12 / 49, None]),
    (AsFloat(NUMBER) * 100 / AsFloat(MORE), [240.0, None]),
    (Least((NUMBER, KNOWN)), [8, 8]),
    (Least((MORE, KNOWN, Constant(6))), [5, 6]),
    (Greatest((NUMBER, KNOWN)), [12, 8]),
    (Greatest((MORE, KNOWN, Constant(6))), [8, 8]),
    (Coalesce(NUMBER, Constant(0)), [12, 0]),
    (Coalesce(NUMBER, MORE), [12, None]),
    (NUMBER >= 12, [True, None]),
    (NUMBER <= 11, [False, None]),
    (WORD.equals("sun"), [True, None]),
    (WORD.differs_from("sun"), [False, None]),
    (IsIn(WORD, ("rain", "sun")), [True, None]),
    (IsNull(WORD), [False, True]),
    (NUMBER.is_known(), [True, False]),
    (UNKNOWN & YES, [True, None]),
    (UNKNOWN & NO, [False, False]),
    (And((UNKNOWN,)), [True, None]),
    (UNKNOWN | YES, [True, True]),
    (UNKNOWN | NO, [True, None]),
    (~UNKNOWN, [False, None]),
    (~(UNKNOWN & YES), [False, None]),
    (Indicator(UNKNOWN), [1, None]),
    (Indicator(~UNKNOWN), [0, None]),
    (Indicator(KNOWN > 8), [0, 0]),
    (CaseWhen(((UNKNOWN, Constant(1)),), Constant(0)), [1, 0]),
    (CaseWhen(((~UNKNOWN, Constant(1)),), Constant(0)), [0, 0]),
    (CaseWhen(((UNKNOWN, NUMBER),), Null(INTEGER)), [12, None]),
    (CaseWhen(((NO, Constant(1)), (YES, NUMBER)), Constant(0)), [12, None]),
    (CaseWhen(((NO, Constant(1)),), CaseWhen(((UNKNOWN, NUMBER),), KNOWN)), [12, 8]),
    (CaseWhen(((NO, Constant(1)),), CaseWhen(((NO, NUMBER),), Null(INTEGER))), [None, None]),
]


@pytest.mark.parametrize(("expression", "meaning"), MEANINGS)
def test_an_expression_means_the_same_on_polars_and_in_sql(expression, meaning):
    assert (compute_on_polars(expression), compute_in_sql(expression)) == (meaning, meaning)


def compute_on_polars(expression, rows=ROWS):
    scope = PolarsScope(NAMES, Calendar(date(2019, 1, 1), date(2021, 1, 1)))
    return rows.with_columns(value=on_polars.to_expr(expression, scope))["value"].to_list()


def compute_in_sql(expression, rows=ROWS):
    printed = in_sql.to_expr(expression, SqlScope(NAMES, (), frozenset())).sql(dialect="duckdb")
    with duckdb.connect() as connection:
        connection.register("rows_of_dates", rows)
        found = connection.sql(f"SELECT {printed} FROM rows_of_dates").fetchall()
    return [value for (value,) in found]


@pytest.mark.parametrize(("expression", "meaning"), MEANINGS)
def test_nulls_are_told_beforehand(expression, meaning):
    assert expression.can_be_null or None not in meaning


def test_every_kind_of_expression_has_a_meaning_here():
    def list_parts(expression):
        yield type(expression)
        for operand in expression.operands():
            yield from list_parts(operand)

    reached = {kind for expression, _ in MEANINGS for kind in list_parts(expression)}
    assert {kind for kind in list_kinds(Expression) if not kind.__name__.startswith("_")} == reached


def list_kinds(kind):
    for each in kind.__subclasses__():
        yield each
        yield from list_kinds(each)


NONSENSE = {
    "a sum of a text": lambda: NUMBER + WORD,
    "a sum of a condition": lambda: YES + 1,
    "a quotient of whole numbers": lambda: NUMBER / 2,
    "a comparison as arithmetic": lambda: Arithmetic(Operator.BELOW, NUMBER, MORE),
    "arithmetic as a comparison": lambda: Relation(Operator.ADD, NUMBER, MORE),
    "a text and a number compared": lambda: WORD.equals(1),
    "a number and a text compared": lambda: NUMBER.equals("sun"),
    "an order of texts": lambda: WORD < "sun",
    "an equality of conditions": lambda: YES.equals(YES),
    "an operand that is no constant": lambda: NUMBER + 0.5,
    "a condition as a constant": lambda: Constant(True),
    "a text that is no category": lambda: Constant("snow", ("sun", "rain")),
    "a column that index dates have not": lambda: DateColumn("birth_date"),
    "a day after a text": lambda: DayAfter(MONTH, WORD),
    "a week of an amount": lambda: WeeksUpTo(NumberColumn("number_wage")),
    "a text as a floating-point number": lambda: AsFloat(WORD),
    "the least of one": lambda: Least((NUMBER,)),
    "the least of what may be null": lambda: Least((KNOWN, NUMBER)),
    "the greatest of what may be null": lambda: Greatest((KNOWN, NUMBER)),
    "the greatest of texts": lambda: Greatest((WORD, WORD)),
    "a text in place of a number": lambda: Coalesce(NUMBER, WORD),
    "a number among texts": lambda: IsIn(NUMBER, ("sun",)),
    "a text among none": lambda: IsIn(WORD, ()),
    "no conditions": lambda: And(()),
    "a number as a condition": lambda: Or((YES, NUMBER)),
    "the opposite of a number": lambda: ~NUMBER,
    "an indicator of a number": lambda: Indicator(NUMBER),
    "a case without conditions": lambda: CaseWhen((), NUMBER),
    "a case of a number": lambda: CaseWhen(((NUMBER, MORE),), KNOWN),
    "a case of two types": lambda: CaseWhen(((YES, WORD),), KNOWN),
    "an intermediate column of another": lambda: Intermediate(
        "{}_a", (STEP,), Intermediate("{}_b", (STEP,), NUMBER) + 1
    ),
    "a name without its step": lambda: Intermediate("first", (STEP,), NUMBER),
    "Python's own `and`": lambda: YES and NO,
}


@pytest.mark.parametrize("nonsense", NONSENSE)
def test_nonsense_cannot_be_built(nonsense):
    with pytest.raises(TypeError):
        NONSENSE[nonsense]()


def test_an_intermediate_column_is_found_wherever_it_stands():
    first = Intermediate("first_{}_day", (STEP, OTHER), NUMBER)
    case = CaseWhen(((first > 0, Constant(1)),), Constant(0))
    assert list(walk_intermediates(case + 1)) == [first]
    assert first.column(NAMES) == "first_one_1_or_exit_1_day"


def test_a_quotient_is_rounded_once():
    """Polars multiplies with the reciprocal of a single number; that is another number here."""
    days = list(range(1, 2_000))
    rows = pl.DataFrame({"one_1_number": days, "observed_days": days})
    quotient, expected = AsFloat(NUMBER) / Decimal("365.25"), [day / 365.25 for day in days]
    assert compute_on_polars(quotient, rows) == compute_in_sql(quotient, rows) == expected
