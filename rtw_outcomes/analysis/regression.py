"""Regressions of statsmodels: the one module that imports it, and only when one is asked for.

It is an optional package. Without it these functions raise `ImportError`.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from rtw_outcomes.analysis.sample import Floats, Ints

MOST_STEPS = 500


@dataclass(frozen=True)
class Regression:
    """A fitted regression.

    Attributes:
        factors: of each column; of a zero-inflated model first those of the zeros. Dispersion last.
        covariance: of the factors.
        log_likelihood: at the estimate; NaN where there is none.
        error: why it cannot be used; empty when it can.
    """

    factors: Floats
    covariance: Floats
    log_likelihood: float
    error: str = ""


def fail_regression(error: str) -> Regression:
    """A regression that cannot be used."""
    nothing = np.zeros(0)
    return Regression(nothing, nothing, float("nan"), error)


@contextmanager
def _quiet() -> Iterator[None]:
    """Optimisers warn of what they try on the way; only where they end counts, and that is checked."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


def fit_negative_binomial(
    counts: Floats, matrix: Floats, person: Ints | None, start: Floats | None = None
) -> Regression:
    """Fit a negative binomial regression (NB2, logarithmic link) by maximum likelihood.

    Args:
        counts: whole numbers.
        matrix: the columns, with the intercept.
        person: for each row its person, where persons have several rows; the variance is then
            robust. None for the variance of the model.
        start: factors to start from.
    """
    from statsmodels.discrete.discrete_model import NegativeBinomial

    with _quiet():
        model = NegativeBinomial(counts, matrix)
        found = _fit(model, person, start, "bfgs")
        if found.error:  # from the start of statsmodels, or by the method that seldom fails
            found = _fit(model, person, None, "nm" if start is None else "bfgs")
    return found


def fit_zero_inflated(
    counts: Floats,
    matrix: Floats,
    zeros: Floats,
    person: Ints | None,
    start: Floats | None = None,
    least: float = -np.inf,
) -> Regression:
    """Fit a zero-inflated negative binomial regression by maximum likelihood.

    The end is always that of BFGS: other optimisers of statsmodels tell that they converge to wrong places.
    From afar its first step often goes where the likelihood has no number, so L-BFGS-B brings it near.

    Args:
        counts: whole numbers.
        matrix: the columns of the counts, with the intercept.
        zeros: the columns of the logit of a zero that no count explains, with the intercept.
        person: see `fit_negative_binomial`.
        start: factors to start from.
        least: the log-likelihood of the model without inflation, which it cannot fall below.
    """
    from statsmodels.discrete.count_model import ZeroInflatedNegativeBinomialP

    with _quiet():
        model = ZeroInflatedNegativeBinomialP(counts, matrix, exog_infl=zeros, inflation="logit")
        found = _fit(model, person, start, "bfgs")
        if found.error:
            near = _bring_near(model, _start_from_parts(counts, matrix, zeros))
            found = _fit(model, person, near, "bfgs")
    if not found.error and found.log_likelihood < least - 1e-3:
        return fail_regression("The zero-inflated model fits worse than the one without inflation.")
    return found


def _start_from_parts(counts: Floats, matrix: Floats, zeros: Floats) -> Floats:
    """Factors to start from: of the zeros as if no count were one of them, of the counts without the zeros."""
    from statsmodels.discrete.discrete_model import NegativeBinomial

    is_zero = counts == 0
    # Half a row in each cell keeps the logit of a group finite that has no zeros, or nothing else.
    share = (zeros.T @ is_zero + 0.5) / (zeros.sum(axis=0) + 1)
    logits = np.log(share / (1 - share))
    inflation = np.append(logits[:1], logits[1:] - logits[0])
    some = ~is_zero
    level = np.zeros(matrix.shape[1] + 1)
    level[0], level[-1] = np.log(counts[some].mean()), 1.0
    near = _bring_near(NegativeBinomial(counts[some], matrix[some]), level)
    return np.append(inflation, near)


def _bring_near(model: Any, start: Floats) -> Floats:
    """Factors near the largest likelihood."""
    try:
        result = model.fit(
            start_params=start, method="lbfgs", maxiter=MOST_STEPS, disp=0, skip_hessian=True
        )
    except (np.linalg.LinAlgError, ValueError, OverflowError, ZeroDivisionError):
        return start
    found = np.asarray(result.params, np.float64)
    return found if np.isfinite(found).all() else start


def _fit(model: Any, person: Ints | None, start: Floats | None, method: str) -> Regression:
    robust = {} if person is None else {"cov_type": "cluster", "cov_kwds": {"groups": person}}
    try:
        result = model.fit(start_params=start, method=method, maxiter=MOST_STEPS, disp=0, **robust)
        factors = np.asarray(result.params, np.float64)
        covariance = np.asarray(result.cov_params(), np.float64)
        log_likelihood = float(result.llf)
        has_converged = bool(result.mle_retvals.get("converged", True))
    except (np.linalg.LinAlgError, ValueError, OverflowError, ZeroDivisionError):
        return fail_regression("The regression cannot be fitted to these values.")
    variances = np.diag(covariance)
    if not (np.isfinite(factors).all() and np.isfinite(log_likelihood)):
        return fail_regression("The regression has no estimate.")
    if not has_converged or not np.isfinite(variances).all() or (variances <= 0).any():
        return fail_regression("The regression does not converge.")
    return Regression(factors, covariance, log_likelihood)


def fit_exchangeable(values: Floats, matrix: Floats, block: Ints) -> Regression:
    """Fit generalised estimating equations of means with an exchangeable correlation within blocks.

    The variance is the sandwich of Liang and Zeger (1986, Biometrika 73:13).

    Args:
        values: of each row.
        matrix: the columns, with the intercept.
        block: for each row the number of its person or cluster.
    """
    from statsmodels.genmod.cov_struct import Exchangeable
    from statsmodels.genmod.generalized_estimating_equations import GEE

    with _quiet():
        try:
            result = GEE(values, matrix, groups=block, cov_struct=Exchangeable()).fit(maxiter=200)
            factors = np.asarray(result.params, np.float64)
            covariance = np.asarray(result.cov_robust, np.float64)
        except (np.linalg.LinAlgError, ValueError, ZeroDivisionError):
            return fail_regression("The estimating equations cannot be solved for these values.")
    if not np.isfinite(factors).all() or not np.isfinite(covariance).all():
        return fail_regression("The estimating equations have no solution for these values.")
    return Regression(factors, covariance, float("nan"))
