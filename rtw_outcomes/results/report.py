"""The report of a run: one HTML page that needs no network."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from rtw_outcomes.intake.account import count_words
from rtw_outcomes.report.page import render_template
from rtw_outcomes.results.summary import explain_hidden, put_groups_side_by_side

TEMPLATE = "report.html.j2"


def render_report(manifest: Mapping[str, Any], summary: pl.DataFrame) -> str:
    """The page as text, from the manifest and the summary of the same run."""
    by = [name for name in summary.columns if name not in ("outcome", "statistic", "value", "n")]
    return render_template(
        TEMPLATE,
        room="results",
        manifest=manifest,
        tables=put_groups_side_by_side(summary, by),
        by=by,
        hidden=explain_hidden(manifest["study"]["suppress_below"]),
        count_words=count_words,
    )
