"""The sample of a comparison, taken from the table of a run: groups, clusters and covariates as numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from rtw_outcomes.analysis.sample import Covariate, Ints, Sample
from rtw_outcomes.language.comparison_keys import Compare
from rtw_outcomes.statistics.members import as_text
from rtw_outcomes.statistics.table_one import list_levels


@dataclass(frozen=True, eq=False)
class ComparedRows:
    """The index dates that a comparison is about.

    Attributes:
        sample: their groups, clusters and covariates.
        table: their rows, in the same order.
        without_group: how many index dates have no group, or are in a group of too few persons.
        without_cluster: how many have a group and no cluster.
    """

    sample: Sample
    table: pl.DataFrame
    without_group: int
    without_cluster: int


def choose_rows(table: pl.DataFrame, compare: Compare, below: int) -> ComparedRows | None:
    """The index dates of groups that may be named, and their sample; None where fewer than two are left.

    Args:
        table: keys and results together, one row per person and index date.
        compare: what is compared.
        below: groups of fewer persons are left out.
    """
    groups = table[compare.groups].cast(pl.String)
    names = _list_groups(groups, table["person_id"], compare.reference, below)
    if len(names) < 2:
        return None
    chosen = groups.is_in(names).fill_null(False)
    kept = table.filter(chosen)
    with_cluster = kept
    if compare.cluster:
        with_cluster = kept.filter(kept[compare.cluster].is_not_null())
    sample = Sample(
        groups=names,
        group=_number(with_cluster[compare.groups].cast(pl.String), names),
        person=with_cluster["person_id"].rank("dense").to_numpy().astype(np.int64),
        cluster=_number_texts(with_cluster[compare.cluster])[1] if compare.cluster else None,
        cluster_name=compare.cluster or "",
        covariates=tuple(_read_covariate(with_cluster[name]) for name in compare.adjust),
        subgroups={name: _list_subgroups(with_cluster, name, below) for name in compare.subgroups},
        confidence=float(compare.level),
    )
    return ComparedRows(
        sample,
        with_cluster,
        without_group=table.height - kept.height,
        without_cluster=kept.height - with_cluster.height,
    )


def _list_groups(
    groups: pl.Series, persons: pl.Series, reference: str, below: int
) -> tuple[str, ...]:
    """The groups of enough persons: the reference first, then the others in order."""
    counted = pl.DataFrame([groups.alias("group"), persons.alias("person")]).drop_nulls("group")
    sizes = counted.group_by("group").agg(pl.col("person").n_unique())
    enough = sorted(sizes.filter(pl.col("person") >= below)["group"].to_list())
    if reference not in enough:
        return ()
    return (reference, *(name for name in enough if name != reference))


def _number(values: pl.Series, names: Sequence[str]) -> Ints:
    numbers = {name: number for number, name in enumerate(names)}
    found: Ints = values.replace_strict(numbers, default=-1, return_dtype=pl.Int64).to_numpy()
    return found


def _number_texts(values: pl.Series) -> tuple[tuple[str, ...], Ints]:
    """The levels of a column, and for each row the number of its level; -1 where it is missing."""
    texts = values.cast(pl.String)
    levels = tuple(map(as_text, texts.drop_nulls().unique().sort()))
    return levels, _number(texts, levels)


def _list_subgroups(table: pl.DataFrame, name: str, below: int) -> tuple[tuple[str, ...], Ints]:
    """The levels of enough persons, which alone may be named, and for each row the number of its level."""
    levels = list_levels(table, name, below)
    return tuple(map(as_text, levels)), _number(table[name].cast(pl.String), levels)


def _read_covariate(values: pl.Series) -> Covariate:
    if values.dtype.is_numeric():
        numbers = values.cast(pl.Float64).fill_null(float("nan")).to_numpy()
        return Covariate(values.name, np.where(np.isfinite(numbers), numbers, np.nan))
    if values.null_count() == values.len():  # a column without a value is of no type
        return Covariate(values.name, np.full(values.len(), np.nan))
    levels, codes = _number_texts(values)
    return Covariate(values.name, codes, levels)
