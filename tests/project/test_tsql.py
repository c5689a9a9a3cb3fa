"""The text for SQL Server keeps to what SQL Server is documented to take; nobody has executed it.

What is asked of it here: no condition stands where a value has to, WITH and ORDER BY stand only where they
may, names are no reserved words, and sums are wide enough.
"""

import sqlglot
from hypothesis import given
from sqlglot import exp

from rtw_outcomes import list_outcomes
from rtw_outcomes.engines.sql.query import render_sql
from rtw_outcomes.jobs.explain import explain
from rtw_outcomes.language.yaml_types import EmployerPeriod
from rtw_outcomes.planning.optimizer import optimize
from rtw_outcomes.planning.planner.build import plan_outcomes
from tests.generative.strategies import ROUND, in_rounds, studies

PERIODS = (EmployerPeriod.model_validate({"from": "1992-01-01", "days": 14}),)
CONDITIONS = (exp.Connector, exp.Predicate, exp.Not, exp.Boolean)
TAKES_CONDITIONS = (exp.Connector, exp.Not, exp.Where, exp.If, exp.Join)
DEEPEST_CASE = 10  # SQL Server refuses more levels
# https://learn.microsoft.com/sql/t-sql/language-elements/reserved-keywords-transact-sql
RESERVED_WORDS = """
add all alter and any as asc authorization backup begin between break browse bulk by cascade case check
checkpoint close clustered coalesce collate column commit compute constraint contains containstable
continue convert create cross current current_date current_time current_timestamp current_user cursor
database dbcc deallocate declare default delete deny desc disk distinct distributed double drop dump else
end errlvl escape except exec execute exists exit external fetch file fillfactor for foreign freetext
freetexttable from full function goto grant group having holdlock identity identity_insert identitycol if
in index inner insert intersect into is join key kill left like lineno load merge national nocheck
nonclustered not null nullif of off offsets on open opendatasource openquery openrowset openxml option or
order outer over percent pivot plan precision primary print proc procedure public raiserror read readtext
reconfigure references replication restore restrict return revert revoke right rollback rowcount
rowguidcol rule save schema securityaudit select semantickeyphrasetable semanticsimilaritydetailstable
semanticsimilaritytable session_user set setuser shutdown some statistics system_user table tablesample
textsize then to top tran transaction trigger truncate try_convert tsequal union unique unpivot update
updatetext use user values varying view waitfor when where while with within writetext
"""
RESERVED = frozenset(RESERVED_WORDS.split())


def test_stock_definitions_keep_to_what_sql_server_takes():
    check(render_sql(optimize(plan_outcomes(tuple(list_outcomes()), PERIODS)), "tsql"))


def test_generated_definitions_keep_to_what_sql_server_takes():
    @in_rounds(ROUND)
    @given(studies(persons=(1, 1), outcomes=(5, 9)))
    def keeps(study):
        check(render_sql(study.optimized, "tsql"))

    keeps()


def test_the_text_says_that_it_was_never_executed():
    head = explain("work_state_12m", "tsql").splitlines()[0]
    assert head.startswith("-- For SQL Server 2022 or later.")
    assert "never executed" in head


def check(text):
    (query,) = sqlglot.parse(text, dialect="tsql")
    for node in query.walk():
        match node:
            case exp.With():
                assert node.parent is query
            case exp.Order():
                assert isinstance(node.parent, exp.Window) or node.parent is query
            case exp.Sum():
                assert isinstance(node.this, exp.Cast)
                assert node.this.is_type("bigint")
            case exp.Case():
                assert count_above(node) <= DEEPEST_CASE
            case exp.Identifier(args={"quoted": False}):
                assert node.name.lower() not in RESERVED
            case exp.Boolean():
                raise AssertionError("SQL Server has neither TRUE nor FALSE")
            case exp.Anonymous():
                raise AssertionError(f"{node.name} may be no function of SQL Server")
        if isinstance(node, CONDITIONS):
            above = node.parent
            while isinstance(above, exp.Paren):
                above = above.parent
            assert isinstance(above, TAKES_CONDITIONS), node.sql("tsql")


def count_above(node):
    """The levels of a CASE; COALESCE is one, too."""
    levels = 0
    while node is not None:
        levels += isinstance(node, exp.Case | exp.Coalesce)
        node = node.parent
    return levels
