"""Counts that stand alone, as on the quality page: small ones are hidden, and what would give them away."""

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
