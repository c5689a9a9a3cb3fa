"""Write the results of a finished run in another shape."""

import json
import os
from pathlib import Path

import polars as pl

from rtw_outcomes.errors import UsageError
from rtw_outcomes.jobs.arguments import check_path
from rtw_outcomes.results.contents import list_contents
from rtw_outcomes.results.files import render_csv
from rtw_outcomes.results.folder import CONTENTS, EXPORTED_FILES, RELEASE, telling_the_disk
from rtw_outcomes.results.omop import to_omop

RESULTS, MANIFEST = "results.parquet", "manifest.json"


def export_omop(
    folder: str | os.PathLike[str], out: str | os.PathLike[str] | None = None
) -> tuple[Path, ...]:
    """Write the results of a run as a `summarised_result` of OMOP with its settings.

    They are made of the numbers in `release` and may leave as these may. So they are written into that folder, and
    its `contents.txt` lists them.

    Args:
        folder: the folder of a run, or its `release` folder.
        out: the folder to write into; made when it is not there. The `release` folder when it is None.

    Returns:
        The two files.

    Raises:
        UsageError: the folder holds no table of results.
        RtwError: the system refused to write.
    """
    folder = check_path(folder, "folder")
    for name in (RESULTS, MANIFEST):
        if not (folder / name).is_file():
            raise UsageError(
                f"There is no {name} in {folder}. A run writes it when its study has `compare` or `describe`."
            )
    release = folder / RELEASE if (folder / RELEASE / CONTENTS).is_file() else folder
    target = release if out is None else check_path(out, "out")
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    exported = to_omop(pl.read_parquet(folder / RESULTS), manifest)
    paths = tuple(target / name for name in EXPORTED_FILES)
    with telling_the_disk(target):
        target.mkdir(parents=True, exist_ok=True)
        for path, table in zip(paths, (exported.summarised, exported.settings), strict=True):
            path.write_text(render_csv(table), encoding="utf-8")
        if (target / CONTENTS).is_file():
            (target / CONTENTS).write_text(list_contents(target, manifest), encoding="utf-8")
    return paths
