"""Persons of the cohort, counted and spread over the groups of the study, in words."""

import polars as pl

from rtw_outcomes.intake.study import Study
from rtw_outcomes.language.control_characters import show_controls


def count_persons(keys: pl.DataFrame, marked: pl.Series, study: Study) -> tuple[int, str]:
    """The number of marked persons, and how they are spread over the groups, in words.

    Args:
        keys: the rows of the cohort.
        marked: whether each of them is counted.
        study: names the groups, and says which numbers are too small to tell.
    """
    persons = keys["person_id"].filter(marked).n_unique()
    if not persons or not study.by:
        return persons, ""
    frame = pl.DataFrame(
        [keys[name].cast(pl.String).alias(f"by_{n}") for n, name in enumerate(study.by)]
    )
    by = frame.columns
    frame = frame.with_columns(keys["person_id"], marked.alias("marked"))
    groups = (
        frame.group_by(by)
        .agg(
            pl.col("person_id").filter("marked").n_unique().alias("persons"),
            pl.col("person_id").n_unique().alias("of"),
        )
        .sort(by)
    )
    below = study.suppress_below
    shown = [
        f"{' '.join(show_controls(str(value)) for value in values)}: "
        + (
            "too few to tell"
            if of < below
            else f"fewer than {below} of {of}"
            if count < below
            else f"{count} of {of}"
        )
        for *values, count, of in groups.iter_rows()
    ]
    return persons, f" ({', '.join(shown)})"
