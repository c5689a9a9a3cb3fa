"""The fast engines give the same whatever the register's order, its form and the memory they have."""

from dataclasses import replace

import duckdb
import polars as pl
import pytest
from hypothesis import given, note
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from rtw_outcomes.engines.registry import BUILT_IN
from rtw_outcomes.engines.sql import duckdb as duckdb_engine
from rtw_outcomes.planning.tables import is_in_order, spells_metadata
from tests.generative.strategies import in_rounds, studies

FAST = [name for name in BUILT_IN if name != "reference"]


def in_order(tables):
    return replace(tables, spells=tables.spells.sort("person_id", "start_date"))


def shuffled(tables):
    return replace(tables, spells=tables.spells.sample(fraction=1, shuffle=True, seed=1))


@in_rounds(20)
@given(study=studies(persons=(3, 9)), rows=st.integers(1, 9))
def test_the_form_of_the_register_changes_nothing(study, rows, tmp_path_factory):
    """In order and shuffled; as a frame, as a file, and worked on in parts of a few rows.

    All on one study: to draw it costs more than to compute it.
    """
    # A name that would be a pattern, if it were taken for one.
    path = tmp_path_factory.mktemp("register") / "spells[1]*.parquet"
    assert is_in_order(in_order(study.register.tables()).spells.lazy())
    for arrange in (in_order, shuffled):
        tables = arrange(study.register.tables())
        tables.spells.write_parquet(path)
        for engine in FAST:
            note(f"{arrange.__name__}, {engine}")
            assert_frame_equal(study.run(engine, tables), study.results)
            note("as a file")
            assert_frame_equal(study.run(engine, replace(tables, spells=path)), study.results)
        note("worked on in parts")
        with pytest.MonkeyPatch.context() as patch:
            for name in ("ROWS_A_PART", "ROWS_A_PART_IN_NO_ORDER"):
                patch.setattr(f"rtw_outcomes.engines.polars.engine.{name}", rows)
            assert_frame_equal(study.run("polars", tables), study.results)
            note("and in parts of a few outcomes, with rows counted for each index date")
            patch.setattr("rtw_outcomes.engines.polars.engine.OUTCOMES_AT_ONCE", 2)
            limited = study.run("polars", tables, memory_limit=10**9)
            assert_frame_equal(limited, study.results)


@in_rounds(10)
@given(study=studies(persons=(3, 9)), most=st.integers(1, 4))
def test_index_dates_that_do_not_fit_into_memory_are_halved(study, most):
    fetch, tables = duckdb_engine._fetch, study.register.tables()
    fits = max(most, tables.cohort.group_by("person_id").len()["len"].max())

    def fetch_few(connection, query):
        if connection.execute("SELECT count(*) FROM cohort").fetchall()[0][0] > fits:
            raise duckdb.OutOfMemoryException
        return fetch(connection, query)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(duckdb_engine, "_fetch", fetch_few)
        assert_frame_equal(study.run("duckdb", tables), study.results)


def test_rows_are_in_order_only_when_persons_and_their_start_dates_are():
    rows = pl.LazyFrame({"person_id": [1, 1, 2], "start_date": [3, 5, 1]})
    assert is_in_order(rows)
    assert is_in_order(rows.head(0))
    assert not is_in_order(rows.reverse())
    assert not is_in_order(rows.with_columns(start_date=pl.Series([5, 3, 1])))


def test_benefits_of_a_file_with_our_metadata_are_read_as_codes(tmp_path):
    path = tmp_path / "spells.parquet"
    (said,) = spells_metadata().values()
    with duckdb.connect() as connection:
        connection.execute(
            "COPY (SELECT 1::BIGINT AS person_id, DATE '2020-01-01' AS start_date, "
            "DATE '2020-01-02' AS end_date, 5::INTEGER AS extent_ppm, 'sick_pay' AS benefit) "
            f"TO '{path}' (FORMAT parquet, KV_METADATA {{'ARROW:schema': '{said}'}})"
        )
    assert isinstance(pl.read_parquet(path)["benefit"].dtype, pl.Enum)
