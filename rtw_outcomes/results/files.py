"""The files of a run: each is written into the folder that the run prepares."""

import csv
import json
import re
import unicodedata
from collections.abc import Mapping
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import polars as pl

from rtw_outcomes.language.control_characters import show_controls
from rtw_outcomes.results.manifest import fingerprint_files
from rtw_outcomes.results.report import render_report

# What a spreadsheet computes, or sends to others, when it opens the file.
FORMULA_STARTS = ("=", "+", "-", "@")
NUMBER = re.compile("[+-]?[0-9]+([.,][0-9]+)?([eE][+-]?[0-9]+)?")


def write_files(
    folder: Path,
    outcomes: pl.DataFrame,
    summary: pl.DataFrame,
    rejected: pl.DataFrame,
    manifest: Mapping[str, Any],
) -> None:
    """Write results, rejected rows, summary, report, and last the manifest with their fingerprints."""
    _write_parquet(outcomes, folder / "outcomes.parquet")
    _write_parquet(rejected, folder / "rejected.parquet")
    (folder / "summary.csv").write_text(render_csv(summary), encoding="utf-8")
    (folder / "report.html").write_text(render_report(manifest, summary), encoding="utf-8")
    whole = {**manifest, "files": fingerprint_files(folder)}
    text = json.dumps(whole, indent=2, ensure_ascii=False)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")


def render_csv(frame: pl.DataFrame) -> str:
    """A table as CSV for people, in which no text is obeyed by a terminal or run by a spreadsheet."""
    header = StringIO()
    csv.writer(header, lineterminator="\n").writerow(map(_to_cell, frame.columns))
    cells = [
        column.map_elements(_to_cell, pl.String) if column.dtype == pl.String else column
        for column in frame
    ]
    return header.getvalue() + pl.DataFrame(cells).write_csv(include_header=False)


def _to_cell(text: str) -> str:
    """The apostrophe tells a spreadsheet that what follows is text."""
    shown = show_controls(text)
    # Spreadsheets take the wide forms of the signs for the signs.
    starts_formula = len(shown) > 1 and unicodedata.normalize("NFKC", shown[0]) in FORMULA_STARTS
    return f"'{shown}" if starts_formula and not NUMBER.fullmatch(shown) else shown


def _write_parquet(frame: pl.DataFrame, path: Path) -> None:
    """Through memory, because Polars would tell a full disk as an error of its own."""
    buffer = BytesIO()
    frame.write_parquet(buffer)
    path.write_bytes(buffer.getbuffer())
