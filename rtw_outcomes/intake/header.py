"""The names in the header of a source: each column has one, and no other column has it."""

from collections.abc import Sequence
from typing import TypeVar

from rtw_outcomes.errors import refuse

NamesT = TypeVar("NamesT", bound=Sequence[str])


def check_header_names(names: NamesT, place: str, hint: str = "Name each column") -> NamesT:
    """Each column has a name, and no other column has it, also not in other capitals.

    Args:
        names: the names, in their order.
        place: where they stand, for messages.
        hint: what to do about a column without a name.

    Raises:
        ContractError: a name is empty, or there twice.
    """
    for number, column in enumerate(names, start=1):
        if not column.strip():
            raise refuse(place, f"column {number} has no name", hint=hint)
        same = [other for other in names[: number - 1] if other.lower() == column.lower()]
        if same:
            twice = f"columns {names.index(same[0]) + 1} and {number} have the same name"
            twice_hint = "Names that differ in capitals only count as the same"
            raise refuse(place, twice, hint=twice_hint)
    return names
