"""All rules that one definition must satisfy, and the problems of a definition that breaks some."""

from collections.abc import Callable, Iterator
from typing import Any

from rtw_outcomes.definitions.rules import (
    days,
    every_outcome,
    money,
    reported,
    return_to_work,
    spells,
    states,
    worked_examples,
)
from rtw_outcomes.errors import Problem
from rtw_outcomes.language.measures.kind import Kind
from rtw_outcomes.language.outcome import Outcome

RuleOfKind = Callable[[Any, Outcome], Iterator[Problem]]

# The rules on a kind of measure, which hold for the kinds that are built on it too.
RULES_OF_KINDS: tuple[tuple[type[Kind], tuple[RuleOfKind, ...]], ...] = tuple(
    (kind, rules)
    for family in (days, money, reported, return_to_work, spells, states)
    for kind, rules in family.RULES.items()
)


def list_problems(outcome: Outcome) -> list[Problem]:
    """All problems of one outcome by itself, in the order of the rules."""
    return list(_check(outcome))


def _check(outcome: Outcome) -> Iterator[Problem]:
    for rule in every_outcome.RULES:
        yield from rule(outcome)
    for kind, rules in RULES_OF_KINDS:
        if isinstance(outcome.kind, kind):
            for rule_of_kind in rules:
                yield from rule_of_kind(outcome.kind, outcome)
    for rule in worked_examples.RULES:
        yield from rule(outcome)


def list_rules() -> list[Callable[..., Iterator[Problem]]]:
    """Every rule once, for the documentation."""
    of_kinds = [rule for _, rules in RULES_OF_KINDS for rule in rules]
    return list(dict.fromkeys((*every_outcome.RULES, *of_kinds, *worked_examples.RULES)))
