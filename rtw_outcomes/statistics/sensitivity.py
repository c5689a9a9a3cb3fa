"""How much an effect hangs on choices: the same estimate under other ones."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from rtw_outcomes.analysis.estimate import Estimate
from rtw_outcomes.analysis.sample import Flags, Sample
from rtw_outcomes.analysis.subgroups import Estimator

AS_INDEPENDENT = "members of a cluster as independent"
OBSERVED = "observed for the whole follow-up"


def vary(estimator: Estimator, sample: Sample, incomplete: Flags | None) -> Iterator[Estimate]:
    """Estimate effects under other choices than those of the study.

    Args:
        estimator: takes some of the rows as a sample, and which rows these are.
        sample: the index dates.
        incomplete: the rows with fewer observed days than the window; None where the outcome has no
            such account.
    """
    everybody = np.ones(sample.rows, dtype=np.bool_)
    if sample.cluster is not None:
        independent = replace(sample, cluster=None)
        for each in estimator(independent, everybody):
            yield replace(each, choice=AS_INDEPENDENT)
    if incomplete is None or not incomplete.any():
        return
    left_out = _count_left_out(sample, incomplete)
    for each in estimator(sample.keep(~incomplete), ~incomplete):
        # Beside the effect in everybody it tells of those whom it leaves out.
        yield replace(each, choice=OBSERVED, parts=(*each.parts, *left_out))


def _count_left_out(sample: Sample, incomplete: Flags) -> tuple[int, ...]:
    """The persons of each group who have rows that are left out."""
    return tuple(
        np.unique(sample.person[incomplete & (sample.group == code)]).size
        for code in range(len(sample.groups))
    )
