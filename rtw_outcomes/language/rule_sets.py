"""Rule sets of disclosure control: what register holders and platforms ask of numbers that leave.

The sets are data, so that one program follows all of them and a manifest can say which one was followed.
"""

from dataclasses import dataclass
from typing import Literal

RuleSetName = Literal["default", "dst", "opensafely", "sacro"]


@dataclass(frozen=True)
class RuleSet:
    """What may be told about groups of persons.

    Attributes:
        name: the word of the study file; `number` where the study says a number.
        below: counts of fewer persons are hidden, and so is what is made of fewer.
        round_to: counts that are shown are rounded to multiples of it; 0 leaves them as they are.
        midpoint: counts of curves go up in steps of it and are told by the middle of the step; 0 leaves them.
        percentile_from: a median or another percentile is told from so many persons around its rank.
        figures_as: the kind of picture that may leave; in an SVG file every drawn number can be read.
        source: where the rules are from, and how sure that is.
    """

    name: str
    below: int
    round_to: int
    midpoint: int
    percentile_from: int
    figures_as: Literal["svg", "png"]
    source: str

    @classmethod
    def number(cls, below: int) -> "RuleSet":
        """The rules of a study that says a number of persons and nothing else."""
        return cls(
            name="number",
            below=below,
            round_to=0,
            midpoint=0,
            percentile_from=below,
            figures_as="svg",
            source="The number is the choice of the study.",
        )


DEFAULT = RuleSet(
    name="default",
    below=5,
    round_to=0,
    midpoint=0,
    percentile_from=5,
    figures_as="svg",
    source="What Nordic practice shows. MONA of Statistics Sweden publishes no number.",
)
DST = RuleSet(
    name="dst",
    below=5,
    round_to=0,
    midpoint=0,
    percentile_from=5,
    figures_as="svg",
    source="Statistics Denmark, as its courses for researchers teach it: no count under 5, and a percentile only "
    "where 5 persons have the value.",
)
OPENSAFELY = RuleSet(
    name="opensafely",
    below=8,
    round_to=5,
    midpoint=6,
    percentile_from=8,
    figures_as="svg",
    source="OpenSAFELY, its documentation of output checks: counts up to 7 are hidden, then all are rounded to 5; "
    "survival curves are computed again from counts at the midpoints of steps of 6.",
)
SACRO = RuleSet(
    name="sacro",
    below=10,
    round_to=0,
    midpoint=0,
    percentile_from=10,
    figures_as="png",
    source="SACRO, the defaults of its program acro: threshold 10, and no SVG file may leave.",
)
RULE_SETS: dict[str, RuleSet] = {each.name: each for each in (DEFAULT, DST, OPENSAFELY, SACRO)}
