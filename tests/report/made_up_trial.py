"""The manifest and the released table of a trial that never was: every context, and no person behind it."""

import math
from collections.abc import Sequence
from typing import Any

import polars as pl

TEXTS = (
    *("analysis_id", "outcome", "outcome_fingerprint", "group1", "group1_level", "variable"),
    *("variable_level", "context", "stat_name", "stat_label", "stat_fmt", "unit", "method"),
    *("reference_level", "covariates", "suppressed_why", "warning", "error"),
)
SCHEMA = (
    dict.fromkeys(TEXTS, pl.String())
    | {"stat": pl.Float64(), "conf_level": pl.Float64(), "suppressed": pl.Boolean()}
    | dict.fromkeys(("n", "n_events", "n_clusters"), pl.Int64())
)
STATES = ("full_work", "part_work", "full_absence", "disability_pension", "dead")
DAYS = ("1 month", "3 months", "6 months", "12 months")
TWO = ("control", "intervention")
OUTCOMES = {
    "net_sick_days_12m": "Net sick days in 12 months",
    "full_rtw_28d": "First full return to work, sustained for 28 days",
    "improved_6m": "Work ability rose within 6 months",
    "recurrence_12m": "Number of new spells in the 12 months after the full return",
    "net_days_by_month_12m": "Net sick days in each of 12 months",
    "state_on_days": "Work state on four days",
}
MEASURES = {"full_rtw_28d": "return_to_work", "part_rtw_28d": "return_to_work"}


class Rows:
    """The rows of the table, as they are added."""

    def __init__(self, groups: Sequence[str]) -> None:
        self.groups = groups
        self.rows: list[dict[str, Any]] = []
        self.analyses = 0

    def add(self, outcome: str, context: str, stats: dict[str, float | None], **more: Any) -> None:
        """The statistics of one analysis; None is a hidden number."""
        self.analyses += 1
        decimals = more.pop("decimals", 2)
        level = more.pop("group", "")
        for name, stat in stats.items():
            whole = name in ("n", "N", "n.risk", "n.event", "n.censor") or decimals == 0
            digits = 3 if name in ("p.value", "icc") else 0 if whole else decimals
            text = "" if stat is None else f"{stat:.{digits}f}"
            self.rows.append(
                dict.fromkeys(TEXTS, "")
                | {"conf_level": None, "n": None, "n_events": None, "n_clusters": None}
                | {
                    "analysis_id": f"a{self.analyses:04}",
                    "outcome": outcome,
                    "outcome_fingerprint": "0f" * 32 if outcome else "",
                    "context": context,
                    "group1": "arm" if level else "",
                    "group1_level": level,
                    "stat_name": name,
                    "stat_label": name,
                    "stat": stat,
                    "stat_fmt": text,
                    "suppressed": stat is None,
                    "suppressed_why": "fewer than 5 persons" if stat is None else "",
                }
                | more
            )

    def compare(self, outcome: str, context: str, value: float, half: float, **more: Any) -> None:
        """An estimate with its interval, for each group against the first."""
        ratio = more.get("unit") == "ratio"
        for place, group in enumerate(self.groups[1:]):
            middle = value + 0.1 * place
            low, high = (
                (middle / (1 + half), middle * (1 + half))
                if ratio
                else (middle - half, middle + half)
            )
            stats = {"estimate": middle, "conf.low": low, "conf.high": high, "p.value": 0.0312}
            common = {"group": group, "reference_level": self.groups[0], "conf_level": 95.0}
            common |= {"n": 2994, "n_clusters": 24, "method": "difference of means, by cluster"}
            self.add(outcome, context, stats, **(common | more))


def make_table(groups: Sequence[str] = TWO) -> pl.DataFrame:
    """The released table: one row for each statistic."""
    rows = Rows(groups)
    _add_persons(rows)
    for place, group in enumerate(groups):
        _add_numbers(rows, group, place)
        _add_times(rows, group, place)
        _add_states(rows, group, place)
    _add_comparisons(rows)
    return pl.DataFrame(rows.rows, schema=SCHEMA)


def _add_persons(rows: Rows) -> None:
    stages = {"delivered": 1534, "used": 1532, "at risk": 1400, "analysed": 1390}
    for place, group in enumerate(rows.groups):
        for stage, n in stages.items():
            rows.add("", "flow", {"n": n - 30 * place}, group=group, variable=stage)
        sex = {"women": 803, "men": 726, "(blank)": None}
        for level, n in sex.items():
            share = None if n is None else n / 15.32
            stats = {"n": n, "p": share}
            rows.add(
                "",
                "categorical",
                stats,
                group=group,
                variable="sex",
                variable_level=level,
                decimals=1,
            )
        moments = {"mean": 44.2 - place, "sd": 11.3}
        rows.add("", "continuous", moments, group=group, variable="age", decimals=1)
    for name in ("sex", "age"):
        for group in rows.groups[1:]:
            context = "continuous" if name == "age" else "categorical"
            rows.add("", context, {"std_diff": 0.03}, group=group, variable=name)


def _add_numbers(rows: Rows, group: str, place: int) -> None:
    counts = {"missing": 4, "fully_observed": 1490, "partly_observed": 38 - place}
    moments = {"mean": 121.37 - 9 * place, "sd": 98.2, "p25": 32.5, "median": 98.0, "p75": 201.25}
    counted = {"decimals": 0, "unit": "index dates", "n": 1532}
    rows.add("net_sick_days_12m", "summary", counts, group=group, **counted)
    rows.add("net_sick_days_12m", "summary", moments, group=group, unit="days", n=1528)
    spells = {"mean": 0.81 + 0.04 * place, "sd": 1.1, "p25": 0, "median": 1, "p75": 1}
    rows.add("recurrence_12m", "summary", spells, group=group, unit="spells", n=1204)
    rows.add(
        "improved_6m", "summary", {"yes": 640 + 50 * place, "no": 800}, group=group, decimals=0
    )
    rows.add(
        "improved_6m", "summary", {"yes_percent": 44.4 + 3 * place}, group=group, unit="percent"
    )
    for month in range(1, 13):
        mean = 24 * math.exp(-month / 5) + 3 - place * 0.8
        stats = {"mean": mean, "sd": 11.2, "median": mean - 1, "n": 1532 - 3 * month}
        limits = {"estimate": mean, "conf.low": mean - 0.6, "conf.high": mean + 0.6}
        if month == 12 and place:
            stats, limits = dict.fromkeys(stats), dict.fromkeys(limits)
        period = {"variable": "period", "variable_level": f"{month:02}", "unit": "days"}
        rows.add("net_days_by_month_12m", "summary", stats, group=group, **period)
        told = {"group": group, "conf_level": 95.0, **period}
        rows.add("net_days_by_month_12m", "group_mean", limits, **told)


def _add_times(rows: Rows, group: str, place: int) -> None:
    name = "full_rtw_28d"
    counts = {
        "not_at_risk": 132,
        "event": 1096,
        "censored": 287,
        "disability_pension": 12,
        "death": None,
    }
    rows.add(name, "summary", counts, group=group, decimals=0)
    rows.add(name, "summary", {"event_percent": 78.3 + place}, group=group, unit="percent")
    rows.add(name, "summary", {"unconfirmable": 21}, group=group, decimals=0)
    for cause, top in {"event": 80.0 + 3 * place, "disability_pension": 0.9}.items():
        for day in range(0, 366, 15):
            value = top * (1 - math.exp(-day / (110 - 15 * place))) / (1 - math.exp(-365 / 110))
            stats = {"estimate": value}
            if cause == "event":
                stats |= {"conf.low": value - 2.1, "conf.high": value + 2.1}
            at = {"variable": cause, "variable_level": str(day), "unit": "percent", "n": 1400}
            rows.add(name, "curve", stats, group=group, **at)
        for day, risk in {"0 days": 1400, "90 days": 700, "180 days": 430, "365 days": 250}.items():
            number = int(day.split()[0])
            value = top * (1 - math.exp(-number / 110))
            stats = {"estimate": value, "conf.low": max(0, value - 2.1), "conf.high": value + 2.1}
            stats |= {"n.risk": risk - place, "n.event": 1400 - risk - number // 10}
            stats |= {"n.censor": number // 10 if number < 300 else None}
            at = {"variable": cause, "variable_level": day, "unit": "percent", "conf_level": 95.0}
            rows.add(name, "competing_cif", stats, group=group, decimals=1, **at)


def _add_states(rows: Rows, group: str, place: int) -> None:
    shares = {
        "1 month": (31, 12, 56.5, 0.5, 0),
        "3 months": (48, 13, 37.8, 1.1, 0.1),
        "6 months": (60, 11, 26.7, 2.0, 0.3),
        "12 months": (71, 9, 16.2, 3.0, 0.8),
    }
    for day, percents in shares.items():
        stats: dict[str, float | None] = {}
        for state, percent in zip(STATES, percents, strict=True):
            hidden = 0 < percent < 0.2
            shift = {"full_work": 2 * place, "full_absence": -2 * place}.get(state, 0)
            stats[state] = None if hidden else round(15.32 * (percent + shift))
            stats[f"{state}_percent"] = None if hidden else percent + shift
        at = {"variable": "day", "variable_level": day, "n": 1532}
        for name, stat in stats.items():
            decimals = 1 if name.endswith("_percent") else 0
            rows.add("state_on_days", "summary", {name: stat}, group=group, decimals=decimals, **at)


def _add_comparisons(rows: Rows) -> None:
    days, percent, ratio = {"unit": "days"}, {"unit": "percentage points"}, {"unit": "ratio"}
    rows.compare("net_sick_days_12m", "mean_difference", -9.0, 6.4, **days)
    rows.compare("net_sick_days_12m", "mean_difference", -8.4, 6.1, covariates="age, sex", **days)
    rows.compare("net_sick_days_12m", "mean_ratio", 0.93, 0.06, **ratio)
    for level, value in {"women": -11.0, "men": -6.0}.items():
        part = {"variable": "subgroup: sex", "variable_level": level}
        rows.compare("net_sick_days_12m", "mean_difference", value, 8.0, **part, **days)
    rows.add("net_sick_days_12m", "interaction", {"p.value": 0.41}, variable="subgroup: sex")
    rows.compare("improved_6m", "proportion_difference", 3.0, 3.4, **percent)
    rows.compare("improved_6m", "risk_ratio", 1.07, 0.08, **ratio)
    rows.compare("recurrence_12m", "rate_ratio", 1.05, 0.12, **ratio)
    rows.compare(
        "full_rtw_28d",
        "proportion_difference",
        3.1,
        2.9,
        variable="event",
        variable_level="365 days",
        **percent,
    )
    last = {"variable": "event", "variable_level": "365 days"}
    rows.compare("full_rtw_28d", "rmst_difference", -11.2, 7.7, **last, **days)
    rows.compare("full_rtw_28d", "coxph", 1.12, 0.09, **last, **ratio)
    varied = {"variable": "sensitivity", "variable_level": "members of a cluster as independent"}
    rows.compare("full_rtw_28d", "proportion_difference", 3.2, 2.5, **varied, **percent)
    rows.compare("full_rtw_28d", "coxph", 1.13, 0.08, **varied, **ratio)
    rows.add("full_rtw_28d", "gray", {"p.value": 0.0004, "statistic": 12.5})
    for month in range(1, 13):
        at = {"variable": "period", "variable_level": f"{month:02}"}
        rows.compare("net_days_by_month_12m", "gee", -0.8, 0.7, **at, **days)
    rows.add(
        "state_on_days",
        "mean_difference",
        {"estimate": None},
        group=rows.groups[-1],
        reference_level=rows.groups[0],
        error="fewer than two clusters in a group",
        suppressed=False,
        suppressed_why="",
    )
    sizes = {"n_clusters": 24, "icc": 0.021, "size_mean": 125.0, "size_min": 40, "size_max": 310}
    rows.add("net_sick_days_12m", "clusters", sizes, decimals=0)
    rows.add(
        "net_sick_days_12m",
        "pitfall",
        {"n": 38},
        warning="the window of some persons is observed only in part",
    )
    rows.add(
        "full_rtw_28d",
        "pitfall",
        {"n": None},
        warning="the end of observation comes before the return could be confirmed",
    )


def make_manifest() -> dict[str, Any]:
    """The record of the run, with the optional parts."""
    return {
        "study": {
            "study": "made-up-trial",
            "register": "midas",
            "observed": {"from": "2015-01-01", "to": "2019-12-31"},
            "by": ["arm"],
            "suppress_below": 5,
        },
        "synthetic": True,
        "written_at": "2026-11-27T11:40:18+00:00",
        "engine": "polars",
        "versions": {"python": "3.11.7", "rtw-outcomes": "0.1.0", "polars": "2.1.0"},
        "employer_periods": [{"from": "2005-01-01", "days": 14}],
        "rows": {
            "spells": _account("spells", 65630, 65600),
            "cohort": _account("cohort", 3002, 3000),
        },
        "outcomes": [_outcome(name, title) for name, title in OUTCOMES.items()],
        "counts": [{"stage": "register rows delivered", "rows": 65630}],
        "warnings": [
            "spells: 3 rows faulty and rejected under `missing_person_id`: the cell is empty"
        ],
        "primary": ["full_rtw_28d"],
        "disclosure": {
            "rule_set": "house rules",
            "below": 5,
            "hidden": 9,
            "reasons": {"fewer than 5 persons": 7, "would reveal another hidden number": 2},
        },
    }


def _account(table: str, delivered: int, used: int) -> dict[str, Any]:
    rule = {
        "rule": "missing_person_id",
        "column": "lopnr",
        "reason": "the cell is empty",
        "is_design": False,
    }
    note = {
        "note": "totals_differ",
        "explanation": "spells whose `TOT` does not add up",
        "count": 65,
    }
    rules = [rule | {"rows": delivered - used}]
    counts = {"rows": delivered, "used": used}
    return {
        "table": table,
        "source": f"delivery/{table}.csv",
        "rules": rules,
        "notes": [note],
        **counts,
    }


def _outcome(name: str, title: str) -> dict[str, Any]:
    first = "A person is absent on a day on which sickness benefit was paid to any extent."
    return {
        "outcome": name,
        "title": title,
        "fingerprint": "0f" * 32,
        "in_words": f"{first} Absences with at most 5 days between them are one spell.\n\nMore about `{name}`.",
        "definition": {
            "outcome": name,
            "measure": {MEASURES.get(name, name): {}},
            "source": {"text": "Made up for a test.", "certainty": "Nothing is sure."},
            "reasons": {"join_gap": "a new period within five days continues the last one"},
        },
    }
