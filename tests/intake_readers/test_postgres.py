"""Rows of a real PostgreSQL come in with their types, and no message shows a query or a password."""

import datetime
import sys

import duckdb
import pyarrow as pa
import pytest

from rtw_outcomes.errors import ContractError, RtwError
from rtw_outcomes.intake.readers.postgres import read_postgres

from .conftest import NAME, read_back


def test_rows_come_in_with_their_types(server, target):
    read_postgres("SELECT * FROM spells", server, NAME, target)
    table = read_back(target)
    assert table.schema.types == [pa.int64(), pa.date32(), pa.float64(), pa.string()]
    assert table.to_pydict() == {
        "person_id": [7013, None, 9007199254740993],
        "start_date": [datetime.date(2020, 2, 29), None, datetime.date(1959, 12, 31)],
        "extent": [50.25, None, 100.0],
        "note": ["SECRET å", None, ""],
    }


def test_many_rows_keep_the_order_of_the_query(server, target):
    query = "SELECT i, repeat('x', 100) AS text FROM generate_series(300000, 1, -1) AS i"
    read_postgres(query, server, NAME, target)
    table = read_back(target)
    assert table["i"].to_pylist() == list(range(300000, 0, -1))


def test_a_query_without_rows_keeps_its_columns(server, target):
    read_postgres("SELECT * FROM spells WHERE false", server, NAME, target)
    table = read_back(target)
    assert (table.num_rows, table.num_columns) == (0, 4)


def test_values_that_arrow_lacks(server, target):
    """Infinity and NaN stay filled, so that the contract finds them unreadable."""
    query = """
        SELECT date 'infinity' AS day, timestamp '-infinity' AS time, 'NaN'::numeric AS number,
               '00000000-0000-0000-0000-000000000007'::uuid AS id, interval '1 day' AS length
    """
    read_postgres(query, server, NAME, target)
    row = duckdb.sql(
        "SELECT NOT year(day) BETWEEN 1 AND 9999, NOT year(time) BETWEEN 1 AND 9999, "
        f"isnan(number), id, typeof(length) FROM read_parquet('{target}')"
    ).fetchall()[0]
    assert row == (True, True, True, "00000000-0000-0000-0000-000000000007", "VARCHAR")


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("SELECT 'SECRET' FROM nothere", "no table or view of a name in the query"),
        ("SELECT SECRET FROM spells", "no column of a name in the query"),
        ("SELEC 'SECRET'", "not written as PostgreSQL expects"),
        ("SELECT 'SECRET'::int", "the query cannot be run"),
        ("", "the query cannot be run"),
        ("CREATE TABLE made (id int)", "the query gives no columns"),
        ("SELECT 1 AS id, 'SECRET' AS id", "columns 1 and 2 have the same name"),
    ],
)
def test_a_wrong_query_is_refused(query, told, server, target, refused):
    message = refused(lambda: read_postgres(query, server, NAME, target), ContractError)
    assert message.startswith(f"{NAME}: ")
    assert told in message


def test_a_table_that_the_user_may_not_read_is_told(server, target, refused):
    address = server.replace("postgres:@", "locked:right@")
    message = refused(
        lambda: read_postgres("SELECT * FROM spells", address, NAME, target), ContractError
    )
    assert "may not read a table" in message


def test_the_query_changes_nothing(server, target):
    delete = "DELETE FROM spells RETURNING person_id"
    for query in (delete, "SELECT person_id FROM spells"):
        read_postgres(query, server, NAME, target)
        assert read_back(target).num_rows == 3


@pytest.mark.parametrize(
    "query",
    [
        "SELECT i, CASE WHEN i = 200000 THEN pg_terminate_backend(pg_backend_pid()) END AS stopped "
        "FROM generate_series(1, 300000) AS i",
        "SELECT i, 'SECRET' || 1 / (i - 200000) AS number FROM generate_series(1, 300000) AS i",
    ],
)
def test_a_query_that_stops_in_the_middle_leaves_no_rows(query, server, target, refused):
    message = refused(lambda: read_postgres(query, server, NAME, target), RtwError)
    assert "reading the rows stopped" in message


def test_a_wrong_password_is_told(server, target, refused):
    address = server.replace("postgres:@", "locked:SECRET@")
    message = refused(lambda: read_postgres("SELECT 1", address, NAME, target), RtwError)
    assert message == f"{NAME}: the database refused the user or the password."


@pytest.mark.parametrize(
    "address",
    ["postgresql://SECRET:SECRET@localhost:1/SECRET", "host=x password='SECRET", "SECRET"],
)
def test_a_server_that_is_away_is_told(address, target, refused):
    message = refused(lambda: read_postgres("SELECT 1", address, NAME, target), RtwError)
    assert "no connection to the database" in message


def test_without_the_driver_the_message_says_how_to_install_it(target, refused, monkeypatch):
    monkeypatch.setitem(sys.modules, "adbc_driver_postgresql.dbapi", None)
    message = refused(lambda: read_postgres("SELECT 1", "", NAME, target), RtwError)
    assert message == (
        "Reading from PostgreSQL needs adbc-driver-postgresql: pip install 'rtw-outcomes[postgres]'"
    )
