"""The files of a run: each is written into the folder that the run prepares."""

import csv
import json
import re
import unicodedata
from collections.abc import Mapping
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any, Literal

import polars as pl

from rtw_outcomes.language.control_characters import show_controls
from rtw_outcomes.report.report import render_report
from rtw_outcomes.results.contents import list_contents
from rtw_outcomes.results.folder import ABOUT_PERSONS, CONTENTS, RELEASE
from rtw_outcomes.results.manifest import fingerprint_files, tell_manifest
from rtw_outcomes.results.released import Released

OWNER_ONLY = (
    0o600  # of files about persons: nobody else may read them, where the system knows owners
)
# What a spreadsheet computes, or sends to others, when it opens the file.
FORMULA_STARTS = ("=", "+", "-", "@")
NUMBER = re.compile("[+-]?[0-9]+([.,][0-9]+)?([eE][+-]?[0-9]+)?")


def write_files(
    folder: Path,
    outcomes: pl.DataFrame,
    released: Released,
    rejected: pl.DataFrame,
    manifest: Mapping[str, Any],
    figures: Literal["svg", "png"],
) -> None:
    """Write the files about persons, those that may leave, and last the manifest with all fingerprints.

    Args:
        folder: where they are written.
        outcomes: the results of each index date.
        released: all that may leave.
        rejected: the rows that were not used.
        manifest: the record of the run.
        figures: the kind of pictures in the report.
    """
    _write_parquet(outcomes, folder / "outcomes.parquet")
    _write_parquet(rejected, folder / "rejected.parquet")
    for name in ABOUT_PERSONS:
        (folder / name).chmod(OWNER_ONLY)
    leaving = {"summary.csv": render_csv(released.summary).encode()}
    if released.has_results:
        leaving |= {
            "results.csv": render_csv(released.results).encode(),
            "results.parquet": _to_parquet(released.results),
        }
    may_leave = tell_manifest(manifest)
    language = manifest["study"]["language"]
    page = render_report(may_leave, released.results, language, figures)
    leaving["report.html"] = page.encode()
    for name, content in leaving.items():
        (folder / name).write_bytes(content)
    whole = {**manifest, "about_persons": ABOUT_PERSONS, "files": fingerprint_files(folder)}
    _write_json(whole, folder / "manifest.json")
    release = folder / RELEASE
    release.mkdir()
    for name, content in leaving.items():
        (release / name).write_bytes(content)
    _write_json(may_leave | {"files": fingerprint_files(release)}, release / "manifest.json")
    (release / CONTENTS).write_text(list_contents(release, may_leave), encoding="utf-8")


def _write_json(record: Mapping[str, Any], path: Path) -> None:
    text = json.dumps(record, indent=2, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


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
    path.write_bytes(_to_parquet(frame))


def _to_parquet(frame: pl.DataFrame) -> bytes:
    """In memory, because Polars would tell a full disk as an error of its own."""
    buffer = BytesIO()
    frame.write_parquet(buffer)
    return buffer.getvalue()
