"""What the tests of the PostgreSQL engine share: the server that the readers are tested with."""

from tests.intake_readers.conftest import server as server
