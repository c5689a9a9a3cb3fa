"""Batches into one Parquet file, written whole or not at all; the last step of every reader."""

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from rtw_outcomes.errors import refuse
from rtw_outcomes.intake.header import check_header_names


def write_batches(
    batches: Iterable[pa.RecordBatch], schema: pa.Schema, name: str, target: Path
) -> int:
    """Write batches in their order, and give the number of their rows.

    A batch whose types are not those of `schema` is cast. The file appears under its name when all
    batches are in it.

    Args:
        batches: the rows; what reads them tells its own errors.
        schema: the columns, as they were delivered.
        name: the source, for messages.
        target: the file to write.

    Raises:
        ContractError: a column has no name or the name of another one, or a type that has no place in
            Parquet, or a batch does not fit.
    """
    check_header_names(schema.names, name)
    plain = pa.schema([field.with_type(_plain(field.type)) for field in schema])
    beside, rows = target.with_name(f"{target.name}.part"), 0
    try:
        with pq.ParquetWriter(beside, plain, compression="lz4") as writer:
            for batch in batches:
                writer.write_batch(_cast(batch, plain, name))
                rows += batch.num_rows
        beside.replace(target)
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
        raise refuse(name, "a column has a type that has no place in Parquet") from None
    finally:
        beside.unlink(missing_ok=True)
    return rows


def _plain(kind: pa.DataType) -> pa.DataType:
    """The type in the file: one that DuckDB reads as what it means."""
    if _becomes_text(kind) or pa.types.is_string_view(kind):
        return pa.string()
    if pa.types.is_dictionary(kind) or pa.types.is_run_end_encoded(kind):
        return _plain(kind.value_type)
    if isinstance(kind, pa.BaseExtensionType):
        return _plain(kind.storage_type)
    return pa.float32() if pa.types.is_float16(kind) else kind


def _becomes_text(kind: pa.DataType) -> bool:
    """Types that Parquet lacks, or that would come out of it as bytes or as whole numbers."""
    return (
        isinstance(kind, pa.UuidType)
        or pa.types.is_duration(kind)
        or pa.types.is_interval(kind)
        or pa.types.is_union(kind)
    )


def _cast(batch: pa.RecordBatch, schema: pa.Schema, name: str) -> pa.RecordBatch:
    try:
        columns = [_decode(column) for column in batch.columns]
        return pa.record_batch(columns, names=batch.schema.names).cast(schema)
    except (pa.ArrowException, ValueError):
        # The texts of Arrow's errors hold values.
        raise refuse(
            name, "the columns are not the same, or not of the same types, in all parts"
        ) from None


def _decode(column: pa.Array) -> pa.Array:
    """A column that Arrow can cast to its plain type."""
    kind = column.type
    if _becomes_text(kind):
        texts = [None if value is None else str(value) for value in column.to_pylist()]
        return pa.array(texts, pa.string())
    if pa.types.is_run_end_encoded(kind):
        return pc.run_end_decode(column)
    if pa.types.is_dictionary(kind) and pa.types.is_string_view(kind.value_type):
        # Arrow cannot look up views, which Polars writes.
        return pa.DictionaryArray.from_arrays(column.indices, column.dictionary.cast(pa.string()))
    return column
