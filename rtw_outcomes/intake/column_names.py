"""Match the delivered columns with the names that the profile and the study know them by.

Everything after this step speaks of a column by the name that the profile, or the table of index
dates, has for it. So a rule of a profile finds its columns also where a delivery calls them
otherwise.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from rtw_outcomes.errors import refuse
from rtw_outcomes.intake.account import Note
from rtw_outcomes.intake.delivered_table import PREFIX, DeliveredTable


def match_columns(
    source: DeliveredTable, known: Iterable[str], renamed: Mapping[str, str]
) -> DeliveredTable:
    """Give a source the delivered column of each name; a column that nobody knows keeps its own.

    A name fits a column that is written like it, else one that differs in capitals only, else one
    with the prefix of a MONA project before it.

    Args:
        source: what was delivered, with the names in `columns`.
        known: the names that the profile, or the study, has for columns.
        renamed: known name -> the name in this delivery, where the study gives another one.

    Raises:
        ContractError: a name fits several columns.
    """
    names: dict[str, str] = {}
    for name in known:
        fitting = _find_fitting(renamed.get(name, name), source.columns)
        if len(fitting) > 1:
            several = " and ".join(f"`{each}`" for each in fitting)
            hint = f"Name the right one in {source.renamed_by}"
            raise refuse(source.name, f"{several} may both be `{name}`", hint=hint)
        if fitting:
            names[name] = fitting[0]
    known_as: dict[str, list[str]] = {}
    for name, delivered in names.items():
        known_as.setdefault(delivered, []).append(name)
    taken = {name.casefold() for name in names}
    in_order = {
        name: column
        for column in source.columns
        # A column whose name now stands for another one is not read.
        for name in known_as.get(column, () if column.casefold() in taken else (column,))
    }
    return replace(source, names=in_order, renamed=renamed)


def list_hidden(source: DeliveredTable) -> tuple[str, ...]:
    """The delivered columns that are not read because their name stands for another column."""
    return tuple(name for name in source.columns if name not in source.names.values())


def note_matches(source: DeliveredTable) -> Iterator[Note]:
    """A note on the columns that were recognised although they are written otherwise."""
    pairs = [
        f"`{delivered}` as `{name}`"
        for name, delivered in source.names.items()
        if delivered != source.renamed.get(name, name)
    ]
    if pairs:
        yield Note("columns_matched", f"columns were recognised: {', '.join(pairs)}", 0)


def _find_fitting(name: str, columns: Iterable[str]) -> list[str]:
    columns = list(columns)
    same = name.casefold()
    return (
        [each for each in columns if each == name]
        or [each for each in columns if each.casefold() == same]
        or [each for each in columns if PREFIX.sub("", each, count=1).casefold() == same]
    )
