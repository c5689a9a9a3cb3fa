"""The files of the stock definitions: their ids and their texts, with nothing validated.

Apart from `catalogue`, because the shell asks for ids at every press of a key.
"""

from functools import cache
from importlib.resources import files
from pathlib import Path


@cache
def list_stock_ids() -> tuple[str, ...]:
    """The ids of all shipped definitions, sorted."""
    shipped = (Path(entry.name) for entry in files("rtw_outcomes.specs").iterdir())
    return tuple(sorted(path.stem for path in shipped if path.suffix == ".yaml"))


def read_stock_text(outcome_id: str) -> str:
    """The text of a shipped definition, as it lies in its file."""
    return files("rtw_outcomes.specs").joinpath(f"{outcome_id}.yaml").read_text("utf-8")


def is_path(name: str) -> bool:
    """Whether a definition is named by the path of its file, and not by its id."""
    return "/" in name or "\\" in name or name.endswith((".yaml", ".yml"))
