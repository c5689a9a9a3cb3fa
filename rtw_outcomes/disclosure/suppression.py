"""Which further counts are hidden, so that no hidden one follows from those that are told.

The cheapest choice of all is a hard problem. This is a short way to a good one: hide one more count for
each that is exposed, until the attacker bounds none; then show again what was not needed.
"""

from rtw_outcomes.disclosure.attacker import Attacker
from rtw_outcomes.disclosure.count_system import Cell, CountSystem, Form
from rtw_outcomes.disclosure.told import PROTECTS


def hide_further(system: CountSystem) -> CountSystem:
    """The system with as many more counts hidden as it takes that no hidden one is exposed.

    Complementary suppression: a count that is told is hidden because it would reveal another one.
    """
    added: list[Cell] = []
    while exposed := Attacker(system).list_exposed(_list_checked(system)):
        more = [cell for cell in (_choose(system, each) for each in exposed[:1]) if cell]
        if not more:
            # Nothing more can be hidden for this cell; look at the others.
            more = [cell for cell in (_choose(system, each) for each in exposed[1:]) if cell][:1]
        if not more:
            break
        for cell in more:
            system.hide(cell, PROTECTS)
            added.append(cell)
    _show_what_is_not_needed(system, added)
    return system


def _list_checked(system: CountSystem) -> list[Cell]:
    """The hidden cells, those that are small first, for they are exposed most often."""
    return sorted(
        (cell for cell in system.hidden if system.rows(cell)),
        key=lambda cell: (system.why[cell] == PROTECTS, system.rows(cell)),
    )


def _choose(system: CountSystem, exposed: Cell) -> Cell | None:
    """The count to hide next for one that is exposed: in its own partition, or in one that it meets."""
    own = _list_candidates(system, system.cells_of(exposed[0]))
    if own:
        return own[0]
    met: set[Cell] = set()
    for pair in system.list_pairs():
        if exposed[0] in pair:
            met |= {cell for both in system.joint(*pair) if exposed in both for cell in both} - {
                exposed
            }
    further = _list_candidates(system, sorted(met))
    return further[0] if further else None


def _list_candidates(system: CountSystem, cells: list[Cell]) -> list[Cell]:
    """The counts among them that are told and about somebody, the one that costs least first."""
    told = [
        cell for cell in cells if system.forms[cell] is not Form.HIDDEN and system.rows(cell) > 0
    ]
    return sorted(told, key=lambda cell: _cost(system, cell))


def _cost(system: CountSystem, cell: Cell) -> tuple[bool, int]:
    partition = system.partitions[cell[0]]
    return partition.cells[cell[1]] in partition.precious, system.rows(cell)


def _show_what_is_not_needed(system: CountSystem, added: list[Cell]) -> None:
    for cell in sorted(added, key=lambda cell: _cost(system, cell), reverse=True):
        system.show(cell)
        if Attacker(system).list_exposed(_list_checked(system)):
            system.hide(cell, PROTECTS)
