"""The sums that least squares need, per cluster, and their solution.

Groups are taken out of the covariates first (Frisch and Waugh 1933), so that what must be solved is
as large as the covariates are many: 60 groups cost no more than two. A sum without one cluster is a
subtraction.
"""

from dataclasses import dataclass

import numpy as np

from rtw_outcomes.analysis.design import Design, Levels, NumericTerm
from rtw_outcomes.analysis.sample import Flags, Floats, Ints


@dataclass(frozen=True)
class Sums:
    """Weighted sums of a design and a response; the first axis of each may be the cluster.

    Attributes:
        weight: the weights in each group, [group].
        response: the response times the weights in each group, [group].
        column: each column times the weights in each group, [group, column].
        product: each pair of columns times the weights, [column, column].
        covaried: each column times the response times the weights, [column].
    """

    weight: Floats
    response: Floats
    column: Floats
    product: Floats
    covaried: Floats

    def total(self) -> "Sums":
        """The sums of all clusters."""
        return Sums(
            self.weight.sum(axis=0),
            self.response.sum(axis=0),
            self.column.sum(axis=0),
            self.product.sum(axis=0),
            self.covaried.sum(axis=0),
        )

    def without_each(self) -> "Sums":
        """The sums without each cluster."""
        total = self.total()
        return Sums(
            total.weight - self.weight,
            total.response - self.response,
            total.column - self.column,
            total.product - self.product,
            total.covaried - self.covaried,
        )

    def add(self, other: "Sums") -> "Sums":
        """The sums of two parts of the rows."""
        return Sums(
            self.weight + other.weight,
            self.response + other.response,
            self.column + other.column,
            self.product + other.product,
            self.covaried + other.covaried,
        )

    def of_columns(self, own: Flags) -> "Sums":
        """The sums of some of the columns."""
        return Sums(
            self.weight,
            self.response,
            self.column[..., own],
            self.product[..., own, :][..., own],
            self.covaried[..., own],
        )


def gather_sums(
    design: Design, weight: Floats | None, response: Floats, is_by_group: bool = False
) -> Sums:
    """Gather the sums of each cluster; of all rows as of one cluster where there are no clusters.

    Args:
        design: groups, covariates and clusters.
        weight: of each row; None for 1.
        response: of each row, times its weight.
        is_by_group: whether products are those of each group, [cluster, group, column, column].
    """
    groups, columns = design.groups, design.columns
    clusters = max(1, design.clusters)
    cluster = design.cluster
    cell = design.group if cluster is None else cluster * groups + design.group
    cells = clusters * groups
    place, parts = (cell, cells) if is_by_group else (cluster, clusters)
    column = np.zeros((clusters, groups, columns))
    product = np.zeros((parts, columns, columns))
    covaried = np.zeros((clusters, columns))
    places = list(design.places())
    for number, (first, at) in enumerate(places):
        if isinstance(first, Levels):
            means = _add_cells(cell, cells, weight, first)
            covaried[:, at] = _add_cells(cluster, clusters, response, first)
        else:
            weighted = first.values if weight is None else first.values * weight
            means = _add(cell, cells, weighted)
            covaried[:, at.start] = _add(cluster, clusters, first.values * response)
        column[:, :, at] = means.reshape(clusters, groups, -1)
        for second, other in places[number:]:
            if isinstance(first, Levels) and isinstance(second, Levels):
                both = _add_pairs(place, parts, weight, first, second)
            elif isinstance(first, Levels):
                assert isinstance(second, NumericTerm)
                values = second.values if weight is None else second.values * weight
                both = _add_cells(place, parts, values, first)[:, :, None]
            elif isinstance(second, Levels):
                both = _add_cells(place, parts, weighted, second)[:, None, :]
            else:
                both = _add(place, parts, weighted * second.values)[:, None, None]
            product[:, at, other] = both
            product[:, other, at] = both.transpose(0, 2, 1)
    return Sums(
        _add(cell, cells, weight).reshape(clusters, groups),
        _add(cell, cells, response).reshape(clusters, groups),
        column,
        product.reshape(clusters, groups, columns, columns) if is_by_group else product,
        covaried,
    )


def _add(cell: Ints | None, cells: int, values: Floats | None) -> Floats:
    """Sum values in each cell; without values count rows, without cells sum all."""
    if cell is None:
        assert values is not None
        return np.array([values.sum()])
    return np.bincount(cell, weights=values, minlength=cells).astype(np.float64)


def _add_cells(cell: Ints | None, cells: int, values: Floats | None, covariate: Levels) -> Floats:
    """Sum values in each cell and level but the first: an array [cell, level]."""
    levels = len(covariate.levels)
    place = covariate.codes if cell is None else cell * levels + covariate.codes
    return _add(place, cells * levels, values).reshape(cells, levels)[:, 1:]


def _add_pairs(
    cell: Ints | None, cells: int, weight: Floats | None, first: Levels, second: Levels
) -> Floats:
    """Sum weights in each cell and pair of levels: an array [cell, level, level]."""
    levels = len(first.levels)
    place = first.codes if cell is None else cell * levels + first.codes
    if first is second:
        # A row has one level of a covariate, so the products of two of them are 0.
        own = _add(place, cells * levels, weight).reshape(cells, -1)[:, 1:]
        return np.eye(own.shape[1]) * own[:, None, :]
    return _add_cells(place, cells * levels, weight, second).reshape(cells, levels, -1)[:, 1:]


@dataclass(frozen=True)
class Solution:
    """What least squares find; the first axis of each may be the cluster left out.

    Attributes:
        means: of each group, where all columns are 0; NaN for a group without rows.
        factors: of each column.
        centres: the mean of each column in each group.
        inverse: of the products of the columns, groups taken out.
        differences: of each group but the first and the first one; NaN where the columns do not
            settle it, as when only one cluster has both groups of a level.
    """

    means: Floats
    factors: Floats
    centres: Floats
    inverse: Floats
    differences: Floats


def take_out_groups(sums: Sums) -> tuple[Floats, Floats, Floats]:
    """Take the groups out: the centre of each column in each group, products, covaried sums."""
    # A group without rows takes nothing out.
    shares = np.divide(1.0, sums.weight, out=np.zeros_like(sums.weight), where=sums.weight > 0)
    centres = sums.column * shares[..., None]
    product = sums.product - np.einsum("...kj,...kl->...jl", sums.column, centres)
    covaried = sums.covaried - np.einsum("...kj,...k->...j", centres, sums.response)
    return centres, product, covaried


def find_scale(total: Sums) -> Floats:
    """Find the scale on which the products of all columns, groups taken out, are 1."""
    size = np.sqrt(np.einsum("jj->j", take_out_groups(total)[1]).clip(0.0))
    return np.asarray(np.divide(1.0, size, out=np.ones_like(size), where=size > 0))


def solve_sums(sums: Sums, scale: Floats) -> Solution:
    """Solve least squares from sums; of each cluster left out at once if there is such an axis.

    Args:
        sums: of a design and a response.
        scale: of the columns, from the sums of all clusters. What is small on it is rounding.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        means = sums.response / sums.weight
    centres, product, covaried = take_out_groups(sums)
    if not scale.size:
        return Solution(means, covaried, centres, product, means[..., 1:] - means[..., :1])
    scaled = product * np.outer(scale, scale)
    inverse = np.linalg.pinv(scaled, rcond=1e-9, hermitian=True)
    distance = (centres[..., 1:, :] - centres[..., :1, :]) * scale
    settled = np.einsum("...jl,...lm,...km->...kj", scaled, inverse, distance)
    bound = 1e-6 * np.linalg.norm(distance, axis=-1) + 1e-9 / np.sqrt(
        sums.weight.sum(axis=-1)[..., None].clip(1e-300)
    )
    inverse = inverse * np.outer(scale, scale)
    factors = np.einsum("...jl,...l->...j", inverse, covaried)
    means = means - np.einsum("...kj,...j->...k", centres, factors)
    differences = np.where(
        np.linalg.norm(settled - distance, axis=-1) <= bound,
        means[..., 1:] - means[..., :1],
        np.nan,
    )
    return Solution(means, factors, centres, inverse, differences)
