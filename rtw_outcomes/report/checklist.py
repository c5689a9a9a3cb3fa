"""What a report of a trial must carry and no register knows: the study file tells it, or the page says it is open."""

from collections.abc import Mapping
from typing import Any

# The items of CONSORT 2025 with its extensions for outcomes and clusters, and of RECORD, that people answer.
ITEMS = (
    *("design", "allocation", "unit", "linkage", "eligibility", "primary", "prespecified"),
    *("important_difference", "treatment", "missing_data"),
)
TOLD_IN = ("trial", "report")  # keys of the study


def list_told(manifest: Mapping[str, Any]) -> dict[str, str]:
    """The items that the study file tells, with its own words."""
    told: dict[str, str] = {}
    for key in TOLD_IN:
        part = manifest["study"].get(key)
        if isinstance(part, Mapping):
            told |= {name: str(part[name]) for name in ITEMS if part.get(name)}
    return told


def list_open(manifest: Mapping[str, Any]) -> list[str]:
    """The items that nobody has told."""
    told = set(list_told(manifest)) | ({"primary"} if manifest.get("primary") else set())
    return [name for name in ITEMS if name not in told]
