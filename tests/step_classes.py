"""The classes of steps that a plan can have."""

from collections.abc import Iterator

import rtw_outcomes
from rtw_outcomes.planning.nodes.node import Node


def list_step_classes() -> frozenset[type[Node]]:
    """Every class of step that has steps of its own, and not only classes built on it."""
    return frozenset(_list_leaves(Node))


def _list_leaves(cls: type) -> Iterator[type]:
    """The classes of the package below this one that have no further ones below them."""
    below = [c for c in cls.__subclasses__() if c.__module__.startswith(rtw_outcomes.__name__)]
    for each in below:
        yield from _list_leaves(each)
    if not below:
        yield cls
