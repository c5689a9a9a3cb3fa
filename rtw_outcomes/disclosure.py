"""Which counts may be shown: small groups are hidden, and so is what would give them away."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    """A count of rows, with the number of different persons behind it."""

    rows: int
    persons: int


def hide_small(cells: dict[str, Cell], below: int, spare: str = "") -> dict[str, int | None]:
    """The row counts of a partition whose total is known; None where a count is hidden.

    A cell of fewer than `below` persons is hidden. When the hidden cells together could be told
    from the total, the smallest shown one is hidden too; the one to `spare` only when there is no
    other. An empty cell is about nobody and stays.

    >>> hide_small({"event": Cell(40, 40), "censored": Cell(9, 9), "death": Cell(2, 2)}, 5)
    {'event': 40, 'censored': None, 'death': None}
    """
    hidden = {name for name, cell in cells.items() if 0 < cell.persons < below}
    if hidden and (len(hidden) == 1 or sum(cells[name].persons for name in hidden) < below):
        shown = [name for name, cell in cells.items() if cell.persons and name not in hidden]
        hidden.update(sorted(shown, key=lambda name: (name == spare, cells[name].persons))[:1])
    return {name: None if name in hidden else cell.rows for name, cell in cells.items()}
