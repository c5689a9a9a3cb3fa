"""The report of a run: one HTML page that needs no network."""

from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

import polars as pl
from jinja2 import Environment, StrictUndefined

TEMPLATE = "report.html.j2"


def render_report(manifest: Mapping[str, Any], summary: pl.DataFrame) -> str:
    """The page as text, from the manifest and the summary of the same run."""
    template = files("rtw_outcomes").joinpath(TEMPLATE).read_text("utf-8")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["numbers"] = show_numbers
    by = [name for name in summary.columns if name not in ("outcome", "statistic", "value", "n")]
    return environment.from_string(template).render(
        manifest=manifest, tables=_pivot(summary, by), by=by
    )


def show_numbers(values: Sequence[float | None]) -> list[str]:
    """Numbers of one kind for reading, all with decimals or none; a hidden one is a dash."""
    whole = all(value is None or float(value).is_integer() for value in values)
    decimals = 0 if whole else 2
    return ["(–)" if value is None else f"{value:,.{decimals}f}" for value in values]


def _pivot(summary: pl.DataFrame, by: list[str]) -> dict[str, dict[str, Any]]:
    """For each outcome its groups, and a row of values for each statistic."""
    tables: dict[str, dict[str, Any]] = {}
    for row in summary.iter_rows(named=True):
        table = tables.setdefault(row["outcome"], {"groups": [], "rows": {}})
        group = ", ".join(row[name] for name in by) if by else "all"
        if group not in table["groups"]:
            table["groups"].append(group)
        table["rows"].setdefault(row["statistic"], []).append(row["value"])
    return tables
