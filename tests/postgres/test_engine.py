"""The engine leaves nothing in the database, tells no value, and stops when it is told to."""

import os
import signal
import sys
import time
from dataclasses import replace
from threading import Timer
from urllib.parse import quote

import adbc_driver_postgresql.dbapi as driver
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from rtw_outcomes import find_outcome
from rtw_outcomes.definitions.catalogue import CORE, list_ids
from rtw_outcomes.demo.edge_cases import make_tables, read_edge_cases
from rtw_outcomes.engines.registry import find_engine
from rtw_outcomes.engines.sql import postgres, query
from rtw_outcomes.engines.sql.postgres import try_database, use_database
from rtw_outcomes.errors import RtwError
from rtw_outcomes.planning.optimizer import optimize
from rtw_outcomes.planning.planner.build import plan_outcomes

PLAN = optimize(plan_outcomes(tuple(find_outcome(name) for name in list_ids(CORE))))
OURS = (
    "CREATE TABLE cohort (person_id bigint)",
    "CREATE ROLE poor LOGIN",
    "ALTER ROLE poor SET search_path = public, pg_temp",
    "CREATE DATABASE strict",
    "REVOKE TEMPORARY ON DATABASE strict FROM PUBLIC",
)
SHORT = "SELECT set_config('statement_timeout', '1', true)"
LEFT = (
    "SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname LIKE 'pg_temp%' OR n.nspname = 'public' ORDER BY 1"
)


@pytest.fixture(scope="module")
def database(server):
    """The server with a table `cohort` beside its `spells`, and a user of few rights."""
    with driver.connect(server, autocommit=True) as connection, connection.cursor() as cursor:
        for statement in OURS:
            cursor.execute(statement)
            cursor.fetchall()
    return server


@pytest.fixture(scope="module")
def tables():
    return make_tables(read_edge_cases())


@pytest.fixture(scope="module")
def expected(tables):
    return find_engine("polars")(PLAN, tables)


def ask(query):
    def work(cursor):
        cursor.execute(query)
        return cursor.fetchall()

    return work


def refused(work, *arguments):
    with pytest.raises(RtwError) as raised:
        work(*arguments)
    error = raised.value
    assert "SECRET" not in str(error)
    assert error.__cause__ is None
    assert error.__suppress_context__
    return str(error).removeprefix("The engine `postgres`: ")


def with_setting(address, setting):
    return f"{address}&options={quote(f'-c {setting}')}"


def test_a_run_leaves_nothing_and_reads_no_table_of_the_database(database, tables, expected):
    """The path of the user names tables of the database before temporary ones."""
    before = use_database(database, ask(LEFT))
    assert ("cohort",) in before
    poor = database.replace("postgres:@", "poor@")
    assert_frame_equal(find_engine("postgres", poor)(PLAN, tables), expected)
    assert use_database(database, ask(LEFT)) == before


def test_work_that_fails_leaves_nothing(database):
    def fail(cursor):
        for statement in ("CREATE TEMPORARY TABLE rest (number int)", SHORT, "SELECT pg_sleep(9)"):
            cursor.execute(statement)
            cursor.fetchall()

    before = use_database(database, ask(LEFT))
    assert "stopped the query" in refused(use_database, database, fail)
    assert use_database(database, ask(LEFT)) == before


def test_rows_come_in_chunks_from_a_file_too(database, tables, expected, tmp_path, monkeypatch):
    monkeypatch.setattr(postgres, "ROWS_A_CHUNK", 7)
    tables.spells.write_parquet(tmp_path / "spells [1].parquet")
    from_file = replace(tables, spells=tmp_path / "spells [1].parquet")
    assert_frame_equal(find_engine("postgres", database)(PLAN, from_file), expected)


def test_any_text_is_an_id_or_a_reason(database, tables):
    """PostgreSQL itself takes no text with a zero in it."""
    odd = pl.col("person_id").cast(pl.String) + "\0 \\N'å"
    reason = pl.when(pl.int_range(pl.len()) % 2 > 0).then(pl.col("censor_reason"))
    reason = reason.otherwise(pl.lit("odd \0")).alias("censor_reason")
    renamed = replace(
        tables,
        spells=tables.spells.with_columns(odd),
        cohort=tables.cohort.with_columns(odd, reason),
    )
    expected = find_engine("polars")(PLAN, renamed)
    assert_frame_equal(find_engine("postgres", database)(PLAN, renamed), expected)


def test_tables_without_rows(database, tables):
    run, polars = find_engine("postgres", database), find_engine("polars")
    no_spells = replace(tables, spells=tables.spells.clear())
    assert_frame_equal(run(PLAN, no_spells), polars(PLAN, no_spells))
    nobody = replace(tables, cohort=tables.cohort.clear())
    assert run(PLAN, nobody).schema == polars(PLAN, tables).schema


def test_a_plan_is_split_into_queries_that_the_server_takes(monkeypatch):
    monkeypatch.setattr(query, "OUTCOMES_A_QUERY", 3)
    parts = list(query.split_plan(PLAN))
    assert [len(part.outcomes) for part in parts] == [3, 3, 2]
    assert tuple(each for part in parts for each in part.outcomes) == PLAN.outcomes
    monkeypatch.setattr(query, "COLUMNS_A_QUERY", 1)
    assert [len(part.outcomes) for part in query.split_plan(PLAN)] == [1] * 8


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("SELECT 'SECRET'::int", "A query failed, SQLSTATE 22P02."),
        ("SELECT 'SECRET' || 1 / (i - 2) FROM generate_series(1, 9) AS i", "SQLSTATE 22012."),
        ("SELECT pg_terminate_backend(pg_backend_pid())", "The database went away."),
    ],
)
def test_an_error_of_the_database_tells_no_value(query, told, database):
    assert refused(use_database, database, ask(query)).endswith(told)


def test_a_database_that_cannot_be_used_is_told_before_anything_is_read(database):
    try_database(database)
    read_only = with_setting(database, "default_transaction_read_only=on")
    assert "takes no temporary tables" in refused(try_database, read_only)
    strict = database.replace("postgres:@/postgres", "poor@/strict")
    assert "the right TEMPORARY" in refused(try_database, strict)
    wrong = database.replace("postgres:@", "locked:SECRET@")
    assert "refused the user or the password" in refused(try_database, wrong)
    away = "postgresql://SECRET:SECRET@localhost:1/SECRET"
    assert "no connection" in refused(try_database, away)


def test_without_the_driver_the_message_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "adbc_driver_postgresql.dbapi", None)
    with pytest.raises(RtwError, match=r"pip install 'rtw-outcomes\[postgres\]'"):
        try_database("")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_stops_the_query_in_the_server(number, database):
    before = signal.signal(number, signal.default_int_handler)
    timer = Timer(0.5, os.kill, (os.getpid(), number))
    timer.start()
    began = time.monotonic()
    try:
        with pytest.raises(KeyboardInterrupt):
            use_database(database, ask("SELECT pg_sleep(60)"))
    finally:
        timer.join()
        signal.signal(number, before)
    assert time.monotonic() - began < 5
    running = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
    assert use_database(database, ask(running)) == []
