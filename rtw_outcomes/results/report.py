"""The report of a run: one HTML page that needs no network."""

import math
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

import polars as pl
from jinja2 import Environment, StrictUndefined

from rtw_outcomes.intake.account import count_words
from rtw_outcomes.language.control_characters import LINES, show_controls
from rtw_outcomes.results.summary import SideBySide, explain_hidden, put_groups_side_by_side

TEMPLATE = "report.html.j2"
SMALL = 0.1


def render_report(manifest: Mapping[str, Any], summary: pl.DataFrame) -> str:
    """The page as text, from the manifest and the summary of the same run."""
    by = [name for name in summary.columns if name not in ("outcome", "statistic", "value", "n")]
    # Where all groups are of few persons, none is named.
    nothing = {each["outcome"]: SideBySide([], {}) for each in manifest["outcomes"]}
    tables = nothing | put_groups_side_by_side(summary, by)
    return render_template(TEMPLATE, manifest=manifest, tables=tables, by=by)


def render_template(name: str, room: str = "results", **values: object) -> str:
    """A template of a room, filled; the tags and the control characters in what it is filled with are escaped."""
    template = files(f"rtw_outcomes.{room}").joinpath(name).read_text("utf-8")
    environment = Environment(
        autoescape=True,
        finalize=_show,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["numbers"] = show_numbers
    environment.filters["count_words"] = count_words
    environment.filters["explain_hidden"] = explain_hidden
    return environment.from_string(template).render(**values)


def _show(value: object) -> object:
    """A text with its control characters escaped; what a macro made is made of such texts."""
    is_text = isinstance(value, str) and not hasattr(value, "__html__")
    return show_controls(str(value), LINES) if is_text else value


def show_numbers(values: Sequence[float | None]) -> list[str]:
    """Numbers of one kind for reading, all with decimals or none; a hidden one is a dash.

    Two decimals, and two digits that tell something of a number that is smaller.
    """
    known = [abs(value) for value in values if value is not None]
    whole = all(value.is_integer() for value in map(float, known))
    small = [value for value in known if 0 < value < SMALL]
    decimals = 0 if whole else 2 - math.floor(math.log10(min(small)) + 1) if small else 2
    return ["(–)" if value is None else f"{value:,.{decimals}f}" for value in values]
