"""A number as it is told: exact, in steps, or hidden with the reason."""

from dataclasses import dataclass

from rtw_outcomes.disclosure.steps import round_up_step, to_step

# Why a number is hidden.
FEW_PERSONS = "based on fewer persons than may be shown"
FEW_EVENTS = "too few events for a ratio that one person cannot move"
SAME_VALUE = "all persons have the same value"
FEW_DIFFER = "fewer persons than may be shown have another value than the most frequent one"
DOMINATED = "one or two persons make nearly all of it"
FEW_FOR_QUARTILE = "too few persons for a quartile"
PROTECTS = "it would reveal another hidden number"
OF_HIDDEN = "it is made of a hidden number"


@dataclass(frozen=True)
class Told:
    """A number as it is told.

    Attributes:
        value: the number; None where it is hidden, or where there is none.
        why: why it is hidden; empty for one that is told, and where there is no number.
        step: the step in which it is told; None for an exact one.
    """

    value: float | None
    why: str = ""
    step: float | None = None


NOTHING = Told(None)


def hide(why: str) -> Told:
    """A hidden number."""
    return Told(None, why)


def tell_in_steps(value: float, least: float) -> Told:
    """A number in a step of at least this size."""
    step = round_up_step(least)
    return Told(to_step(value, step), step=step)
