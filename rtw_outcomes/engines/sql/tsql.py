"""What the query needs for SQL Server, which has no value that is true or false, and narrow sums.

Its text is printed and was never executed.
"""

from sqlglot import exp
from sqlglot.expressions import Select

from rtw_outcomes.engines.sql.expressions import literal, paren, when

HEAD = """\
-- For SQL Server 2022 or later. This text is printed only: it was never executed on SQL Server.
-- Ids that are texts are compared by the collation of their columns, which may take a and A for the same."""


def adapt(query: Select) -> Select:
    """The query, changed in place where SQL Server would refuse it or its numbers would not fit."""
    for unless_known in list(query.find_all(exp.Coalesce)):
        if unless_known.expressions == [exp.false()]:
            _take_unknown_as_false(unless_known)
    for added in list(query.find_all(exp.Sum)):
        # A sum of INTEGERs is no wider than they are, and a person may have thousands of rows.
        added.set("this", exp.cast(added.this, "bigint"))
    return query


def _take_unknown_as_false(unless_known: exp.Coalesce) -> None:
    """COALESCE(condition, FALSE), which may also be compared with FALSE, as a CASE with a number."""
    number = when(unless_known.this, literal(1), literal(0))
    above = unless_known.parent
    if isinstance(above, exp.EQ) and above.expression == exp.false():
        above.replace(number.eq(0))
    else:
        unless_known.replace(paren(number.eq(1)))
