"""Clusters of a sample: how many, how large, and how alike the persons in one are."""

from collections.abc import Callable

import numpy as np

from rtw_outcomes.analysis.estimate import Estimate
from rtw_outcomes.analysis.jackknife import number_codes
from rtw_outcomes.analysis.sample import Floats, Ints, Sample

FEW_CLUSTERS = 10  # of a group; below, intervals lean on t with few degrees of freedom

FEW_FOR_SIZES = 4
FEW_PER_LIKENESS = 2  # clusters for each person that a group must have

SIZES: tuple[tuple[str, str, Callable[[Ints], float]], ...] = (
    ("smallest_cluster", "Persons in the smallest cluster", lambda sizes: float(sizes.min())),
    ("median_cluster", "Persons in the median cluster", lambda sizes: float(np.median(sizes))),
    ("largest_cluster", "Persons in the largest cluster", lambda sizes: float(sizes.max())),
)


def describe_clusters(sample: Sample, values: Floats, variable: str = "") -> list[Estimate]:
    """Describe the clusters of index dates with values: number and size by group, and the ICC.

    Args:
        sample: the index dates, with clusters.
        values: of each row; NaN where missing.
        variable: the column of results.
    """
    if sample.cluster is None:
        return []
    known = np.isfinite(values)
    sample, values = sample.keep(known), values[known]
    assert sample.cluster is not None
    cluster, count = number_codes(sample.cluster)
    groups = len(sample.groups)
    # A cluster with persons of two groups is one in each.
    cell = cluster * groups + sample.group
    sizes = _count_persons(sample, cell, count * groups).reshape(count, groups)
    found: list[Estimate] = []
    for one, group in enumerate(sample.groups):
        found += _describe_group(sizes[:, one][sizes[:, one] > 0], group, variable)
    return [*found, _describe_likeness(sample, cell, values, variable)]


def _count_persons(sample: Sample, cell: Ints, cells: int) -> Ints:
    person, persons = number_codes(sample.person)
    if persons < sample.rows:
        pairs = np.unique(person * np.int64(cells) + cell)
        cell = pairs % cells
    return np.bincount(cell, minlength=cells)


def _describe_group(sizes: Ints, group: str, variable: str) -> list[Estimate]:
    number = sizes.size
    persons = int(sizes.sum())
    warning = ""
    if number < FEW_CLUSTERS:
        warning = f"Few clusters: {number}. Intervals are wide, and they may still be too narrow."
    found = [
        Estimate(
            "clusters",
            "n_clusters",
            "Number of clusters",
            float(number),
            "clusters",
            group,
            variable=variable,
            method="Count",
            n_clusters=number,
            parts=(persons,),
            warning=warning,
        )
    ]
    # Of so few clusters these sizes tell the others, too.
    smallest = (int(sizes.min()),) if 0 < number <= FEW_FOR_SIZES else ()
    for name, label, measure in SIZES:
        found.append(
            Estimate(
                "clusters",
                name,
                label,
                measure(sizes) if number else None,
                "persons",
                group,
                variable=variable,
                method="Count",
                n_clusters=number,
                parts=(int(measure(sizes)), *smallest) if number else (),
                one_person=1.0,
                error="" if number else "The group has no clusters.",
            )
        )
    return found


def _describe_likeness(sample: Sample, cell: Ints, values: Floats, variable: str) -> Estimate:
    """The intracluster correlation by one-way analysis of variance, clusters within groups.

    ICC = (B - W) / (B + (m - 1) W), with B and W the mean squares between and within clusters, and m
    the size of a cluster as it counts there: (N - sum over groups of sum(size^2) / N of the group) /
    (clusters - groups) (Ukoumunne and others 1999, Health Technol Assess 3(5); Donner and Klar 2000).
    It may be below 0.
    """
    value: float | None = None
    error = ""
    groups = len(sample.groups)
    cell, clusters = number_codes(cell)
    group_of = np.zeros(clusters, np.int64)
    group_of[cell] = sample.group
    occurring = int(np.unique(group_of).size)
    sizes = np.bincount(cell, minlength=clusters).astype(np.float64)
    between_df, within_df = clusters - occurring, sample.rows - clusters
    if between_df < 1 or within_df < 1:
        error = "There are too few clusters, or too few index dates in them."
    else:
        totals = np.bincount(sample.group, minlength=groups).astype(np.float64)
        centred = values - values.mean()
        group_means = np.bincount(sample.group, weights=centred, minlength=groups) / totals.clip(1)
        means = np.bincount(cell, weights=centred, minlength=clusters) / sizes
        between = float(sizes @ (means - group_means[group_of]) ** 2) / between_df
        within = float(((centred - means[cell]) ** 2).sum()) / within_df
        squares = np.bincount(group_of, weights=sizes**2, minlength=groups)
        size = (sample.rows - float((squares / totals.clip(1)).sum())) / between_df
        spread = between + (size - 1) * within
        if spread <= 1e-18 * max(1.0, float(values.mean()) ** 2):  # rounding
            error = "The values do not vary."
        else:
            value = (between - within) / spread
    return Estimate(
        "clusters",
        "icc",
        "Intracluster correlation",
        value,
        variable=variable,
        method="One-way analysis of variance, clusters within groups",
        n=sample.rows,
        n_clusters=clusters,
        # Of few clusters the likeness tells the sizes and the means of single ones.
        parts=(number_codes(sample.person)[1], clusters // FEW_PER_LIKENESS),
        error=error,
    )
