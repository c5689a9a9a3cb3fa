"""Files of Arrow and Feather come in whole, in both of their forms."""

import datetime
import uuid

import polars as pl
import pyarrow as pa
import pyarrow.feather
import pytest

from rtw_outcomes.errors import ContractError
from rtw_outcomes.intake.readers.arrow import read_arrow

from .conftest import NAME, read_back

TABLE = pa.table(
    {
        "person_id": pa.array([7013, None, 7014], pa.int64()),
        "day": [datetime.date(2020, 2, 29), None, datetime.date(1959, 12, 31)],
        "benefit": pa.array(["SECRET", None, "b"]).dictionary_encode(),
        "code": pa.array([3, None, 4], pa.int16()).dictionary_encode(),
        "view": pa.array(["x", None, "y"], pa.string_view()),
        "large": pa.array(["x", None, "y"], pa.large_string()),
        "half": pa.array([0.5, None, 1.5], pa.float16()),
        "extent": pa.array([50.0, None, 100.0]),
        "amount": pa.array([1, None, 2]).cast(pa.decimal128(25, 2)),
        "time": pa.array([datetime.datetime(2020, 1, 1), None, None], pa.timestamp("ns")),
    }
)
PLAIN = [
    *(pa.int64(), pa.date32(), pa.string(), pa.int16(), pa.string(), pa.large_string()),
    *(pa.float32(), pa.float64(), pa.decimal128(25, 2), pa.timestamp("ns")),
]


def write_file(table, path):
    with pa.ipc.new_file(path, table.schema) as writer:
        writer.write_table(table, max_chunksize=2)


def write_stream(table, path):
    with pa.ipc.new_stream(path, table.schema) as writer:
        writer.write_table(table, max_chunksize=2)


def write_polars_stream(table, path):
    pl.from_arrow(table).write_ipc_stream(path)


WRITERS = {
    "file": write_file,
    "stream": write_stream,
    "feather": lambda table, path: pyarrow.feather.write_feather(table, str(path)),
    "polars": lambda table, path: pl.from_arrow(table).write_ipc(path, compression="zstd"),
    "polars stream": write_polars_stream,
}


@pytest.mark.parametrize("form", WRITERS)
def test_rows_come_in_as_they_are(form, tmp_path, target):
    path = tmp_path / "rows.arrow"
    WRITERS[form](TABLE.drop_columns("half"), path)
    read_arrow(path, NAME, target)
    assert read_back(target).to_pydict() == TABLE.drop_columns("half").to_pydict()


def test_types_are_kept_and_categories_become_texts(tmp_path, target):
    write_file(TABLE, tmp_path / "rows.arrow")
    read_arrow(tmp_path / "rows.arrow", NAME, target)
    table = read_back(target)
    assert table.schema.types == PLAIN
    assert table["half"].to_pylist() == [0.5, None, 1.5]


def test_types_that_parquet_lacks_become_texts(tmp_path, target):
    """As numbers, which lengths of time are in Parquet, the contract would take them for an extent."""
    length = datetime.timedelta(days=1)
    table = pa.table(
        {
            "id": pa.array([uuid.UUID(int=7).bytes, None], pa.uuid()),
            "length": [length, None],
            "months": pa.array([pa.MonthDayNano([1, 2, 3]), None]),
            "runs": pa.RunEndEncodedArray.from_arrays([1, 2], ["a", None]),
        }
    )
    write_file(table, tmp_path / "rows.arrow")
    read_arrow(tmp_path / "rows.arrow", NAME, target)
    written = read_back(target)
    assert written.schema.types == [pa.string()] * 4
    assert written.to_pylist()[0] == {
        "id": str(uuid.UUID(int=7)),
        "length": "1 day, 0:00:00",
        "months": "MonthDayNano(months=1, days=2, nanoseconds=3)",
        "runs": "a",
    }
    assert set(written.to_pylist()[1].values()) == {None}


def test_categories_may_be_others_in_each_batch(tmp_path, target):
    path = tmp_path / "rows.arrows"
    parts = [pa.table({"benefit": pa.array(part).dictionary_encode()}) for part in (["a"], ["b"])]
    with pa.ipc.new_stream(path, parts[0].schema) as writer:
        for part in parts:
            writer.write_table(part)
    read_arrow(path, NAME, target)
    assert read_back(target)["benefit"].to_pylist() == ["a", "b"]


@pytest.mark.parametrize("form", WRITERS)
@pytest.mark.parametrize("cut", [1, 8, 300])
def test_a_file_that_was_cut_off_is_refused(form, cut, tmp_path, target, refused):
    path = tmp_path / "rows.arrow"
    WRITERS[form](TABLE.drop_columns("half"), path)
    path.write_bytes(path.read_bytes()[:-cut])
    message = refused(lambda: read_arrow(path, NAME, target), ContractError)
    assert message.startswith(f"{NAME}: the file cannot be read as Arrow")


@pytest.mark.parametrize("content", [b"", b"SECRET;1\n" * 9, b"ARROW1SECRET", b"FEA1" + bytes(90)])
def test_a_file_of_another_kind_is_refused(content, tmp_path, target, refused):
    path = tmp_path / "rows.feather"
    path.write_bytes(content)
    refused(lambda: read_arrow(path, NAME, target), ContractError)


def test_a_file_with_broken_bytes_is_refused_or_read(tmp_path, target):
    """No byte may send the program away; what still reads as a table is the contract's to judge."""
    path = tmp_path / "rows.arrow"
    write_file(TABLE, path)
    content = bytearray(path.read_bytes())
    for place in range(8, len(content), 97):
        path.write_bytes(content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :])
        try:
            read_arrow(path, NAME, target)
        except ContractError:
            continue
        target.unlink()


def test_names_that_are_the_same_or_empty_are_refused(tmp_path, target, refused):
    path = tmp_path / "rows.arrow"
    write_file(pa.table([[1], [2]], names=["id", "ID"]), path)
    assert "same name" in refused(lambda: read_arrow(path, NAME, target), ContractError)
    write_file(pa.table([[1], [2]], names=["id", " "]), path)
    assert "column 2 has no name" in refused(lambda: read_arrow(path, NAME, target), ContractError)


def test_a_type_that_parquet_cannot_hold_is_refused(tmp_path, target, refused):
    table = pa.table({"months": pa.array([[pa.MonthDayNano([1, 2, 3])]])})
    write_file(table, tmp_path / "rows.arrow")
    message = refused(lambda: read_arrow(tmp_path / "rows.arrow", NAME, target), ContractError)
    assert "no place in Parquet" in message
