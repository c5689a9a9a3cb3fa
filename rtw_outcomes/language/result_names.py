"""The names of the columns of results, and of the statistics of states: the one place that makes them.

A name is made from what it stands for, and nothing is ever read back out of it: a column carries its
role, and whoever looks for a column asks for the role.
"""

from dataclasses import dataclass
from enum import Enum

MISSING = "missing"


class Role(Enum):
    """The role of a column: the part of its outcome that it holds."""

    VALUE = "the value: a number, an answer or a state"
    DAYS = "the days of a time to an event"
    STATUS = "the status of a time to an event"
    NUMERATOR = "the share in the sum that is divided"
    DENOMINATOR = "the share in the sum that it is divided by"
    OBSERVED_DAYS = "the number of observed days"
    INCOMPLETE = "whether days of the window are not observed"
    HAPPENED = "whether the event happens in the follow-up; null where its end is not observed"
    UNCONFIRMABLE = "whether observation ends before a return could be confirmed"


@dataclass(frozen=True)
class NumberedPeriod:
    """One of the periods that a number is split on, counted from 1."""

    number: int
    periods: int

    def __str__(self) -> str:
        return f"{self.number:0{max(2, len(str(self.periods)))}}"


@dataclass(frozen=True)
class NamedState:
    """One of the states that days are counted in."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class NamedDay:
    """One of several days that are looked at, by its length after the index date as it is written."""

    written: str

    def __str__(self) -> str:
        return self.written.replace(" ", "_")


SplitBy = NumberedPeriod | NamedState | NamedDay

_ENDINGS = {
    Role.VALUE: "",
    Role.DAYS: "days",
    Role.STATUS: "status",
    Role.NUMERATOR: "",
    Role.DENOMINATOR: "over",
    Role.OBSERVED_DAYS: "observed_days",
    Role.INCOMPLETE: "incomplete",
    Role.HAPPENED: "happened",
    Role.UNCONFIRMABLE: "unconfirmable",
}


def name_column(outcome: str, role: Role, split: SplitBy | None = None) -> str:
    """The name of a column.

    >>> name_column("net_days", Role.OBSERVED_DAYS, NumberedPeriod(3, periods=12))
    'net_days_03_observed_days'
    >>> name_column("state", Role.VALUE, NamedDay("3 months"))
    'state_3_months'
    """
    return "_".join(filter(None, (outcome, str(split or ""), _ENDINGS[role])))


def name_statistic(statistic: str, split: SplitBy | None = None) -> str:
    """The name of a statistic of a number, or of one period or state that it is split on.

    >>> name_statistic("mean", NumberedPeriod(3, periods=12)), name_statistic("mean")
    ('period_03_mean', 'mean')
    """
    label = f"period_{split}" if isinstance(split, NumberedPeriod) else str(split or "")
    return "_".join(filter(None, (label, statistic)))


def name_share(state: str) -> str:
    """The name of the statistic that is a state's share in percent."""
    return f"{state}_percent"
