"""An estimate with its interval, and what disclosure control must know of it."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Estimate:
    """One number that a comparison tells, exact; disclosure control rounds it or hides it.

    Attributes:
        context: what kind of analysis it is from, in the words of R's `cards`: `mean_difference`.
        name: what it is: `estimate`, or the name of a statistic such as `n.risk`.
        label: the same for people, in English.
        value: the number; None where there is none, and then `error` says why.
        unit: `days`, `percent`, `ratio`, ...
        group: the level of the group that it is about; empty for a test over all groups.
        reference: the level that it is compared with; empty where it is about one group.
        subgroup: the column and the level of a subgroup; empty for everybody.
        choice: the other choice of a sensitivity analysis, in a few words; empty for the analysis itself.
        variable: the column of results, or `time` for a curve.
        level: the day, state or period that it is about, as written.
        cause: the event of a time to an event that it is about.
        low, high: the limits of its interval.
        confidence: the level of the interval, in percent.
        se: its standard error; of a ratio, that of its logarithm.
        p_value: of the hypothesis of no difference.
        method: the estimator and its variance, in a sentence.
        covariates: those that it is adjusted for.
        n, n_events, n_clusters: the index dates, the events and the clusters in it.
        parts: the persons in each part that the number is made of, such as events and others of each
            group. No part may be of few persons.
        one_person: how far one person can move the number at the most; of a ratio, its logarithm.
        is_ratio: whether it is told on a relative scale.
        warning: what a reader must know.
        error: why there is no number, or no interval.
        made_of: the name of the statistic in the description of its groups that it is made of, so that no
            count is told in two ways; empty where there is none.
        without_clusters: the number without each cluster, by the number of the cluster; of a ratio, its
            logarithm. Only tests of interaction read it: it is never told.
    """

    context: str
    name: str
    label: str
    value: float | None
    unit: str = ""
    group: str = ""
    reference: str = ""
    subgroup: tuple[str, str] | None = None
    choice: str = ""
    variable: str = ""
    level: str = ""
    cause: str = ""
    low: float | None = None
    high: float | None = None
    confidence: float | None = None
    p_value: float | None = None
    method: str = ""
    covariates: tuple[str, ...] = ()
    n: int | None = None
    n_events: int | None = None
    n_clusters: int | None = None
    parts: tuple[int, ...] = ()
    one_person: float = 0.0
    is_ratio: bool = False
    warning: str = ""
    error: str = ""
    se: float | None = None
    made_of: str = ""
    without_clusters: tuple[tuple[int, float], ...] = field(default=(), repr=False, compare=False)
