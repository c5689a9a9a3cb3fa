"""Which further counts are hidden, so that no small one follows from those that are told.

The cheapest choice of all is a hard problem. This is a short way to a good one: hide one more count in
each partition with an exposed one, until none is exposed; then show again what was not needed.
"""

from rtw_outcomes.disclosure.attacker import Attacker
from rtw_outcomes.disclosure.count_system import CountSystem, Form


def hide_further(system: CountSystem) -> CountSystem:
    """The system with as many more counts hidden as it takes that no small one is exposed.

    Complementary suppression: a count that is told is hidden because it would reveal another one.
    """
    attacker = Attacker(system)
    added: list[int] = []
    while exposed := attacker.list_exposed():
        more = _choose(system, exposed)
        if not more:  # all that could protect them is hidden
            for cell in exposed:
                attacker.give_in(cell)
        for cell in more:
            system.hide(cell)
            added.append(cell)
    for cell in sorted(added, key=lambda cell: _cost(system, cell), reverse=True):
        system.show(cell)
        if attacker.is_anything_exposed():
            system.hide(cell)
    return system


def _choose(system: CountSystem, exposed: list[int]) -> list[int]:
    """The counts to hide next: one in each partition with an exposed one, or else in another."""
    numbers = dict.fromkeys(map(system.partition_of, exposed))
    own = [_find_cheapest(system, list(system.cells_of(number))) for number in numbers]
    if more := [cell for cell in own if cell is not None]:
        return more
    further = _find_cheapest(system, list(range(len(system.rows))))
    return [] if further is None else [further]


def _find_cheapest(system: CountSystem, cells: list[int]) -> int | None:
    """The count among them that is told, is about somebody and costs least."""
    told = [cell for cell in cells if system.forms[cell] is not Form.HIDDEN and system.rows[cell]]
    return min(told, key=lambda cell: _cost(system, cell), default=None)


def _cost(system: CountSystem, cell: int) -> tuple[int, int]:
    return system.is_precious(cell), system.rows[cell]
