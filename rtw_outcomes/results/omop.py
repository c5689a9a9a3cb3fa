"""The table of results in the shape of OMOP: a `summarised_result`, and the settings that belong to it.

The shape is that of the R package omopgenerics: 13 columns, all texts but the number of the result;
several names in one cell are joined by ` &&& `.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from rtw_outcomes.results.results_table import SENSITIVITY

OVERALL = "overall"
JOIN = " &&& "
SUMMARISED: tuple[str, ...] = (
    "result_id",
    "cdm_name",
    "group_name",
    "group_level",
    "strata_name",
    "strata_level",
    "variable_name",
    "variable_level",
    "estimate_name",
    "estimate_type",
    "estimate_value",
    "additional_name",
    "additional_level",
)
# What a result of ours says besides; each that says something is named in `additional_name`.
ADDITIONAL = ("context", "reference_level", "covariates", "unit", "method")
COUNTS = ("n", "n.risk", "n.event", "n.censor", "missing")


@dataclass(frozen=True)
class OmopResult:
    """The two tables of a result.

    Attributes:
        summarised: one row per estimate.
        settings: one row, which says what made them.
    """

    summarised: pl.DataFrame
    settings: pl.DataFrame


def to_omop(results: pl.DataFrame, manifest: Mapping[str, Any]) -> OmopResult:
    """Put a table of results into the shape of OMOP.

    A hidden number has the value `-`, which is how the shape tells one.

    Args:
        results: the table of `results.parquet`.
        manifest: the record of the same run.
    """
    rows = [_to_row(row, manifest["study"]["study"]) for row in results.iter_rows(named=True)]
    strata = {name for row in rows for name in row["strata_name"].split(JOIN)} - {OVERALL}
    settings = {
        "result_id": 1,
        "result_type": "return_to_work_outcomes",
        "package_name": "rtw_outcomes",
        "package_version": manifest["versions"]["rtw-outcomes"],
        "group": "outcome",
        "strata": JOIN.join(sorted(strata)),
        "additional": JOIN.join((*ADDITIONAL, SENSITIVITY)),
        "min_cell_count": str(manifest["disclosure"]["below"]),
    }
    schema = dict.fromkeys(SUMMARISED, pl.String()) | {"result_id": pl.Int64()}
    return OmopResult(
        pl.DataFrame(rows, schema=schema, orient="row"),
        pl.DataFrame([settings]),
    )


def _to_row(row: Mapping[str, Any], study: str) -> dict[str, Any]:
    strata = {row["group1"]: row["group1_level"]} if row["group1_level"] else {}
    subgroup = row["variable"].startswith("subgroup: ")
    if subgroup:
        strata[row["variable"].removeprefix("subgroup: ")] = row["variable_level"]
    additional = {name: row[name] for name in ADDITIONAL if row[name]}
    is_varied = row["variable"] == SENSITIVITY
    if is_varied:
        additional[SENSITIVITY] = row["variable_level"]
    is_of_whole = subgroup or is_varied  # then the two say in whom, or how, and not of what
    variable, level = ("", "") if is_of_whole else (row["variable"], row["variable_level"])
    is_count = row["stat_name"] in COUNTS
    value = "" if row["stat"] is None else f"{row['stat']:.12g}"
    return {
        "result_id": 1,
        "cdm_name": study,
        "group_name": "outcome" if row["outcome"] else OVERALL,
        "group_level": row["outcome"] or OVERALL,
        "strata_name": JOIN.join(strata) or OVERALL,
        "strata_level": JOIN.join(strata.values()) or OVERALL,
        "variable_name": variable or row["outcome"],
        "variable_level": level or None,
        "estimate_name": row["stat_name"],
        "estimate_type": "integer" if is_count else "numeric",
        "estimate_value": "-" if row["suppressed"] else value or None,
        "additional_name": JOIN.join(additional) or OVERALL,
        "additional_level": JOIN.join(additional.values()) or OVERALL,
    }
