"""The released table, read into analyses: the statistics that belong together, and what they are about.

Nothing is computed here. A number that the table does not have is on no page.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from rtw_outcomes.language.control_characters import show_controls

# Two rows are about the same analysis when they agree in these.
KEYS = (
    *("analysis_id", "outcome", "context", "group1_level", "variable", "variable_level"),
    *("reference_level", "covariates"),
)
TEXTS = (*KEYS, "stat_name", "stat_label", "stat_fmt", "unit", "method")
SUMS = ("days_at_risk",)
INTERACTION = "p.interaction"
SENSITIVITY = "sensitivity"  # the variable of what is estimated under another choice
REASONS = ("suppressed_why", "warning", "error")


@dataclass(frozen=True)
class ReportNumber:
    """One statistic of the table.

    Attributes:
        value: the number; None where it is hidden, or where there is none.
        text: the number as it may be printed, with a decimal point; empty where the table leaves that open.
        label: what it is, for people.
        unit: `days`, `percent`, ...
        is_hidden: whether disclosure control has hidden it.
        n: how many index dates are behind it.
    """

    value: float | None
    text: str
    label: str
    unit: str
    is_hidden: bool
    n: int | None = None


@dataclass(frozen=True)
class ReportAnalysis:
    """Statistics that belong together, such as an estimate and its limits, by their names.

    Attributes:
        outcome: its id; empty for what is about the persons and not about an outcome.
        context: the kind of analysis, such as `mean_difference`.
        group, reference: the level that it is about, and the one that it is compared with.
        variable, level: the column, cause, period or day that it is about.
        covariates: what it is adjusted for, joined by commas.
        texts: the unit, the method, and why something is hidden, doubtful or not there; several in lines.
        numbers: `conf_level`, `n`, `n_events` and `n_clusters`, where known.
        statistics: the numbers, by their names.
        last_day: up to which day a subgroup's estimate is, whose level names the subgroup.
    """

    outcome: str
    context: str
    group: str
    reference: str
    variable: str
    level: str
    covariates: str
    texts: Mapping[str, str]
    numbers: Mapping[str, float]
    statistics: Mapping[str, ReportNumber]
    last_day: str = ""

    @property
    def is_comparison(self) -> bool:
        """Whether it compares a group with another one."""
        return bool(self.reference)

    @property
    def is_ratio(self) -> bool:
        """Whether its estimate is told on a relative scale, on which 1 is no difference."""
        return (
            self.context.endswith("_ratio")
            or "ratio" in self.texts["unit"]
            or self.context == "coxph"
        )

    @property
    def is_test(self) -> bool:
        """Whether it tells a p value of several groups or levels at once, and no estimate."""
        return "estimate" not in self.statistics and not self.is_interaction

    @property
    def is_interaction(self) -> bool:
        """Whether it tests if an effect is the same in all levels of a subgroup."""
        return INTERACTION in self.statistics or self.context == "interaction"

    @property
    def is_varied(self) -> bool:
        """Whether it is an estimate under another choice than those of the study."""
        return self.variable == SENSITIVITY

    @property
    def is_withheld(self) -> bool:
        """Whether it has no number to tell, and at least one that is hidden."""
        found = self.statistics.values()
        is_told = any(each.value is not None for each in found)
        return not is_told and any(each.is_hidden for each in found)

    @property
    def label(self) -> str:
        """What its first statistic is, in the words of the table."""
        return next(iter(self.statistics.values())).label

    @property
    def subgroup(self) -> str:
        """The column of the subgroup that it is about; empty for everybody."""
        kind, _, column = self.variable.partition(": ")
        return column if kind == "subgroup" else ""

    def value(self, name: str) -> float | None:
        """A statistic's number; None where it is hidden, not there or without a limit."""
        found = self.statistics.get(name)
        is_known = found is not None and found.value is not None and math.isfinite(found.value)
        return found.value if found and is_known else None


def read_analyses(table: pl.DataFrame) -> tuple[ReportAnalysis, ...]:
    """The analyses of a released table, in the order in which they first stand in it."""
    together: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in table.iter_rows(named=True):
        texts = {name: show_controls(row.get(name) or "") for name in (*TEXTS, *REASONS)}
        key = tuple(texts[name] for name in KEYS)
        together.setdefault(key, []).append(row | texts)
    return tuple(map(_read_analysis, together.values()))


def list_groups(analyses: Iterable[ReportAnalysis]) -> tuple[str, ...]:
    """The groups that numbers are about, each with its reference before it, in order of appearance."""
    groups: dict[str, None] = {}
    for each in analyses:
        if not each.is_comparison and not each.variable.startswith("subgroup"):
            groups.setdefault(each.group)
    return tuple(groups)


def _read_analysis(rows: list[dict[str, Any]]) -> ReportAnalysis:
    first = rows[0]
    texts = {name: _join(row[name] for row in rows) for name in ("method", *REASONS)}
    numbers = {
        name: next(row[name] for row in rows if row.get(name) is not None)
        for name in ("conf_level", "n", "n_events", "n_clusters")
        if any(row.get(name) is not None for row in rows)
    }
    return ReportAnalysis(
        outcome=first["outcome"],
        context=first["context"],
        group=first["group1_level"],
        reference=first["reference_level"],
        variable=first["variable"],
        level=first["variable_level"],
        covariates=first["covariates"],
        texts=texts | {"unit": next((row["unit"] for row in rows if row["unit"]), "")},
        numbers=numbers,
        statistics={row["stat_name"]: _read_statistic(row) for row in rows},
    )


def _read_statistic(row: Mapping[str, Any]) -> ReportNumber:
    """A number without a value is hidden, unless the table says that there is none."""
    value = row.get("stat")
    is_hidden = bool(row.get("suppressed")) or (
        value is None and not row["error"] and not row["stat_fmt"]
    )
    return ReportNumber(
        value=None if is_hidden or value is None or math.isnan(value) else value,
        text="" if is_hidden else _tell_whole(row),
        label=row["stat_label"],
        unit=row["unit"],
        is_hidden=is_hidden,
        n=row.get("n"),
    )


def _tell_whole(row: Mapping[str, Any]) -> str:
    """The number as the table prints it; a number of days that everybody adds to has no decimals."""
    whole, _, part = str(row["stat_fmt"]).partition(".")
    return whole if row["stat_name"] in SUMS and not part.strip("0") else row["stat_fmt"]


def _join(texts: Iterable[str]) -> str:
    return "\n".join(dict.fromkeys(filter(None, texts)))
