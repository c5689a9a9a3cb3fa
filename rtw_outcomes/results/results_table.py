"""The statistics of a run as one table, a row for each, in the shape of R's package cards."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from rtw_outcomes.disclosure.estimates import ToldEstimate
from rtw_outcomes.disclosure.steps import decimals_of, tidy
from rtw_outcomes.disclosure.told import ToldStatistic
from rtw_outcomes.results.pitfalls import Pitfall
from rtw_outcomes.statistics.statistic import OutcomeCurve
from rtw_outcomes.statistics.table_one import CATEGORICAL, CONTINUOUS

COLUMNS: dict[str, pl.DataType] = {
    **dict.fromkeys(
        ("analysis_id", "outcome", "outcome_fingerprint", "group1", "group1_level"), pl.String()
    ),
    **dict.fromkeys(("variable", "variable_level", "context", "stat_name"), pl.String()),
    "stat_label": pl.String(),
    "stat": pl.Float64(),
    "stat_fmt": pl.String(),
    "unit": pl.String(),
    "conf_level": pl.Float64(),
    **dict.fromkeys(("method", "reference_level", "covariates"), pl.String()),
    **dict.fromkeys(("n", "n_events", "n_clusters"), pl.Int64()),
    "suppressed": pl.Boolean(),
    **dict.fromkeys(("suppressed_why", "warning", "error"), pl.String()),
}
STD_DIFF = "std_diff"
SENSITIVITY = "sensitivity"
NOBODY = "No index date has a value."
NO_NUMBER = "The values do not give this number."
PARTS_OF_ID = (
    "outcome",
    "context",
    "group1_level",
    "reference_level",
    "variable",
    "variable_level",
)


def lay_out_results(
    described: Iterable[ToldStatistic],
    estimates: Iterable[tuple[str, ToldEstimate]],
    *,
    by: Sequence[str],
    compared: str = "",
    reference: str = "",
    fingerprints: Mapping[str, str],
    pitfalls: Sequence[Pitfall] = (),
    curves: Iterable[tuple[OutcomeCurve, list[tuple[int, float]]]] = (),
) -> pl.DataFrame:
    """The table of results.

    Args:
        described: what describes the persons, as it is told.
        estimates: what compares groups, each with the id of its outcome.
        by: the columns that make the groups of the description.
        compared: the column whose groups are compared; empty where none are.
        reference: the group that the others are compared with.
        fingerprints: the fingerprint of each outcome by its id.
        pitfalls: what readers of the results should know, each a row with a warning.
        curves: the curves of times to an event, each with the points that are told: days, and percent.

    Returns:
        A row for each statistic. Texts are empty where they say nothing; `stat` is null where it is hidden,
        and then `suppressed` is true.
    """
    described = list(described)
    rows = [_row_of_statistic(each, by, compared) for each in described if each.statistic.is_row]
    rows += list(_list_differences(described, compared, reference))
    rows += [row for outcome, each in estimates for row in _rows_of(outcome, each, compared)]
    rows += [_row_of_pitfall(each) for each in pitfalls]
    rows += [_row_of_point(curve, compared, *point) for curve, points in curves for point in points]
    for row in rows:
        row["outcome_fingerprint"] = fingerprints.get(row["outcome"], "")
        covariates = row.get("covariates")
        parts = [row.get(part, "") for part in PARTS_OF_ID] + ([covariates] if covariates else [])
        row["analysis_id"] = "/".join(filter(None, parts))
    blank = {name: "" for name, kind in COLUMNS.items() if kind == pl.String()}
    return pl.DataFrame([blank | row for row in rows], schema=COLUMNS, orient="row")


def _row_of_statistic(each: ToldStatistic, by: Sequence[str], compared: str) -> dict[str, Any]:
    statistic, told = each.statistic, each.told
    columns = (compared,) if statistic.is_side else by
    return {
        "outcome": statistic.outcome,
        "group1": ", ".join(columns),
        "group1_level": name_level(statistic.group),
        "variable": statistic.variable,
        "variable_level": statistic.level,
        "context": statistic.context,
        "stat_name": statistic.stat,
        "stat_label": statistic.stat.replace("_", " "),
        "stat": told.value,
        "stat_fmt": _format(told.value, told.step),
        "unit": statistic.unit,
        "n": None if each.n.value is None else int(each.n.value),
        "suppressed": bool(told.why),
        "suppressed_why": told.why,
        "error": _tell_nothing(each),
    }


def _tell_nothing(each: ToldStatistic) -> str:
    """Why there is no number where none is hidden: a mean of nobody, or a spread of one."""
    if each.told.value is not None or each.told.why:
        return ""
    return NOBODY if each.n.value == 0 else NO_NUMBER


def _row_of_point(curve: OutcomeCurve, compared: str, day: int, percent: float) -> dict[str, Any]:
    return {
        "outcome": curve.outcome,
        "group1": compared,
        "group1_level": curve.group,
        "variable": curve.cause,
        "variable_level": str(day),
        "context": "curve",
        "stat_name": "estimate",
        "stat_label": "cumulative incidence",
        "stat": percent,
        "stat_fmt": f"{tidy(percent):.12g}",
        "unit": "percent",
        "suppressed": False,
    }


def _row_of_pitfall(pitfall: Pitfall) -> dict[str, Any]:
    return {
        "outcome": pitfall.outcome,
        "variable": pitfall.name,
        "context": "pitfall",
        "stat_name": "n",
        "stat_label": "index dates",
        "stat": None if pitfall.count is None else float(pitfall.count),
        "stat_fmt": "" if pitfall.count is None else str(pitfall.count),
        "n": pitfall.count,
        "suppressed": pitfall.is_hidden,
        "warning": pitfall.text,
    }


def name_level(group: Sequence[str]) -> str:
    """The values of the columns that make the groups, as one text."""
    return ", ".join(group)


def _rows_of(outcome: str, told: ToldEstimate, compared: str) -> Iterator[dict[str, Any]]:
    """A row for the estimate, and one for each limit of its interval and for the p value."""
    exact = told.estimate
    variable, level = exact.cause or exact.variable, exact.level
    context, name = KINDS.get((exact.context, exact.name), (exact.context, exact.name))
    if exact.subgroup:
        variable, level = f"subgroup: {exact.subgroup[0]}", exact.subgroup[1]
    if exact.choice:
        variable, level = SENSITIVITY, exact.choice
    shared = {
        "outcome": outcome,
        "group1": compared,
        "group1_level": exact.group,
        "variable": variable,
        "variable_level": level,
        "context": context,
        "unit": exact.unit,
        "conf_level": None if told.why else exact.confidence,
        "method": exact.method,
        "reference_level": exact.reference,
        "covariates": ", ".join(exact.covariates),
        "n": told.n,
        "n_events": told.n_events,
        "n_clusters": None if told.why else exact.n_clusters,
        "suppressed": bool(told.why),
        "suppressed_why": told.why,
        # Of a hidden number they would tell of events that are hidden.
        "warning": "" if told.why else exact.warning,
        "error": "" if told.why else exact.error,
    }
    has_only_p = exact.value is None and exact.p_value is not None and not told.why
    numbers = {} if has_only_p else {name: (told.value, exact.label)}
    limits = {"conf.low": told.low, "conf.high": told.high, "p.value": told.p_value}
    for limit, value, true in zip(
        limits, limits.values(), (exact.low, exact.high, exact.p_value), strict=True
    ):
        # Of a hidden number, a row for its limits would tell that it has an interval.
        if true is not None and exact.name != "p.interaction" and not told.why:
            numbers[limit] = (value, LABELS[limit])
    for stat, (value, label) in numbers.items():
        step = None if stat == "p.value" else told.step
        text = _format_p(value, told.p_step) if stat in P_VALUES else _format(value, step)
        yield shared | {"stat_name": stat, "stat_label": label, "stat": value, "stat_fmt": text}


# Numbers of one analysis that are estimates of their own, with the context and the name that they have.
# The summary describes persons; what is estimated of a group has an interval, and a context of its own.
KINDS = {
    ("summary", "mean"): ("group_mean", "estimate"),
    ("summary", "proportion"): ("group_share", "estimate"),
    ("summary", "share_any"): ("group_share_any", "estimate"),
    ("summary", "rate"): ("group_rate", "estimate"),
    ("rmst", "difference"): ("rmst_difference", "estimate"),
    ("rmst", "ratio"): ("rmst_ratio", "estimate"),
    ("coxph", "proportional"): ("proportional_hazards", "statistic"),
}
P_VALUES = ("p.value", "p.interaction")
LABELS = {
    "conf.low": "lower limit",
    "conf.high": "upper limit",
    "p.value": "p value",
}


def _format(value: float | None, step: float | None) -> str:
    """A number as it is to be printed; empty where there is none."""
    if value is None:
        return ""
    return f"{value:.{decimals_of(step)}f}" if step else f"{tidy(value):.12g}"


def _format_p(value: float | None, step: float) -> str:
    if value is None:
        return ""
    return f"<{step}" if value < step else f"{value:.{decimals_of(step)}f}"


def _list_differences(
    described: Sequence[ToldStatistic], compared: str, reference: str
) -> Iterator[dict[str, Any]]:
    """How far groups lie apart in what describes them, computed from what is told of them.

    The standardised difference: of two means over the root of the mean of the two variances, of two
    shares over the root of the mean of p (1 - p) (Austin 2009, Statistics in Medicine 28:3083).
    """
    if not compared:
        return
    found: dict[tuple[str, str, str], dict[str, float]] = {}
    for each in described:
        about = each.statistic
        if about.context in (CATEGORICAL, CONTINUOUS) and each.told.value is not None:
            key = (name_level(about.group), about.variable, about.level)
            found.setdefault(key, {})[about.stat] = each.told.value
    for (group, variable, level), own in found.items():
        other = found.get((reference, variable, level))
        if group == reference or other is None:
            continue
        difference = _standardise(own, other)
        if difference is not None:
            yield {
                "group1": compared,
                "group1_level": group,
                "variable": variable,
                "variable_level": level,
                "context": CATEGORICAL if level else CONTINUOUS,
                "stat_name": STD_DIFF,
                "stat_label": "standardised difference",
                "stat": round(difference, 2),
                "stat_fmt": f"{difference:.2f}",
                "reference_level": reference,
                "outcome": "",
                "suppressed": False,
            }


def _standardise(own: Mapping[str, float], other: Mapping[str, float]) -> float | None:
    if "p" in own and "p" in other:
        shares = own["p"] / 100, other["p"] / 100
        spread = math.sqrt(sum(each * (1 - each) for each in shares) / 2)
        return (shares[0] - shares[1]) / spread if spread else None
    if not {"mean", "sd"} <= own.keys() & other.keys():
        return None
    spread = math.sqrt((own["sd"] ** 2 + other["sd"] ** 2) / 2)
    return (own["mean"] - other["mean"]) / spread if spread else None
