"""Rows come in over ODBC with their types, through the driver of PostgreSQL."""

import datetime
import re
import sys
from decimal import Decimal

import pyarrow as pa
import pytest

from rtw_outcomes.errors import ContractError, RtwError
from rtw_outcomes.intake.readers.odbc import read_odbc

from .conftest import NAME, read_back

DRIVER = "PostgreSQL Unicode"


@pytest.fixture
def connection(server):
    """The connection string to the server of the tests."""
    try:
        import arrow_odbc
    except OSError:
        pytest.skip("ODBC has no driver manager here: apt-get install unixodbc odbc-postgresql")
    folder = re.findall("host=(.*)", server)[0]
    text = f"Driver={DRIVER};Server={folder};Port=5432;Database=postgres;Uid=postgres"
    try:
        arrow_odbc.read_arrow_batches_from_odbc("SELECT 1", text)
    except arrow_odbc.Error as error:
        if "Can't open lib" not in str(error):
            raise
        pytest.skip(f"ODBC has no driver `{DRIVER}` here: apt-get install odbc-postgresql")
    return text


def test_rows_come_in_with_their_types(connection, target):
    read_odbc("SELECT *, person_id::float8 AS float FROM spells", connection, NAME, target)
    table = read_back(target)
    types = [pa.int64(), pa.date32(), pa.decimal128(5, 2), pa.string(), pa.float64()]
    assert table.schema.types == types
    assert table.to_pydict() == {
        "person_id": [7013, None, 9007199254740993],
        "start_date": [datetime.date(2020, 2, 29), None, datetime.date(1959, 12, 31)],
        "extent": [Decimal("50.25"), None, Decimal("100.00")],
        "note": ["SECRET å", None, ""],
        "float": [7013.0, None, 9007199254740992.0],
    }


def test_a_double_keeps_its_digits(connection, target):
    read_odbc("SELECT 123456789.125::float8 AS number", connection, NAME, target)
    assert read_back(target)["number"].to_pylist() == [123456789.125]


def test_many_rows_keep_the_order_of_the_query(connection, target):
    query = (
        "SELECT i, repeat('x', 50)::varchar(50) AS text FROM generate_series(200000, 1, -1) AS i"
    )
    read_odbc(query, connection, NAME, target)
    assert read_back(target)["i"].to_pylist() == list(range(200000, 0, -1))


def test_a_query_without_rows_keeps_its_columns(connection, target):
    read_odbc("SELECT * FROM spells WHERE false", connection, NAME, target)
    table = read_back(target)
    assert (table.num_rows, table.num_columns) == (0, 4)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("SELECT 'SECRET' FROM nothere", "no table of a name in the query"),
        ("SELECT SECRET FROM spells", "no column of a name in the query"),
        ("SELEC 'SECRET'", "the query cannot be run"),
        ("", "the query cannot be run"),
        ("CREATE TEMP TABLE made (id int)", "the query gives no columns"),
        ("SELECT 1 AS id, 'SECRET' AS ID", "columns 1 and 2 have the same name"),
        ("SELECT repeat('SECRET', 10000) AS text", "a longer text"),
    ],
)
def test_a_wrong_query_is_refused(query, told, connection, target, refused):
    message = refused(lambda: read_odbc(query, connection, NAME, target), ContractError)
    assert message.startswith(f"{NAME}: ")
    assert told in message


@pytest.mark.parametrize("fetch", ["", ";UseDeclareFetch=1;Fetch=1000"])
def test_a_database_that_goes_away_leaves_no_rows(fetch, connection, target, refused):
    """The driver asks for all rows before it gives the first one, or for some rows at a time."""
    query = (
        "SELECT i, CASE WHEN i = 150000 THEN pg_terminate_backend(pg_backend_pid()) END AS stopped "
        "FROM generate_series(1, 200000) AS i"
    )
    message = refused(lambda: read_odbc(query, f"{connection}{fetch}", NAME, target), RtwError)
    assert "reading the rows stopped" in message


def test_a_wrong_password_is_told(connection, target, refused):
    locked = connection.replace("Uid=postgres", "Uid=locked;Pwd=SECRET")
    message = refused(lambda: read_odbc("SELECT 1", locked, NAME, target), RtwError)
    assert message == f"{NAME}: the database refused the user or the password."


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("Server=/", "Server=/SECRET/"), "no connection to the database"),
        (("Database=postgres", "Database=SECRET"), "no connection to the database"),
        ((DRIVER, "SECRET"), "no connection to the database"),
        ((f"Driver={DRIVER}", "DSN=SECRET"), "no data source or driver"),
    ],
)
def test_a_wrong_connection_is_told(change, told, connection, target, refused):
    wrong = connection.replace(*change)
    message = refused(lambda: read_odbc("SELECT 1", wrong, NAME, target), RtwError)
    assert told in message


def test_without_the_library_the_message_says_how_to_install_it(target, refused, monkeypatch):
    monkeypatch.setitem(sys.modules, "arrow_odbc", None)
    message = refused(lambda: read_odbc("SELECT 1", "", NAME, target), RtwError)
    assert message == "Reading over ODBC needs arrow-odbc: pip install 'rtw-outcomes[odbc]'"


def test_without_a_driver_manager_the_message_says_so(tmp_path, target, refused, monkeypatch):
    """On Linux the library looks for it when it is imported."""
    (tmp_path / "arrow_odbc.py").write_text("raise OSError('libodbc.so.2')", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "arrow_odbc", raising=False)
    message = refused(lambda: read_odbc("SELECT 1", "", NAME, target), RtwError)
    assert "A library of the system that it needs may be missing" in message
