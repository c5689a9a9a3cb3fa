"""Tests of the hypothesis that all groups have the same curve: Gray's, and log-rank where nothing competes.

Both take index dates for independent. With clusters, or persons with several index dates, their p-values
are too small; the difference of the mean time lost then has a test that holds.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from rtw_outcomes.analysis.event_counts import find_at_risk
from rtw_outcomes.analysis.sample import Floats, Ints


@dataclass(frozen=True)
class CurveTest:
    """The result of a test of curves.

    Attributes:
        statistic: chi-square; None where there is nothing to test.
        df: its degrees of freedom, the groups in the test minus 1.
        p_value: of the statistic.
        reason: why there is no test; empty where there is one.
    """

    statistic: float | None = None
    df: int | None = None
    p_value: float | None = None
    reason: str = ""


def run_log_rank(counts: Ints) -> CurveTest:
    """Test that all groups have the same hazard of the only event (R: `survdiff`).

    Args:
        counts: [group, day, status] with the statuses censored and event.
    """
    reason = _find_reason(counts, 0)
    if reason:
        return CurveTest(reason=reason)
    counts = _drop_gone(counts, 0)
    at_risk = find_at_risk(counts).astype(float)
    events = counts[..., 1].astype(float)
    risk, event = at_risk.sum(axis=0), events.sum(axis=0)
    share = at_risk / np.maximum(risk, 1)
    score = np.sum(events - event * share, axis=1)
    spread = event * (risk - event) / np.maximum(risk - 1, 1)
    variance = np.diag(share @ spread) - (share * spread) @ share.T
    return _find_result(score, variance)


def run_gray(counts: Ints, cause: int) -> CurveTest:
    """Test that all groups have the same cumulative incidence of a cause (Gray 1988, rho = 0).

    The variance is that of R's `cmprsk`, ties too (Annals of Statistics 16:1141).

    Args:
        counts: [group, day, status].
        cause: the number of the cause among the causes, from 0.
    """
    reason = _find_reason(counts, cause)
    if reason:
        return CurveTest(reason=reason)
    counts = _drop_gone(counts, cause)
    groups = counts.shape[0]
    own = counts[..., cause + 1].astype(float)
    other = counts[..., 1:].sum(axis=-1) - own
    at_risk = find_at_risk(counts).astype(float)
    score = np.zeros(groups)
    variance = np.zeros((groups, groups))
    # What the score takes from each group's own curve adds up over the days: `drift` is the
    # compensator c of the paper, `spent` and `crossed` are the parts of its variance.
    drift, crossed = np.zeros((groups, groups)), np.zeros((groups, groups))
    spent = np.zeros(groups)
    before, free = np.zeros(groups), np.ones(groups)
    pooled = 0.0
    for day in np.flatnonzero(counts[..., 1:].sum(axis=(0, 2))):
        risk, events, others = at_risk[:, day], own[:, day], other[:, day]
        here = risk > 0
        safe = np.where(here, risk, 1.0)
        after = np.where(here, free * (risk - events - others) / safe, free)
        weight = np.where(here, risk / np.where(here, free, 1.0), 0.0)
        total, happened = weight.sum(), events.sum()
        still = weight * (1 - before)
        score += events - happened * still / still.sum()
        pooled_after = pooled + happened / total
        mixing = np.diag(weight) - np.outer(weight, weight) / total
        if pooled < 1:  # only small groups bring the pooled curve to 1 before the last event
            drift += mixing * happened / (total * (1 - pooled))
        left = np.where(after > 0, (1 - pooled_after) / np.where(after > 0, after, 1.0), 0.0)
        if happened > 0:
            keeps = 1 - left
            others_here = np.where(here, total * free - 1, np.inf)
            ties = 1 - (happened - 1) / others_here if happened > 1 else np.ones(groups)
            size = np.where(here, ties * free * happened / (total * safe), 0.0)
            moved = mixing - keeps * drift
            spent += keeps**2 * size
            crossed += moved * keeps * size
            variance += (moved * size) @ moved.T
        chosen = (after > 0) & (others > 0)
        ties = 1 - (others - 1) / np.maximum(risk - 1, 1)
        size = np.where(chosen, ties * free**2 * others / safe**2, 0.0)
        moved = left * drift
        spent += left**2 * size
        crossed -= moved * left * size
        variance += (moved * size) @ moved.T
        before = before + np.where(here, free * events / safe, 0.0)
        pooled, free = pooled_after, after
    cross = crossed @ drift.T
    variance += (drift * spent) @ drift.T + cross + cross.T
    return _find_result(score, variance)


def _find_reason(counts: Ints, cause: int) -> str:
    if np.count_nonzero(counts.sum(axis=(1, 2))) < 2:
        return "Fewer than two groups have anybody at risk."
    if counts[..., cause + 1].sum() == 0:
        return "No group has an event."
    if len(_drop_gone(counts, cause)) < 2:
        return "Only one group has anybody at risk when the first event comes."
    return ""


def _drop_gone(counts: Ints, cause: int) -> Ints:
    """Drop the groups with nobody left on the day of the first event: they have no part in the test."""
    first = int(np.argmax(counts[..., cause + 1].sum(axis=0) > 0))
    kept: Ints = counts[counts[:, first:].sum(axis=(1, 2)) > 0]
    return kept


def _find_result(score: Floats, variance: Floats) -> CurveTest:
    """The scores of all groups add up to 0, so the last one is left out."""
    score, variance = score[:-1], variance[:-1, :-1]
    if not np.all(np.isfinite(variance)) or np.linalg.matrix_rank(variance) < score.size:
        return CurveTest(reason="The events do not tell the groups apart.")
    statistic = float(score @ np.linalg.solve(variance, score))
    return CurveTest(statistic, score.size, float(chdtrc(score.size, statistic)))
