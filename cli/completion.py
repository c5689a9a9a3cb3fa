"""Suggestions of the shell after a press of the tab key; nothing slow is imported for them."""

import re
from pathlib import Path

from rtw_outcomes.definitions.stock_files import list_stock_ids

WORD = re.compile(r"[\w./\\-]+")
ID = re.compile(r"^outcome: *(\w+)", re.MULTILINE)


def complete_ids(incomplete: str) -> list[str]:
    """Ids of stock definitions; where none begins so, the shell offers its files."""
    return _begin(list_stock_ids(), incomplete)


def complete_outcomes(study: Path | None, incomplete: str) -> list[str]:
    """Ids of the outcomes that a study file names; stock ids as long as there is no study.

    The words of the file are looked through, and no YAML is read: that would take too long.
    """
    try:
        text = study.read_text("utf-8") if study else ""
    except (OSError, UnicodeDecodeError):
        text = ""
    if study is None or not text:
        return complete_ids(incomplete)
    words = dict.fromkeys(WORD.findall(text))
    ids = [word for word in words if word in list_stock_ids()]
    for word in words:
        if word.endswith((".yaml", ".yml")):
            ids += _find_id(study.parent / word)
    return _begin(ids, incomplete)


def _find_id(definition: Path) -> list[str]:
    try:
        return ID.findall(definition.read_text("utf-8"))[:1]
    except (OSError, UnicodeDecodeError):
        return []


def _begin(ids: tuple[str, ...] | list[str], incomplete: str) -> list[str]:
    return [each for each in ids if each.startswith(incomplete)]
