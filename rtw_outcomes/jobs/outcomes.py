"""List the stock outcomes and describe an outcome in plain language, for Python code."""

from rtw_outcomes.definitions.catalogue import OutcomeLike, find_outcome, resolve_outcome
from rtw_outcomes.definitions.library import list_stock
from rtw_outcomes.definitions.plain_language import describe
from rtw_outcomes.jobs.arguments import check_text
from rtw_outcomes.language.resolved import ResolvedOutcome


def list_outcomes(
    word: str = "",
    *,
    group: str | None = None,
    country: str | None = None,
    measure: str | None = None,
) -> tuple[ResolvedOutcome, ...]:
    """List the stock outcomes, or those of them that meet all conditions that are given.

    Capitals do not matter, nor do accents in `word`.

    Args:
        word: one word or several; all of them must be in the id, the title, the group or the measure.
        group: only those of this group, such as `core`.
        country: only those for this country's register, such as `SE`.
        measure: only those with this measure, such as `return_to_work`.

    Returns:
        The outcomes, those of the core first.

    Raises:
        UsageError: an argument is no text, or no stock outcome has this group, country, measure or word.
    """
    narrowed = {"group": group, "country": country, "measure": measure}
    for name, given in narrowed.items():
        if given is not None:
            check_text(given, name)
    words = check_text(word, "word").split()
    return tuple(map(resolve_outcome, list_stock(words, **narrowed)))


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
