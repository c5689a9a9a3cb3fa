"""The coverage of intervals: the benchmark knows the truth, counts what holds it, and fails below the goal."""

import numpy as np
import pytest

from benchmarks import coverage
from rtw_outcomes.demo.effect import TRUE_DIFFERENCE_IN_NET_DAYS, TRUE_DIFFERENCE_IN_RETURN

PERSONS, TRIALS, CLUSTERS = 6_000, 20, (6, 10)


@pytest.fixture(scope="module")
def asked():
    """A small run, as the command line asks for it."""
    clusters = map(str, CLUSTERS)
    return coverage.read_arguments(
        ["--trials", str(TRIALS), "--persons", str(PERSONS), "--clusters", *clusters]
    )


@pytest.fixture(scope="module")
def population(asked):
    return coverage.draw_population(asked.persons, asked.seed)


def test_the_truth_is_what_the_demo_states(population):
    truth = coverage.find_truth(population)
    assert truth[coverage.NET_DAYS] == pytest.approx(TRUE_DIFFERENCE_IN_NET_DAYS, abs=2)
    assert truth[coverage.ADJUSTED] == pytest.approx(truth[coverage.NET_DAYS], abs=0.01)
    assert truth[coverage.RETURN] == pytest.approx(TRUE_DIFFERENCE_IN_RETURN, abs=2)
    assert truth[coverage.LOST] > 0


def test_most_intervals_hold_the_truth_and_all_are_there(population):
    truth = coverage.find_truth(population)
    for each in coverage.measure(population, truth, CLUSTERS[1], TRIALS, seed=1):
        assert each.without == 0
        assert each.held > 0.7 * TRIALS, each.effect
        assert abs(each.bias) < each.width / 4


def test_a_trial_has_whole_centres_half_of_them_in_each_arm(population):
    trial = population.draw_trial(10, np.random.default_rng(1))
    arms = {(int(c), int(g)) for c, g in zip(trial.sample.cluster, trial.sample.group, strict=True)}
    assert len(arms) == 10
    assert sum(group for _, group in arms) == 5


def test_what_is_measured_is_shown_and_kept(asked, tmp_path, capsys):
    status = coverage.run(asked, tmp_path)
    page = (tmp_path / "coverage.md").read_text("utf-8")
    assert page + "\n" == capsys.readouterr().out
    rows = [line.split(" | ") for line in page.splitlines() if line.startswith("| ")][1:]
    assert len(rows) == len(coverage.TITLES) * len(CLUSTERS)
    assert status == any(float(row[3]) < coverage.LEAST for row in rows)


def test_too_low_a_coverage_makes_it_fail(asked, monkeypatch, tmp_path):
    find_truth = coverage.find_truth
    monkeypatch.setattr(
        coverage, "find_truth", lambda p: {name: 1e6 + x for name, x in find_truth(p).items()}
    )
    assert coverage.run(asked, tmp_path) == 1
    assert "| 0.0 | 0 |" in (tmp_path / "coverage.md").read_text("utf-8")
