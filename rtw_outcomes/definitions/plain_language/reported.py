"""A value that the cohort brings in plain language."""

from collections.abc import Iterator

from rtw_outcomes.definitions.plain_language.phrases import Headline, describe_cut, say_number
from rtw_outcomes.language.measures.reported import Reported
from rtw_outcomes.language.resolved import ResolvedOutcome


def headline_reported(kind: Reported, resolved: ResolvedOutcome) -> Headline:  # noqa: ARG001 the signature for every kind
    """The headline: who has a value, which value, and that nothing ends it."""
    possible = f", of values {kind.range_}" if kind.cut else f", {kind.range_}"
    return Headline(
        f"every index date with a value in `{kind.column}`",
        say_number(kind.cut, _name_value(kind)) + possible,
        "nothing: the cohort brings it",
    )


def describe_reported(kind: Reported, resolved: ResolvedOutcome) -> Iterator[str]:  # noqa: ARG001 the signature for every kind
    """Sentences about the column, the possible values, and the meaning of an empty cell."""
    yield (
        f"The number is the {_name_value(kind)}, {kind.range_}. It is missing where the cell is empty. No other value may "
        "stand there, and no register is looked at."
    )
    yield from describe_cut(kind.cut, "value")


def _name_value(kind: Reported) -> str:
    return f"value that the cohort's column `{kind.column}` holds"
