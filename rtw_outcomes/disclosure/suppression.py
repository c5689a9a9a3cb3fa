"""Which further counts are told in steps or hidden, so that no hidden one follows from those that are told.

The cheapest choice of all is a hard problem. This is a short way to a good one. Counts beside a small one
are told in steps from the beginning. While the attacker bounds a hidden count, those of the partitions that
give it away are told in steps too; then large ones in larger steps; and only then is another one hidden.
"""

from rtw_outcomes.disclosure.attacker import Attacker
from rtw_outcomes.disclosure.count_system import Cell, CountSystem, Form
from rtw_outcomes.disclosure.told import PROTECTS

LARGER = 2  # times the present step
LARGE = 10  # a count of so many steps is off by 5 percent at the most


def hide_further(system: CountSystem) -> CountSystem:
    """The system with as many more counts in steps or hidden as it takes that no hidden one is exposed.

    Complementary suppression: a count is hidden because it would reveal another one. What is told more
    coarsely exposes nothing new, so each hidden count is looked at once.
    """
    waiting = sorted(filter(system.rows, system.hidden), key=system.rows)
    attacker = Attacker(system)
    while waiting:
        cell = waiting[0]
        if attacker.is_safe(cell):
            waiting.pop(0)
            continue
        hidden = _tell_less(system, cell)
        if hidden is None:
            waiting.pop(0)  # everything around it is hidden
        elif hidden:
            waiting += hidden
        attacker = Attacker(system)
    return system


def _tell_less(system: CountSystem, exposed: Cell) -> list[Cell] | None:
    """Tell less of what exposes a count: the counts that are now hidden, or None where nothing was told."""
    exact = _list_exact_around(system, exposed)
    if exact:
        for cell in exact:
            system.tell_in_steps(cell, system.below)
        return []
    own = [cell for cell in system.cells_of(exposed[0]) if system.forms[cell] is Form.STEP]
    met = _list_met(system, exposed)
    large = [cell for cell in own if _fits(system, cell)] or [
        cell for cell in met if _fits(system, cell)
    ]
    if large:
        chosen = min(large, key=lambda cell: _cost_of_step(system, cell))
        system.tell_in_steps(chosen, LARGER * system.steps[chosen])
        return []
    cheapest = min(own or met, key=lambda cell: _cost(system, cell), default=None)
    if cheapest is None:
        return None
    system.hide(cheapest, PROTECTS)
    return [cheapest]


def _fits(system: CountSystem, cell: Cell) -> bool:
    """Whether a count loses little in a larger step."""
    return system.rows(cell) >= LARGE * LARGER * system.steps[cell]


def _list_exact_around(system: CountSystem, exposed: Cell) -> list[Cell]:
    """The counts that are told exactly in the partitions that cells of its own partition meet."""
    return [
        cell
        for pair in system.list_pairs()
        if exposed[0] in pair
        for number in pair
        for cell in system.cells_of(number)
        if system.forms[cell] is Form.EXACT and 0 < system.rows(cell) < system.size
    ]


def _list_met(system: CountSystem, exposed: Cell) -> list[Cell]:
    """The counts in other partitions that are told of index dates of an exposed count."""
    met: set[Cell] = set()
    for pair in system.list_pairs():
        if exposed[0] in pair:
            met |= {cell for both in system.joint(*pair) if exposed in both for cell in both}
    return sorted(cell for cell in met if system.forms[cell] is Form.STEP)


def _cost_of_step(system: CountSystem, cell: Cell) -> tuple[int, float]:
    """What is lost with a larger step: the most precious count is told in it last, and the largest first."""
    return _rank(system, cell), system.steps[cell] / system.rows(cell)


def _cost(system: CountSystem, cell: Cell) -> tuple[bool, int, int]:
    """What is lost with a count: side counts are hidden first, then what is least precious, then small ones."""
    return system.partitions[cell[0]].is_main, _rank(system, cell), system.rows(cell)


def _rank(system: CountSystem, cell: Cell) -> int:
    """How precious a count is; 0 for most."""
    partition = system.partitions[cell[0]]
    name = partition.cells[cell[1]]
    if name not in partition.precious:
        return 0
    return len(partition.precious) - partition.precious.index(name)
