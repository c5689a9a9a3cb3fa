"""The fast engines give the same whatever the register's order, its form and the memory they have."""

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from rtw_outcomes.engines.registry import ENGINES
from rtw_outcomes.planning.tables import is_in_order, spells_metadata
from tests.generative.strategies import in_rounds, studies

FAST = [name for name in ENGINES if name != "reference"]


def in_order(tables):
    return replace(tables, spells=tables.spells.sort("person_id", "start_date"))


def shuffled(tables):
    return replace(tables, spells=tables.spells.sample(fraction=1, shuffle=True, seed=1))


@pytest.mark.parametrize("engine", FAST)
@in_rounds(20)
@given(study=studies(persons=(3, 9)))
def test_sorted_and_unsorted_rows_give_the_same(engine, study):
    tables = study.register.tables()
    assert is_in_order(in_order(tables).spells.lazy())
    assert_frame_equal(study.run(engine, in_order(tables)), study.results)
    assert_frame_equal(study.run(engine, shuffled(tables)), study.results)


@pytest.mark.parametrize("engine", FAST)
@pytest.mark.parametrize("arrange", [in_order, shuffled])
@in_rounds(20)
@given(study=studies(persons=(3, 9)))
def test_a_file_gives_what_a_frame_gives(engine, arrange, study, tmp_path_factory):
    tables = arrange(study.register.tables())
    # A name that would be a pattern, if it were taken for one.
    path = tmp_path_factory.mktemp("register") / "spells[1]*.parquet"
    tables.spells.write_parquet(path)
    assert_frame_equal(study.run(engine, replace(tables, spells=path)), study.results)


@pytest.mark.parametrize("arrange", [in_order, shuffled])
@in_rounds(20)
@given(study=studies(persons=(3, 9)), rows=st.integers(1, 9))
def test_persons_worked_on_in_parts_give_what_all_at_once_give(
    arrange, study, rows, monkeypatch_parts
):
    monkeypatch_parts(rows)
    results = study.run("polars", arrange(study.register.tables()))
    assert_frame_equal(results, study.results)


@pytest.fixture(scope="module")
def monkeypatch_parts():
    from rtw_outcomes.engines.polars import engine

    with pytest.MonkeyPatch.context() as patch:
        yield lambda rows: patch.setattr(engine, "ROWS_A_PART", rows)


def test_rows_are_in_order_only_when_persons_and_their_start_dates_are():
    rows = pl.LazyFrame({"person_id": [1, 1, 2], "start_date": [3, 5, 1]})
    assert is_in_order(rows)
    assert is_in_order(rows.head(0))
    assert not is_in_order(rows.reverse())
    assert not is_in_order(rows.with_columns(start_date=pl.Series([5, 3, 1])))


def test_benefits_of_a_file_with_our_metadata_are_read_as_codes(tmp_path):
    import duckdb

    path = tmp_path / "spells.parquet"
    (said,) = spells_metadata().values()
    with duckdb.connect() as connection:
        connection.execute(
            "COPY (SELECT 1::BIGINT AS person_id, DATE '2020-01-01' AS start_date, "
            "DATE '2020-01-02' AS end_date, 5::INTEGER AS extent_ppm, 'sick_pay' AS benefit) "
            f"TO '{path}' (FORMAT parquet, KV_METADATA {{'ARROW:schema': '{said}'}})"
        )
    assert isinstance(pl.read_parquet(path)["benefit"].dtype, pl.Enum)
