"""The keys of a comparison of groups, as a study file writes them."""

from collections.abc import Callable, Iterator
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema

from rtw_outcomes.errors import Location
from rtw_outcomes.language.yaml_types import (
    IS_NUMBER,
    ClosedMapping,
    NameList,
    Text,
    WrittenLength,
    one_or_many,
)


def _read_level(value: object) -> object:
    """Arms are often coded 0 and 1: a whole number stands for its digits."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


GroupLevel = Annotated[
    Text,
    BeforeValidator(_read_level),
    WithJsonSchema({"anyOf": [{"type": "string", "minLength": 1}, {"type": "integer"}]}),
]
LengthList = Annotated[tuple[WrittenLength, ...], BeforeValidator(one_or_many)]
CountModel = Literal["negative_binomial", "zero_inflated"]


class Compare(ClosedMapping):
    """A comparison of groups of the cohort, such as the arms of a trial, on every outcome of the study."""

    # No defaults for these two: which column makes the groups, and which group the others are held
    # against, decides the sign of every effect. A guess would be right half of the time.
    groups: Text
    """The column of the cohort that makes the groups."""

    reference: GroupLevel
    """The group that the others are compared with, as its cells are written. An effect is the value of another
    group less that of the reference, or divided by it."""

    cluster: Text | None = None
    """The column of the units that were allocated or treated together, such as care centres. All intervals then
    allow for members of one unit being alike."""

    adjust: NameList = ()
    """Columns that effects are adjusted for. Effects without adjustment are given beside."""

    at: LengthList = ()
    """The days on which curves are read, counted from the start of each time to an event, such as
    `[90 days, 12 months]`. Left out: the end of the follow-up of each outcome."""

    subgroups: NameList = ()
    """Columns in whose levels the effect is estimated again, one column at a time, with a test of whether the
    effects differ between the levels."""

    # What most journals ask for, and what readers take an interval for that says no level.
    level: Annotated[
        float, Field(json_schema_extra={"minimum": 50, "maximum": 99.9}), IS_NUMBER
    ] = 95
    """The level of all intervals, in percent."""

    # Its estimates are the plain means of the groups, and its intervals are right however members of a
    # cluster are alike. An exchangeable one gains precision, and weighs large clusters down.
    correlation: Literal["independence", "exchangeable"] = "independence"
    """What adjusted effects take for granted about members of one cluster: nothing (`independence`), or that
    any two of them are equally alike (`exchangeable`). Intervals are robust in both cases."""

    models: Annotated[tuple[CountModel, ...], BeforeValidator(one_or_many)] = ()
    """Models of counts and days beside the difference and the ratio of means: `negative_binomial`, for numbers
    that vary more than chance, and `zero_inflated`, for persons who have none and persons who may have some."""

    @property
    def needs_regression(self) -> bool:
        """Whether it asks for estimates that only the extra `analysis` can give."""
        return bool(self.models) or self.correlation == "exchangeable"

    def list_columns(self) -> Iterator[tuple[Location, str]]:
        """The columns of the cohort that it names, each with the place where it does."""
        yield ("groups",), self.groups
        if self.cluster is not None:
            yield ("cluster",), self.cluster
        for key in ("adjust", "subgroups"):
            for place, name in enumerate(getattr(self, key)):
                yield (key, place), name

    def rename_columns(self, rename: Callable[[str], str]) -> Self:
        """The same comparison, with other names for the columns of the cohort."""
        names = {
            "groups": rename(self.groups),
            "cluster": None if self.cluster is None else rename(self.cluster),
            "adjust": tuple(map(rename, self.adjust)),
            "subgroups": tuple(map(rename, self.subgroups)),
        }
        return self.model_copy(update=names)
