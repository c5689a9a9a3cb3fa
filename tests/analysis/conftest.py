"""Simulated samples, and the numbers of R for them; `data/README.md` says which R."""

import csv
from pathlib import Path

import numpy as np
import pytest

from rtw_outcomes.analysis.sample import Covariate, Sample

DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="session")
def reference():
    """Read the rows of a file of R."""

    def read(name):
        with (DATA / f"{name}.csv").open(encoding="utf-8") as file:
            return list(csv.DictReader(file))

    return read


@pytest.fixture(scope="session")
def simulated():
    """Read a simulated data set."""

    def read(name):
        return np.genfromtxt(DATA / f"data_{name}.csv", delimiter=",", names=True)

    return read


@pytest.fixture(scope="session")
def simdays(simulated):
    """Days of 432 simulated persons in 24 clusters, as a sample and values."""
    data = simulated("simdays")

    def build(has_clusters=True, has_age=True):
        sample = Sample(
            ("control", "treated"),
            data["arm"].astype(np.int64),
            data["id"].astype(np.int64),
            data["cluster"].astype(np.int64) if has_clusters else None,
            "cluster" if has_clusters else "",
            (Covariate("age", data["age"]),) if has_age else (),
        )
        return sample, data["days"]

    return build


@pytest.fixture(scope="session")
def simmonth(simulated):
    """Six months of 90 simulated persons in 15 clusters, as a sample and values [person, month]."""
    data = simulated("simmonth")
    persons = np.unique(data["id"])
    values = np.full((persons.size, 6), np.nan)
    values[np.searchsorted(persons, data["id"]), data["month"].astype(int) - 1] = data["days"]
    first = np.array([np.flatnonzero(data["id"] == one)[0] for one in persons])

    def build(has_clusters):
        sample = Sample(
            ("control", "treated"),
            data["arm"][first].astype(np.int64),
            persons.astype(np.int64),
            data["cluster"][first].astype(np.int64) if has_clusters else None,
        )
        return sample, values

    return build


@pytest.fixture(scope="session")
def find():
    """Find the one estimate with these facts."""

    def find_one(estimates, **facts):
        found = [
            each
            for each in estimates
            if all(getattr(each, name) == value for name, value in facts.items())
        ]
        assert len(found) == 1, f"{len(found)} estimates have {facts}"
        return found[0]

    return find_one
