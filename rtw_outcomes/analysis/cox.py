"""Cox regression with Efron's ties on days in whole numbers: the coefficients and what they vary by.

Every sum over those at risk is a sum over days, and sums per cluster and day make the sums without one
cluster. Other programs (greenwood 0.8, statsmodels 0.15) leave the ties out of the residuals of the
robust variance and give standard errors that are 5 to 30 percent too small with weekly to quarterly
days; the residuals here are those of R's `survival`.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

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
LONGEST_STEP = 2.0  # keeps the exponential finite before the coefficients are near
MANY_ROWS = 200_000  # from which a part of the rows finds where to start
EVERY = 16  # th row is in this part
ROWS_OF_A_PRODUCT = (
    20  # from which a product of matrices is faster than sums of each pair of columns
)
PRODUCTS_TO_REFINE = 1_000_000_000  # more would take more than some 10 seconds
CELLS_AT_ONCE = 4_000_000  # numbers in the sums of a batch of clusters: 32 MB an array


@dataclass(frozen=True)
class CoxRows:
    """Index dates that are alike in everything, as one row with a weight, in the order of day and event.

    Attributes:
        columns: the covariates, [row, column].
        day: the day of the event or of the end of observation.
        is_event: whether it ends with the event.
        weight: how many index dates the row stands for.
        cluster: the number of the cluster.
        clusters: how many there are.
        row: for each index date the number of its row.
    """

    columns: Floats
    day: Ints
    is_event: Flags
    weight: Floats
    cluster: Ints
    clusters: int
    row: Ints

    @property
    def days(self) -> int:
        """The number of days that are counted."""
        return int(self.day.max(initial=0)) + 1

    def choose(self, chosen: Ints | slice) -> "CoxRows":
        """Some of the rows, or all in another order; the way back from index dates is lost."""
        return CoxRows(
            self.columns[chosen],
            self.day[chosen],
            self.is_event[chosen],
            self.weight[chosen],
            self.cluster[chosen],
            self.clusters,
            np.zeros(0, np.int64),
        )


@dataclass(frozen=True)
class DaySums:
    """Sums per day, with any axes before that of days.

    Attributes:
        risk: of the relative hazard times the products of 1 and the columns with each other, over
            those at risk: [..., day, 1 + column, 1 + column].
        tied: the same over those with the event on the day.
        events: the number of events: [..., day].
        columns: the sum of the columns over the events: [..., column].
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
        score: the first: [..., column].
        information: minus the second: [..., column, column].
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
    pattern, patterns = number_codes(pattern * clusters + owner)
    row, rows = number_codes((day * 2 + is_event) * patterns + pattern)
    first = np.zeros(rows, np.int64)
    first[row] = np.arange(day.size)
    return CoxRows(
        columns[first],
        day[first],
        is_event[first],
        np.bincount(row, minlength=rows).astype(float),
        owner[first],
        clusters,
        row,
    )


def sum_days(rows: CoxRows, coefficients: Floats, weight: Floats | None = None) -> DaySums:
    """Sum over those at risk on each day, all clusters together."""
    weight = rows.weight if weight is None else weight
    nobody = np.zeros_like(rows.day)
    sums = _sum_owners(rows, coefficients, weight, nobody, 1, rows.days)
    return DaySums(sums.risk[0], sums.tied[0], sums.events[0], sums.columns[0])


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


def fit_cox(rows: CoxRows, weight: Floats | None = None, start: Floats | None = None) -> CoxFit:
    """Find the coefficients by Newton's method.

    Args:
        rows: with columns that are centred and scaled; see `scale_columns`.
        weight: in place of that of the rows, as without a cluster.
        start: coefficients to start from.
    """
    if start is None and rows.day.size > MANY_ROWS:
        start = fit_cox(rows.choose(slice(None, None, EVERY))).coefficients
    coefficients = np.zeros(rows.columns.shape[1]) if start is None else start
    information = np.zeros((coefficients.size, coefficients.size))
    for taken in range(MOST_STEPS):
        if float(np.max(np.abs(rows.columns @ coefficients), initial=0.0)) > LARGEST_EXPONENT:
            break
        slope = find_slope(sum_days(rows, coefficients, weight))
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

    The first step of Newton from the solution of all needs only the sums per cluster. More steps read
    all rows again for each cluster, and are taken where that is a matter of seconds.

    Returns:
        An array [cluster, column], NaN where there is no solution, and whether more than one step
        was taken.
    """
    total = sum_days(rows, fit.coefficients)
    steps = []
    for sums in _batch_clusters(rows, fit.coefficients):
        slope = find_slope(total.take_away(sums))
        steps.append(_solve(slope.information, slope.score))
    step = np.concatenate(steps)
    # Where one step goes so far, the solution of all is the better place to start from.
    without = fit.coefficients + np.where(np.abs(step) > LONGEST_STEP, 0.0, step)
    products = rows.day.size * (1 + rows.columns.shape[1]) ** 2
    if products * rows.clusters > PRODUCTS_TO_REFINE:
        return without, False
    for cluster in range(rows.clusters):
        if not np.all(np.isfinite(without[cluster])):
            continue
        weight = np.where(rows.cluster == cluster, 0.0, rows.weight)
        refined = fit_cox(rows, weight, without[cluster])
        without[cluster] = np.where(refined.finite, refined.coefficients, np.nan)
    return without, True


def find_residuals(rows: CoxRows, fit: CoxFit) -> Floats:
    """Find the score residual of each index date (Lin and Wei 1989, JASA 84:1074), [row, column].

    A tied event is in the risk sets of its own day with the share that has not gone, as in R's
    `residuals(type="score")` with Efron's ties.
    """
    sums = sum_days(rows, fit.coefficients)
    risk, tied = sums.risk[:, 0, 1:], sums.tied[:, 0, 1:]
    ties = sum_over_ties(sums.risk[:, 0, 0], sums.tied[:, 0, 0], sums.events)
    hazard = np.cumsum(ties.one)
    moved = ties.square[:, None] * risk - ties.gone_square[:, None] * tied
    moved_gone = ties.gone_square[:, None] * risk - ties.gone_twice[:, None] * tied
    mean = (ties.one[:, None] * risk - ties.gone[:, None] * tied) / np.maximum(sums.events, 1)[
        :, None
    ]
    relative = np.exp(rows.columns @ fit.coefficients)[:, None]
    waited = rows.columns * hazard[rows.day][:, None] - np.cumsum(moved, axis=0)[rows.day]
    own = rows.columns - mean[rows.day]
    own += relative * (rows.columns * ties.gone[rows.day][:, None] - moved_gone[rows.day])
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
    sums = sum_days(rows, fit.coefficients)
    slope = find_slope(sums)
    values = rows.columns[:, column] * rows.weight * rows.is_event
    happened = np.bincount(rows.day, values, minlength=rows.days)
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


def _batch_clusters(rows: CoxRows, coefficients: Floats) -> Iterator[DaySums]:
    """The sums of some clusters at a time, [cluster, day, ...]: all at once could fill the memory."""
    order = np.argsort(rows.cluster, kind="stable")
    sorted_rows = rows.choose(order)
    width = rows.days * (1 + rows.columns.shape[1]) ** 2
    batch = max(1, CELLS_AT_ONCE // width)
    for first in range(0, rows.clusters, batch):
        last = min(first + batch, rows.clusters)
        low, high = np.searchsorted(sorted_rows.cluster, [first, last])
        part = sorted_rows.choose(slice(int(low), int(high)))
        owner = part.cluster - first
        yield _sum_owners(part, coefficients, part.weight, owner, last - first, rows.days)


def _sum_owners(
    rows: CoxRows, coefficients: Floats, weight: Floats, owner: Ints, owners: int, days: int
) -> DaySums:
    """The sums of each owner, from rows in the order of owner, day and event."""
    relative = weight * np.exp(rows.columns @ coefficients)
    cell = (owner * days + rows.day) * 2 + rows.is_event
    products = _sum_products(rows.columns, relative, cell, owners * days * 2)
    width = products.shape[-1]
    products = products.reshape(owners, days, 2, width, width)
    leaving = products.sum(axis=2)
    own_weight = np.where(rows.is_event, weight, 0.0)
    events = np.bincount(owner * days + rows.day, own_weight, minlength=owners * days)
    columns = [np.bincount(owner, own_weight * each, minlength=owners) for each in rows.columns.T]
    return DaySums(
        np.flip(np.cumsum(np.flip(leaving, 1), axis=1), 1),
        products[:, :, 1],
        events.reshape(owners, days).astype(np.float64),
        np.stack(columns, axis=-1),
    )


def _sum_products(columns: Floats, relative: Floats, cell: Ints, cells: int) -> Floats:
    """Sum over each cell the products of 1 and the columns with each other: [cell, 1 + column, ...].

    Args:
        columns: [row, column].
        relative: the weight of each row.
        cell: of each row, in ascending order.
        cells: how many there are.
    """
    with_one = np.concatenate((np.ones((cell.size, 1)), columns), axis=1)
    width = with_one.shape[1]
    sums = np.zeros((cells, width, width))
    if cell.size > ROWS_OF_A_PRODUCT * cells:
        bounds = np.searchsorted(cell, np.arange(cells + 1))
        for one in np.flatnonzero(np.diff(bounds)).tolist():
            own = slice(bounds[one], bounds[one + 1])
            block = with_one[own]
            sums[one] = block.T @ (relative[own, None] * block)
        return sums
    for one in range(width):
        weighted = relative * with_one[:, one]
        for other in range(one, width):
            found = np.bincount(cell, weighted * with_one[:, other], minlength=cells)
            sums[:, one, other] = found
            sums[:, other, one] = found
    return sums


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
