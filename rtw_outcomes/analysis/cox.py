"""Cox regression with Efron's ties on days in whole numbers: the coefficients and what they vary by.

Days are whole numbers and covariates have few values, so a table of how many leave on each day, by their
covariates, holds all that the regression needs. Tables per cluster make the table without one of them.
Other programs (greenwood 0.8, statsmodels 0.15) leave the ties out of the residuals of the
robust variance and give standard errors that are 5 to 30 percent too small with weekly to quarterly
days; the residuals here are those of R's `survival`.
"""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from rtw_outcomes.analysis.jackknife import number_codes
from rtw_outcomes.analysis.sample import Flags, Floats, Ints
from rtw_outcomes.analysis.tied_days import sum_over_ties

MOST_STEPS = 40  # of Newton; 5 are usual, and coefficients that run to infinity need all
CLOSE = 1e-10  # of a coefficient of a column in units of its standard deviation
FLAT = 1e-9  # what is left to gain in the logarithm of the partial likelihood
MANY_STEPS = 12  # after which a flat likelihood means that a coefficient runs to infinity
CLOSE_TO_FLAT = (
    1e-5  # how far a coefficient with a finite solution moves where the likelihood is flat
)
LARGEST_EXPONENT = 100.0  # of a relative hazard; squares of it are still numbers
# Of a coefficient in these units, by the information. With one event in each of two groups of one size it is
# about 0.5; where the likelihood is flat or rises forever it has many digits.
LARGEST_VARIANCE = 25.0
LONGEST_STEP = 2.0  # keeps the exponential finite before the coefficients are near
MANY_CELLS = 200_000  # of a table, from which a part of it finds where to start
EVERY = 16  # th pattern is in this part
PRODUCTS_TO_REFINE = 1_000_000_000  # more would take more than some 10 seconds


@dataclass(frozen=True)
class CoxRows:
    """Index dates that are alike in everything, as one row with a weight, in the order of clusters.

    Attributes:
        patterns: the different sets of covariates, [pattern, column].
        pattern: the number of the covariates of each row.
        day: the day of the event or of the end of observation.
        is_event: whether it ends with the event.
        weight: how many index dates the row stands for.
        cluster: the number of the cluster.
        clusters: how many there are.
        row: for each index date the number of its row.
    """

    patterns: Floats
    pattern: Ints
    day: Ints
    is_event: Flags
    weight: Floats
    cluster: Ints
    clusters: int
    row: Ints

    @property
    def columns(self) -> Floats:
        """The covariates of each row, [row, column]."""
        return np.asarray(self.patterns[self.pattern])

    @property
    def days(self) -> int:
        """The number of days that are counted."""
        return int(self.day.max(initial=0)) + 1

    @cached_property
    def table(self) -> "CoxTable":
        """Those who leave on each day, of all clusters."""
        return tabulate(self)


@dataclass(frozen=True)
class CoxTable:
    """How many index dates leave on each day, by their covariates.

    Attributes:
        patterns: the different sets of covariates, [pattern, column].
        counts: a sparse table: two rows a day, those who leave without the event and with it, and a
            column for each pattern.
    """

    patterns: Floats
    counts: Any

    def take_away(self, part: "CoxTable") -> "CoxTable":
        """The table without those of a part."""
        return CoxTable(self.patterns, self.counts - part.counts)

    def choose(self, step: int) -> "CoxTable":
        """The index dates of one pattern in so many."""
        return CoxTable(self.patterns[::step], self.counts[:, ::step])


@dataclass(frozen=True)
class DaySums:
    """Sums per day.

    Attributes:
        risk: of the relative hazard times the products of 1 and the columns with each other, over
            those at risk: [day, 1 + column, 1 + column].
        tied: the same over those with the event on the day.
        events: the number of events: [day].
        columns: the sum of the columns over the events: [column].
    """

    risk: Floats
    tied: Floats
    events: Floats
    columns: Floats

    def take_away(self, part: "DaySums") -> "DaySums":
        """The sums without those of a part."""
        return DaySums(
            self.risk - part.risk,
            self.tied - part.tied,
            self.events - part.events,
            self.columns - part.columns,
        )


@dataclass(frozen=True)
class Slope:
    """The derivatives of the partial likelihood.

    Attributes:
        score: the first: [column].
        information: minus the second: [column, column].
        score_by_day, information_by_day: the same day by day.
    """

    score: Floats
    information: Floats
    score_by_day: Floats
    information_by_day: Floats


@dataclass(frozen=True)
class CoxFit:
    """The solution.

    Attributes:
        coefficients: logarithms of hazard ratios per unit of each column.
        information: of the partial likelihood at the solution.
        is_found: whether there is a solution.
        finite: which coefficients do not run to infinity, as that of a level without events does; the
            others are then still the solution.
    """

    coefficients: Floats
    information: Floats
    is_found: bool
    finite: Flags

    @cached_property
    def is_told(self) -> Flags:
        """Which coefficients the likelihood depends on: those that are finite, with enough information."""
        columns = np.eye(self.coefficients.size)
        variances = np.array([_solve(self.information, own) @ own for own in columns])
        told: Flags = self.finite & (variances > 0) & (variances < LARGEST_VARIANCE)
        return told


def gather_rows(columns: Floats, day: Ints, is_event: Flags, cluster: Ints | None) -> CoxRows:
    """Gather index dates that are alike, so that all later sums are short.

    Where most are different, as with a covariate in many decimals, each keeps its own row.
    """
    owner, clusters = (
        (np.zeros(day.size, np.int64), 1) if cluster is None else number_codes(cluster)
    )
    pattern = np.zeros(day.size, np.int64)
    for column in columns.T:
        values, codes = np.unique(column, return_inverse=True)
        pattern, _ = number_codes(pattern * values.size + codes)
    pattern, patterns = number_codes(pattern)
    days = int(day.max(initial=0)) + 1
    row, rows = number_codes(((owner * days + day) * 2 + is_event) * patterns + pattern)
    first, first_of_pattern = np.zeros(rows, np.int64), np.zeros(patterns, np.int64)
    first[row] = first_of_pattern[pattern] = np.arange(day.size)
    return CoxRows(
        columns[first_of_pattern],
        pattern[first],
        day[first],
        is_event[first],
        np.bincount(row, minlength=rows).astype(float),
        owner[first],
        clusters,
        row,
    )


def tabulate(rows: CoxRows, cluster: int | None = None) -> CoxTable:
    """Count those who leave on each day, of one cluster or of all."""
    kept = slice(None)
    if cluster is not None:
        kept = slice(*np.searchsorted(rows.cluster, [cluster, cluster + 1]).tolist())
    cell = (rows.day * 2 + rows.is_event)[kept]
    shape = (rows.days * 2, len(rows.patterns))
    return CoxTable(
        rows.patterns, csr_array((rows.weight[kept], (cell, rows.pattern[kept])), shape=shape)
    )


def sum_days(table: CoxTable, coefficients: Floats) -> DaySums:
    """Sum over those at risk on each day."""
    relative = np.exp(table.patterns @ coefficients)
    with_one = np.concatenate((np.ones((relative.size, 1)), table.patterns), axis=1)
    width = with_one.shape[1]
    products = np.zeros((table.counts.shape[0], width, width))
    for one in range(width):
        found = table.counts @ ((relative * with_one[:, one])[:, None] * with_one[:, one:])
        products[:, one, one:] = found
        products[:, one:, one] = found
    products = products.reshape(-1, 2, width, width)
    events = table.counts[1::2]
    return DaySums(
        np.flip(np.cumsum(np.flip(products.sum(axis=1), 0), axis=0), 0),
        products[:, 1],
        np.asarray(events.sum(axis=1), np.float64),
        np.asarray(events.sum(axis=0)) @ table.patterns,
    )


def find_slope(sums: DaySums) -> Slope:
    """Find the derivatives of the partial likelihood with Efron's ties.

    On a day with m events the l-th of them, l = 0 to m - 1, meets a risk set of which the share l / m
    of the tied events has gone (Efron 1977, JASA 72:557).
    """
    risk, tied = sums.risk[..., 0, 1:], sums.tied[..., 0, 1:]
    ties = sum_over_ties(sums.risk[..., 0, 0], sums.tied[..., 0, 0], sums.events)
    expected = ties.one[..., None] * risk - ties.gone[..., None] * tied
    by_day = -expected
    mixed = risk[..., :, None] * tied[..., None, :]
    information = (
        ties.one[..., None, None] * sums.risk[..., 1:, 1:]
        - ties.gone[..., None, None] * sums.tied[..., 1:, 1:]
        - ties.square[..., None, None] * _square(risk)
        + ties.gone_square[..., None, None] * (mixed + np.swapaxes(mixed, -1, -2))
        - ties.gone_twice[..., None, None] * _square(tied)
    )
    return Slope(sums.columns + by_day.sum(axis=-2), information.sum(axis=-3), by_day, information)


def fit_cox(table: CoxTable, start: Floats | None = None) -> CoxFit:
    """Find the coefficients by Newton's method.

    Args:
        table: with columns that are centred and scaled.
        start: coefficients to start from.
    """
    if start is None and table.counts.nnz > MANY_CELLS:
        part = fit_cox(table.choose(EVERY))
        start = part.coefficients if part.is_found else None
    coefficients = np.zeros(table.patterns.shape[1]) if start is None else start
    information = np.zeros((coefficients.size, coefficients.size))
    for taken in range(MOST_STEPS):
        if float(np.max(np.abs(table.patterns @ coefficients), initial=0.0)) > LARGEST_EXPONENT:
            break
        slope = find_slope(sum_days(table, coefficients))
        information = slope.information
        step = _solve(information, slope.score)
        if not np.all(np.isfinite(step)):
            break
        still = np.abs(step) < CLOSE_TO_FLAT
        longest = float(np.max(np.abs(step), initial=0.0))
        coefficients = coefficients + step * min(1.0, LONGEST_STEP / max(longest, LONGEST_STEP))
        if longest < CLOSE:
            return CoxFit(coefficients, information, True, still)
        if taken > MANY_STEPS and float(slope.score @ step) < FLAT:
            return CoxFit(coefficients, information, True, still)
    return CoxFit(coefficients, information, False, np.zeros(coefficients.size, bool))


def fit_without_clusters(rows: CoxRows, fit: CoxFit) -> tuple[Floats, bool]:
    """Find the coefficients without each cluster.

    The first step of Newton from the solution of all needs only the sums of the cluster. More steps read
    the whole table again for each cluster, and are taken where that is a matter of seconds.

    Returns:
        An array [cluster, column], NaN where there is no solution, and whether more than one step
        was taken.
    """
    table = rows.table
    total = sum_days(table, fit.coefficients)
    products = table.counts.nnz * (1 + rows.patterns.shape[1]) ** 2
    is_refined = products * rows.clusters <= PRODUCTS_TO_REFINE
    without = np.empty((rows.clusters, fit.coefficients.size))
    for cluster in range(rows.clusters):
        part = tabulate(rows, cluster)
        slope = find_slope(total.take_away(sum_days(part, fit.coefficients)))
        step = _solve(slope.information, slope.score)
        # Where one step goes so far, the solution of all is the better place to start from.
        without[cluster] = fit.coefficients + np.where(np.abs(step) > LONGEST_STEP, 0.0, step)
        if is_refined and np.all(np.isfinite(without[cluster])):
            refined = fit_cox(table.take_away(part), without[cluster])
            without[cluster] = np.where(refined.is_told, refined.coefficients, np.nan)
    return without, is_refined


def find_residuals(rows: CoxRows, fit: CoxFit) -> Floats:
    """Find the score residual of each index date (Lin and Wei 1989, JASA 84:1074), [row, column].

    A tied event is in the risk sets of its own day with the share that has not gone, as in R's
    `residuals(type="score")` with Efron's ties.
    """
    sums = sum_days(rows.table, fit.coefficients)
    risk, tied = sums.risk[:, 0, 1:], sums.tied[:, 0, 1:]
    ties = sum_over_ties(sums.risk[:, 0, 0], sums.tied[:, 0, 0], sums.events)
    hazard = np.cumsum(ties.one)
    moved = ties.square[:, None] * risk - ties.gone_square[:, None] * tied
    moved_gone = ties.gone_square[:, None] * risk - ties.gone_twice[:, None] * tied
    mean = (ties.one[:, None] * risk - ties.gone[:, None] * tied) / np.maximum(sums.events, 1)[
        :, None
    ]
    columns = rows.columns
    relative = np.exp(columns @ fit.coefficients)[:, None]
    waited = columns * hazard[rows.day][:, None] - np.cumsum(moved, axis=0)[rows.day]
    own = columns - mean[rows.day]
    own += relative * (columns * ties.gone[rows.day][:, None] - moved_gone[rows.day])
    residuals: Floats = np.where(rows.is_event[:, None], own, 0.0) - relative * waited
    return residuals


def find_sandwich(rows: CoxRows, fit: CoxFit, unit: Ints) -> Floats:
    """The robust variance over units, such as persons or clusters; no correction for their number.

    Args:
        rows: the rows.
        fit: the solution.
        unit: for each index date the number of its unit, from 0.
    """
    residuals = find_residuals(rows, fit)
    if unit.size and int(unit.max()) + 1 == unit.size:  # each index date is a unit
        meat = (residuals * rows.weight[:, None]).T @ residuals
    else:
        sums = np.array([np.bincount(unit, each[rows.row]) for each in residuals.T])
        meat = sums @ sums.T
    bread = np.linalg.inv(fit.information)
    variance: Floats = bread @ meat @ bread
    return variance


def run_proportional(rows: CoxRows, fit: CoxFit, column: int, clock: Floats) -> tuple[float, float]:
    """Test that the coefficient of a column does not change with time (R: `cox.zph`, a score test).

    It takes index dates for independent.

    Args:
        rows: the rows.
        fit: the solution.
        column: the number of the column.
        clock: the time of each day on the scale in which the coefficient may change.

    Returns:
        Chi-square with 1 degree of freedom, and its p-value; NaN where the days do not tell.
    """
    table = rows.table
    sums = sum_days(table, fit.coefficients)
    slope = find_slope(sums)
    happened = table.counts[1::2] @ table.patterns[:, column]
    # The clock is centred on the events for the sake of rounding; the test does not depend on it.
    since = clock - np.average(clock, weights=sums.events)
    score = float(np.sum(since * (happened + slope.score_by_day[:, column])))
    crossed = np.einsum("d,dc->c", since, slope.information_by_day[:, :, column])
    own = float(np.sum(since**2 * slope.information_by_day[:, column, column]))
    left = own - float(crossed @ _solve(slope.information, crossed))
    if not left > 1e-9 * own:
        return math.nan, math.nan
    statistic = score**2 / left
    return statistic, math.erfc(math.sqrt(statistic / 2))


def _square(vectors: Floats) -> Floats:
    return vectors[..., :, None] * vectors[..., None, :]


def _solve(matrices: Floats, vectors: Floats) -> Floats:
    """Solve each system; NaN where it has no single solution."""
    solved = np.full_like(vectors, np.nan)
    if vectors.shape[-1] == 0:
        return solved
    regular = np.all(np.isfinite(matrices), axis=(-1, -2))
    ranks = np.linalg.matrix_rank(np.where(regular[..., None, None], matrices, 0.0), hermitian=True)
    regular &= ranks == vectors.shape[-1]
    solved[regular] = np.linalg.solve(matrices[regular], vectors[regular][..., None])[..., 0]
    return solved
