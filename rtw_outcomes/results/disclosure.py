"""Disclosure control of counts: small groups are hidden, and so is what would give them away."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    """A count of rows, with the number of different persons behind it."""

    rows: int
    persons: int


def hide_small(cells: dict[str, Cell], below: int, spare: str = "") -> dict[str, int | None]:
    """The row counts of a partition whose total may be known; None where a count is hidden.

    A cell of fewer than `below` persons is hidden, and with it the smallest of the others, or the
    total would tell what the small ones sum to; the one to `spare` only when there is no other.
    An empty cell is about nobody and stays, unless all persons together are so few: then it would
    tell that they are in the others.

    >>> hide_small({"event": Cell(40, 40), "censored": Cell(9, 9), "death": Cell(2, 2)}, 5)
    {'event': 40, 'censored': None, 'death': None}
    >>> hide_small({"yes": Cell(2, 2), "no": Cell(0, 0)}, 5)
    {'yes': None, 'no': None}
    """
    hidden = {name for name, cell in cells.items() if is_small(cell, below)}
    if hidden:
        hidden.update(choose_complement(cells, hidden, spare))
    if 0 < count_persons(cells) < below:
        hidden.update(cells)
    return {name: None if name in hidden else cell.rows for name, cell in cells.items()}


def hide_small_with_rest(
    cells: dict[str, Cell], rest: Cell, below: int, spare: str = ""
) -> tuple[dict[str, int | None], int | None]:
    """Hide within a partition and beside it: the cells of some rows, and the rest of all rows.

    How many rows the cells have together may be known from another outcome, so the rest never
    serves to protect a cell; and a small rest is protected by one of the cells. Where the cells
    together are about too few, the rest is hidden too, for it tells how many they are.
    """
    shown = hide_small(cells, below, spare)
    if 0 < count_persons(cells) < below:
        return shown, None
    if not is_small(rest, below):
        return shown, rest.rows
    if None not in shown.values():
        shown |= dict.fromkeys(choose_complement(cells, set(), spare))
    return shown, None


def count_persons(cells: dict[str, Cell]) -> int:
    """The persons of several cells together; one who is in two of them counts twice."""
    return sum(cell.persons for cell in cells.values())


def is_small(cell: Cell, below: int) -> bool:
    """Whether a count is about somebody, and about too few."""
    return 0 < cell.persons < below


def choose_complement(cells: dict[str, Cell], hidden: set[str], spare: str) -> list[str]:
    """The cell to hide next: none when no other is about anybody."""
    shown = [name for name, cell in cells.items() if cell.persons and name not in hidden]
    return sorted(shown, key=lambda name: (name == spare, cells[name].persons))[:1]
