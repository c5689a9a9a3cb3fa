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
LONGEST_STEP = 2.0  # keeps the exponential finite before the coefficients are near
CELLS_AT_ONCE = 4_000_000  # numbers in the sums of a batch of clusters: 32 MB an array
ROWS_TO_REFINE = (
    40_000_000  # rows times clusters for which more than one step per cluster takes seconds
)


@dataclass(frozen=True)
class CoxRows:
    """Index dates that are alike in everything, as one row with a weight, in the order of clusters.

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


@dataclass(frozen=True)
class DaySums:
    """Sums per day, with any axes before that of days.

    Attributes:
        risk: of the relative hazard, and of it times each column and each pair of columns, over those
            at risk: [..., day, number].
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
        is_found: whether there is a finite solution.
    """

    coefficients: Floats
    information: Floats
    is_found: bool


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
    days = int(day.max(initial=0)) + 1
    pattern, _ = number_codes((pattern * days + day) * 2 + is_event)
    row, rows = number_codes(owner * (int(pattern.max(initial=0)) + 1) + pattern)
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
    return _sum_cells(rows, coefficients, weight, slice(None), np.zeros_like(rows.cluster), 1)[0]


def find_slope(sums: DaySums) -> Slope:
    """Find the derivatives of the partial likelihood with Efron's ties.

    On a day with m events the l-th of them, l = 0 to m - 1, meets a risk set of which the share l / m
    of the tied events has gone (Efron 1977, JASA 72:557).
    """
    columns = sums.columns.shape[-1]
    risk, tied = _Moments.split(sums.risk, columns), _Moments.split(sums.tied, columns)
    ties = sum_over_ties(risk.total, tied.total, sums.events)
    expected = ties.one[..., None] * risk.first - ties.gone[..., None] * tied.first
    by_day = -expected
    mixed = risk.first[..., :, None] * tied.first[..., None, :]
    information = (
        ties.one[..., None, None] * risk.second
        - ties.gone[..., None, None] * tied.second
        - ties.square[..., None, None] * _square(risk.first)
        + ties.gone_square[..., None, None] * (mixed + np.swapaxes(mixed, -1, -2))
        - ties.gone_twice[..., None, None] * _square(tied.first)
    )
    return Slope(sums.columns + by_day.sum(axis=-2), information.sum(axis=-3), by_day, information)


def fit_cox(rows: CoxRows, weight: Floats | None = None, start: Floats | None = None) -> CoxFit:
    """Find the coefficients by Newton's method.

    Args:
        rows: with columns that are centred and scaled; see `scale_columns`.
        weight: in place of that of the rows, as without a cluster.
        start: coefficients to start from.
    """
    coefficients = np.zeros(rows.columns.shape[1]) if start is None else start
    information = np.zeros((coefficients.size, coefficients.size))
    for _ in range(MOST_STEPS):
        slope = find_slope(sum_days(rows, coefficients, weight))
        information = slope.information
        step = _solve(information, slope.score)
        if not np.all(np.isfinite(step)):
            break
        longest = float(np.max(np.abs(step), initial=0.0))
        coefficients = coefficients + step * min(1.0, LONGEST_STEP / max(longest, LONGEST_STEP))
        if longest < CLOSE:
            return CoxFit(coefficients, information, True)
    return CoxFit(coefficients, information, False)


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
    without = fit.coefficients + np.concatenate(steps)
    if rows.day.size * rows.clusters > ROWS_TO_REFINE:
        return without, False
    for cluster in range(rows.clusters):
        if not np.all(np.isfinite(without[cluster])):
            continue
        weight = np.where(rows.cluster == cluster, 0.0, rows.weight)
        refined = fit_cox(rows, weight, without[cluster])
        without[cluster] = refined.coefficients if refined.is_found else np.nan
    return without, True


def find_residuals(rows: CoxRows, fit: CoxFit) -> Floats:
    """Find the score residual of each index date (Lin and Wei 1989, JASA 84:1074), [row, column].

    A tied event is in the risk sets of its own day with the share that has not gone, as in R's
    `residuals(type="score")` with Efron's ties.
    """
    columns = rows.columns.shape[1]
    sums = sum_days(rows, fit.coefficients)
    risk, tied = _Moments.split(sums.risk, columns), _Moments.split(sums.tied, columns)
    ties = sum_over_ties(risk.total, tied.total, sums.events)
    hazard = np.cumsum(ties.one)
    moved = ties.square[:, None] * risk.first - ties.gone_square[:, None] * tied.first
    moved_gone = ties.gone_square[:, None] * risk.first - ties.gone_twice[:, None] * tied.first
    mean = (ties.one[:, None] * risk.first - ties.gone[:, None] * tied.first) / np.maximum(
        sums.events, 1
    )[:, None]
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


@dataclass(frozen=True)
class _Moments:
    """A sum, the sums of the columns and the sums of pairs of columns, out of one flat last axis."""

    total: Floats
    first: Floats
    second: Floats

    @classmethod
    def split(cls, flat: Floats, columns: int) -> "_Moments":
        upper, right = np.triu_indices(columns)
        second = np.zeros((*flat.shape[:-1], columns, columns))
        second[..., upper, right] = flat[..., columns + 1 :]
        second[..., right, upper] = flat[..., columns + 1 :]
        return cls(flat[..., 0], flat[..., 1 : columns + 1], second)


def _batch_clusters(rows: CoxRows, coefficients: Floats) -> Iterator[DaySums]:
    """The sums of some clusters at a time, [cluster, day, ...]: all at once could fill the memory."""
    columns = rows.columns.shape[1]
    width = rows.days * (1 + columns) ** 2
    batch = max(1, CELLS_AT_ONCE // width)
    for first in range(0, rows.clusters, batch):
        last = min(first + batch, rows.clusters)
        low, high = np.searchsorted(rows.cluster, [first, last])
        part = slice(int(low), int(high))
        owner = rows.cluster[part] - first
        yield _sum_cells(rows, coefficients, rows.weight, part, owner, last - first)[1]


def _sum_cells(
    rows: CoxRows, coefficients: Floats, weight: Floats, part: slice, owner: Ints, owners: int
) -> tuple[DaySums, DaySums]:
    """Sums of all owners together, and of each."""
    columns, day, is_event = rows.columns[part], rows.day[part], rows.is_event[part]
    weight = weight[part]
    relative = weight * np.exp(columns @ coefficients)
    upper, right = np.triu_indices(columns.shape[1])
    cell = owner * rows.days + day
    size = owners * rows.days
    event_cell = cell[is_event]
    risk, tied = [], []
    for number in range(1 + columns.shape[1] + upper.size):
        values = relative
        if 0 < number <= columns.shape[1]:
            values = relative * columns[:, number - 1]
        elif number > columns.shape[1]:
            pair = number - 1 - columns.shape[1]
            values = relative * columns[:, upper[pair]] * columns[:, right[pair]]
        risk.append(np.bincount(cell, values, minlength=size))
        tied.append(np.bincount(event_cell, values[is_event], minlength=size))
    shape = (owners, rows.days, len(risk))
    at_risk = np.flip(np.cumsum(np.flip(np.stack(risk, -1).reshape(shape), 1), axis=1), 1)
    events = np.bincount(event_cell, weight[is_event], minlength=size)
    happened = np.zeros((owners, columns.shape[1]))
    for number, column in enumerate(columns.T):
        happened[:, number] = np.bincount(
            owner[is_event], weight[is_event] * column[is_event], minlength=owners
        )
    each = DaySums(at_risk, np.stack(tied, -1).reshape(shape), events.reshape(shape[:2]), happened)
    together = DaySums(
        each.risk.sum(axis=0), each.tied.sum(axis=0), each.events.sum(axis=0), happened.sum(axis=0)
    )
    return together, each


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
