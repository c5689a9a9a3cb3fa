"""The groups of the cohort: whether a comparison finds its reference, and whether groups are of persons at all."""

from collections.abc import Iterator

import polars as pl

from rtw_outcomes.errors import refuse
from rtw_outcomes.intake.account import Note, count_words
from rtw_outcomes.intake.loaded_study import LoadedStudy
from rtw_outcomes.intake.study import Study
from rtw_outcomes.language.comparison_keys import Compare

# A column of so many levels, and as many as half of the rows have, is more like an id than like a group.
MANY_LEVELS, ROWS_PER_LEVEL = 60, 2
SHOWS_PAIRS = 2  # groups of 2 persons tell each of them about the other


def note_groups(keys: pl.DataFrame, loaded: LoadedStudy) -> Iterator[Note]:
    """Notes on columns that seem to tell persons apart, and on groups of every size being shown.

    Args:
        keys: the rows of the cohort that are used, with the carried columns.
        loaded: names the columns.

    Raises:
        ContractError: the groups of a comparison seem to be persons, or its reference is not there, or a
            covariate is a date.
    """
    study = loaded.study
    if study.compare:
        _check_comparison(keys, study.compare, loaded)
    yield from _note_many_levels(keys, study)
    if study.rules.below <= SHOWS_PAIRS and not study.synthetic:
        key = "suppress_below" if study.disclosure is None else "disclosure"
        below = study.rules.below
        sizes = "of every size" if below == 1 else f"of {below} persons or more"
        yield Note("small_groups_shown", f"groups {sizes} are shown: `{key}` is {below}", 0)


def _check_comparison(keys: pl.DataFrame, compare: Compare, loaded: LoadedStudy) -> None:
    column = keys[compare.groups].cast(pl.String)
    levels = column.drop_nulls().unique()
    source = loaded.study.cohort.name
    if _seems_an_id(column):
        raise refuse(
            source,
            f"the column `{compare.groups}` has {levels.len()} different values in {keys.height} rows, and seems "
            "to tell persons apart",
            hint=f"Name a column that many persons share in {loaded.name_key('compare', 'groups')}",
        )
    if compare.reference not in levels:
        small = compare.reference.casefold()
        near = any(level.casefold() == small for level in levels)
        hint = "It is there in other capitals" if near else "Write it as the cells are written"
        raise refuse(
            source,
            f"no row that is used has the reference `{compare.reference}` in the column `{compare.groups}`",
            found=count_words(levels.len(), "other group"),
            hint=f"{hint}; {loaded.name_key('compare', 'reference')} says it",
        )
    if levels.len() == 1:
        raise refuse(
            source,
            f"all rows that are used have the reference in the column `{compare.groups}`, so there is nothing to "
            "compare",
        )
    for name in compare.adjust:
        if keys[name].dtype.is_temporal():
            raise refuse(
                source,
                f"the column `{name}` holds dates, and a comparison adjusts for numbers and for texts",
                hint=f"Name a column such as the year or the age in {loaded.name_key('compare', 'adjust')}",
            )


def _note_many_levels(keys: pl.DataFrame, study: Study) -> Iterator[Note]:
    """Notes on columns with about as many levels as rows.

    A measurement with decimals that only describes persons is left out: it makes no groups.
    """
    named_by: dict[str, list[str]] = {}
    for place, name in study.list_columns():
        key = ".".join(str(step) for step in place if isinstance(step, str))
        if key in ("by", "describe", "compare.subgroups"):
            named_by.setdefault(name, []).append(key)
    for name, by in named_by.items():
        column = keys[name]
        is_measured = by == ["describe"] and column.dtype.is_float()
        if not is_measured and _seems_an_id(column):
            what = (
                f"different values in the column `{name}`, which {' and '.join(f'`{key}`' for key in by)} "
                f"{'names' if len(by) == 1 else 'name'}; it may tell persons apart"
            )
            yield Note("may_tell_persons_apart", what, column.drop_nulls().n_unique())


def _seems_an_id(column: pl.Series) -> bool:
    levels = column.drop_nulls().n_unique()
    return levels > MANY_LEVELS and ROWS_PER_LEVEL * levels >= column.len()
