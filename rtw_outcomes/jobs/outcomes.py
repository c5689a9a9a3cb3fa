"""List the stock outcomes and describe an outcome in plain language, for Python code."""

from rtw_outcomes.definitions.catalogue import (
    OutcomeLike,
    find_outcome,
    list_stock,
    resolve_outcome,
)
from rtw_outcomes.definitions.plain_language import describe
from rtw_outcomes.language.resolved import ResolvedOutcome


def list_outcomes(
    group: str | None = None,
    country: str | None = None,
    measure: str | None = None,
    word: str | None = None,
) -> tuple[ResolvedOutcome, ...]:
    """List the stock outcomes, or those of them that meet all conditions that are given.

    Args:
        group: only those of this group, such as `core`.
        country: only those for this country's register, such as `SE`.
        measure: only those with this measure, such as `return_to_work`.
        word: only those that have this text, in capitals or not, in their id, title, source or plain
            language.

    Returns:
        The outcomes in the order of their ids; none where no outcome has the word.

    Raises:
        UsageError: no stock outcome has this group, country or measure.
    """
    listed = map(resolve_outcome, list_stock(group, country, measure))
    return tuple(each for each in listed if word is None or _has_word(each, word.casefold()))


def describe_outcome(outcome: OutcomeLike) -> str:
    """Say in plain language what an outcome computes, complete enough to repeat it.

    Args:
        outcome: as in `find_outcome`.

    Returns:
        A paragraph, and after empty lines one for each outcome that it is computed from.

    Raises:
        DefinitionError: there is no such definition, or it is wrong.
    """
    return describe.describe_outcome(find_outcome(outcome))


def _has_word(resolved: ResolvedOutcome, word: str) -> bool:
    outcome, words = resolved.outcome, describe.describe_outcome(resolved)
    texts = (outcome.outcome, outcome.title, outcome.source.text, words)
    return any(word in text.casefold() for text in texts)
