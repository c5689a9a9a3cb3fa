"""Values that a frame of the cohort brings: of every type of numbers, in the range or refused."""

import pandas as pd
import polars as pl
import pytest

from rtw_outcomes import ContractError, compute
from tests.library.conftest import COHORT, MAKERS, OBSERVED, SPELLS, assert_no_secret, to_polars

ABILITY = {
    "outcome": "ability",
    "language": 1,
    "title": "Work ability",
    "source": {"text": "none", "certainty": "none"},
    "measure": {"reported": {"column": "wai", "range": {"from": 7, "to": 49}}},
}


def run_with(values, kind="polars"):
    cohort = MAKERS[kind](COHORT.with_columns(pl.Series("wai", values)))
    return compute([ABILITY], MAKERS[kind](SPELLS), cohort, observed=OBSERVED)


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("values", [[7.5, 49.0], [7, 49], [None, 49], [None, 49.0]])
def test_numbers_of_any_type_are_taken_from_frames_of_each_kind(kind, values):
    found = to_polars(run_with(values, kind).outcomes)["ability"].fill_nan(None)
    assert found.to_list() == values


@pytest.mark.parametrize("dtype", ["Int64", "Float64", "UInt8", "float32"])
def test_columns_of_pandas_may_have_missing_numbers(dtype):
    missing = pd.NA if dtype[0].isupper() else float("nan")
    cohort = COHORT.to_pandas().assign(wai=pd.array([missing, 49], dtype=dtype))
    run = compute([ABILITY], SPELLS.to_pandas(), cohort, observed=OBSERVED)
    assert to_polars(run.outcomes)["ability"].fill_nan(None).to_list() == [None, 49]


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("values", [[7013.0, 8.0], [6, 8], [-7013, 8], [float("inf"), 8.0]])
def test_a_number_outside_of_the_range_stops_the_computation(kind, values):
    with pytest.raises(ContractError, match="`ability` cannot take") as error:
        run_with(values, kind)
    assert "numbers from 7 to 49" in str(error.value)
    assert_no_secret(error.value)


@pytest.mark.parametrize("values", [["SECRET", "8"], [True, False]])
def test_texts_and_answers_are_no_numbers(values):
    with pytest.raises(ContractError, match=r"the wrong type|cannot take") as error:
        run_with(values)
    assert_no_secret(error.value)
