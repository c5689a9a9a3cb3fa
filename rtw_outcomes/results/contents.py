"""The list of what a folder of released files holds, for whoever checks the output of a secure environment."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

WHAT = {
    "summary.csv": "counts, means and quartiles of every outcome in every group",
    "results.csv": "one row per statistic: descriptions, estimates with intervals, curves, warnings",
    "results.parquet": "the same as results.csv",
    "report.html": "the same numbers as tables and figures, with the definitions in words; opens without a network",
    "summarised_result.csv": "the numbers of results.csv in the shape of OMOP, written by `rtw export`",
    "settings.csv": "the settings that belong to summarised_result.csv",
    "manifest.json": "definitions, versions, fingerprints, the query, and the counts of rows as they are told",
}


def list_contents(folder: Path, manifest: Mapping[str, Any]) -> str:
    """The list as text: each file with its size and what it holds, and the rules that were followed."""
    rules = manifest["disclosure"]
    files = sorted(path for path in folder.iterdir() if path.name in WHAT)
    lines = [
        f"Study: {manifest['study']['study']}",
        f"Rules: {rules['rule_set']}; {_explain(rules['below'])}.",
        f"Hidden numbers: {rules['hidden']}.",
        *(f"  {count} because: {reason}" for reason, count in rules["reasons"].items()),
        "Nothing in this folder is about one person.",
        "",
        *(f"{path.name} ({path.stat().st_size:,} bytes): {WHAT[path.name]}" for path in files),
    ]
    return "\n".join(lines) + "\n"


def _explain(below: int) -> str:
    if below <= 1:
        return "numbers about groups of every size are told"
    return f"a number based on fewer than {below} persons is not told"
