"""The files of a run: each is written into the folder that the run prepares."""

import json
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl

from rtw_outcomes.results.manifest import fingerprint_files
from rtw_outcomes.results.report import render_report


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
    (folder / "summary.csv").write_text(summary.write_csv(), encoding="utf-8")
    (folder / "report.html").write_text(render_report(manifest, summary), encoding="utf-8")
    whole = {**manifest, "files": fingerprint_files(folder)}
    text = json.dumps(whole, indent=2, ensure_ascii=False)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")


def _write_parquet(frame: pl.DataFrame, path: Path) -> None:
    """Through memory, because Polars would tell a full disk as an error of its own."""
    buffer = BytesIO()
    frame.write_parquet(buffer)
    path.write_bytes(buffer.getbuffer())
