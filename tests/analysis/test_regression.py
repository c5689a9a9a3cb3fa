import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit, gammaln

from rtw_outcomes.analysis.regression import fit_zero_inflated


def draw_days(seed):
    """Long absences of two groups, and some persons without any."""
    random = np.random.default_rng(seed)
    rows = 150 if seed % 2 else 300
    group = random.integers(0, 2, rows)
    days = np.minimum(366.0, np.rint(random.gamma(2, 140, rows) * np.exp(0.1 * group)))
    days[random.random(rows) < (0.02, 0.06, 0.2, 0.5)[seed % 4]] = 0
    return days, np.column_stack([np.ones(rows), group])


def find_largest(days, matrix):
    """The largest likelihood, by an optimiser that needs no slopes."""

    def lose(factors):
        zero = expit(matrix @ factors[:2])
        mean, size = np.exp(matrix @ factors[2:4]), np.exp(-factors[4])
        count = gammaln(days + size) - gammaln(size) - gammaln(days + 1)
        count += size * np.log(size / (size + mean)) + days * np.log(mean / (size + mean))
        return -np.sum(
            np.where(days == 0, np.log(zero + (1 - zero) * np.exp(count)), np.log1p(-zero) + count)
        )

    options = {"maxiter": 6000, "maxfev": 6000, "xatol": 1e-9, "fatol": 1e-10}
    return -minimize(lose, [-1, 0, 5, 0, -0.7], method="Nelder-Mead", options=options).fun


@pytest.mark.parametrize("seed", range(8))
def test_a_zero_inflated_regression_of_days_finds_the_largest_likelihood(seed):
    days, matrix = draw_days(seed)
    found = fit_zero_inflated(days, matrix, matrix, None)
    assert found.error == ""
    assert found.log_likelihood == pytest.approx(find_largest(days, matrix), abs=1e-4)
