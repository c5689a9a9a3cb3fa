"""Adjusted differences of curves: least squares on pseudo-values, one for each index date."""

import numpy as np

from rtw_outcomes.analysis.curve_numbers import CurveNumbers
from rtw_outcomes.analysis.sample import Floats


def list_pseudo_values(numbers: CurveNumbers, number: int, cause: int) -> Floats:
    """What each index date counts in a number of the curves.

    It is the number of its group plus the size of the group times its influence (Andersen, Klein and
    Rosthoj 2003, Biometrika 90:15, with the infinitesimal jackknife as in `pseudo` of R's `survival`).
    The mean of a group is exactly the number of the group, and censoring may differ between groups.
    Without censoring it is the outcome itself: 1 with the event by the day, and 0 without.
    """
    counts = numbers.counts
    sizes = counts.at_risk[:, 0]
    values = [numbers.value(number, group, cause) for group in range(sizes.size)]
    table = np.array(values)[:, None, None] + sizes[:, None, None] * numbers.influence(
        number, cause
    )
    return np.asarray(table.ravel()[counts.cell])
