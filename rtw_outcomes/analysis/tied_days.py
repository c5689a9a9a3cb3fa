"""Sums over the events of one day that Efron's way of dealing with ties asks for.

A register of millions has thousands of events on one day. The sum over them is then taken at a dozen
points that give the same to all digits.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from rtw_outcomes.analysis.sample import Floats

NODES = 12  # exact for polynomials of degree 23, and for what is below to 15 digits
LARGEST_SHARE = (
    0.6  # of the risk set that has the event, for which the points are as good as the sum
)


@dataclass(frozen=True)
class TieSums:
    """Sums over the events l = 0 to m - 1 of a day, with r = 1 / (risk - f tied) and f = l / m.

    Attributes:
        one: of r.
        gone: of f r.
        square: of r squared.
        gone_square: of f r squared.
        gone_twice: of f squared r squared.
    """

    one: Floats
    gone: Floats
    square: Floats
    gone_square: Floats
    gone_twice: Floats


def sum_over_ties(risk: Floats, tied: Floats, events: Floats) -> TieSums:
    """Sum over the tied events of each day.

    Args:
        risk: the relative hazard of those at risk, summed.
        tied: that of those with the event.
        events: their number, m; a whole number.
    """
    shape = events.shape
    flat_risk, flat_tied, flat_events = risk.ravel(), tied.ravel(), np.rint(events.ravel())
    sums = np.zeros((5, flat_events.size))
    many = (flat_events > NODES) & (flat_tied < LARGEST_SHARE * flat_risk)
    few = (flat_events > 0) & ~many
    numbers = flat_events[few].astype(np.int64)
    if numbers.size:
        starts = np.cumsum(numbers) - numbers
        gone = (np.arange(numbers.sum()) - np.repeat(starts, numbers)) / np.repeat(numbers, numbers)
        left = np.repeat(flat_risk[few], numbers) - gone * np.repeat(flat_tied[few], numbers)
        sums[:, few] = [np.add.reduceat(each, starts) for each in _list_terms(gone, 1 / left)]
    if many.any():
        nodes = [_find_nodes(number) for number in flat_events[many].tolist()]
        gone, weights = (np.array(each) for each in zip(*nodes, strict=True))
        left = flat_risk[many][:, None] - gone * flat_tied[many][:, None]
        sums[:, many] = [np.sum(weights * each, axis=1) for each in _list_terms(gone, 1 / left)]
    return TieSums(*(each.reshape(shape) for each in sums))


def _list_terms(gone: Floats, inverse: Floats) -> list[Floats]:
    square = inverse * inverse
    return [inverse, gone * inverse, square, gone * square, gone * gone * square]


@lru_cache(maxsize=20_000)
def _find_nodes(events: float) -> tuple[Floats, Floats]:
    """Points and weights of the Gauss quadrature of a sum over l / m, l = 0 to m - 1.

    The recurrence is that of the discrete Chebyshev polynomials (Gautschi 2004, Orthogonal
    Polynomials, table 1.2; Golub and Welsch 1969).
    """
    order = np.arange(1, NODES)
    square = events**2
    beside = np.sqrt(order**2 * (square - order**2) / (4 * (4 * order**2 - 1)))
    points, vectors = np.linalg.eigh(np.diag(beside, -1))
    return (points + (events - 1) / 2) / events, events * vectors[0] ** 2
