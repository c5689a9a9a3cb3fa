"""A small register as frames of each kind. It holds values that no message may show."""

import datetime

import pandas as pd
import polars as pl
import pytest

SECRETS = ("SECRET", "2019-11-13", "7013")

SPELLS = pl.DataFrame(
    {
        "person_id": [7013, 7013, 7014],
        "start_date": [
            datetime.date(2019, 11, 13),
            datetime.date(2020, 2, 1),
            datetime.date(2020, 4, 1),
        ],
        "end_date": [
            datetime.date(2020, 1, 31),
            datetime.date(2020, 2, 29),
            datetime.date(2020, 4, 10),
        ],
        "extent": [100.0, 50.0, 100.0],
        "benefit": ["sickness_benefit"] * 3,
    }
)
COHORT = pl.DataFrame(
    {
        "person_id": [7014, 7013],
        "index_date": [datetime.date(2020, 4, 1), datetime.date(2020, 1, 1)],
        "arm": ["control", "SECRET"],
    }
)
OBSERVED = (datetime.date(2019, 1, 1), datetime.date(2021, 12, 31))

# What `full_rtw_28d` and `net_sick_days_12m` are, worked out by hand, in the order of the cohort.
DAYS, NET_DAYS = [10, 60], [10.0, 45.5]

MAKERS = {
    "pandas": lambda frame: frame.to_pandas(),
    "polars": lambda frame: frame,
    "lazy polars": lambda frame: frame.lazy(),
    "arrow": lambda frame: frame.to_arrow(),
    "record batch": lambda frame: frame.to_arrow().combine_chunks().to_batches()[0],
}


@pytest.fixture
def spells():
    """The register rows as a frame of pandas."""
    return SPELLS.to_pandas()


@pytest.fixture
def cohort():
    """The cohort as a frame of pandas."""
    return COHORT.to_pandas()


def assert_no_secret(error):
    """No value of the data is in an error, nor in what a notebook shows below it."""
    assert not [secret for secret in SECRETS if secret in str(error)], str(error)
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None


def to_polars(frame):
    """A frame of results of any kind, for comparing."""
    frame = pl.from_pandas(frame) if isinstance(frame, pd.DataFrame) else pl.DataFrame(frame)
    # pandas has no whole numbers with a missing one among them, and no dates.
    floats = [name for name, kind in frame.schema.items() if kind.is_numeric()]
    dates = [name for name in frame.columns if name.endswith("_date")]
    return frame.with_columns(pl.col(floats).cast(pl.Float64), pl.col(dates).cast(pl.Date))
