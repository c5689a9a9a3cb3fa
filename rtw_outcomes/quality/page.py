"""The quality page and its csv file."""

from pathlib import Path

import polars as pl

from rtw_outcomes.intake.loaded_study import LoadedStudy
from rtw_outcomes.quality import figures
from rtw_outcomes.quality.inspection import name_month, number_month
from rtw_outcomes.quality.section import DIMENSIONS, list_rows
from rtw_outcomes.quality.sections import Quality
from rtw_outcomes.report.page import render_template
from rtw_outcomes.results.files import render_csv
from rtw_outcomes.results.summary import explain_hidden

TEMPLATE = "quality.html.j2"
CSV_TYPES = {
    "section": pl.String(),
    "judgement": pl.String(),
    **dict.fromkeys(DIMENSIONS, pl.String()),
    "statistic": pl.String(),
    "value": pl.Float64(),
}


def write_quality(folder: Path, loaded: LoadedStudy, quality: Quality) -> None:
    """Write `quality.html` and `quality.csv`."""
    (folder / "quality.html").write_text(render_quality(loaded, quality), encoding="utf-8")
    rows = [row for section in quality.sections for row in list_rows(section)]
    table = pl.DataFrame(rows, schema=CSV_TYPES, orient="row")
    (folder / "quality.csv").write_text(render_csv(table), encoding="utf-8")


def render_quality(loaded: LoadedStudy, quality: Quality) -> str:
    """The page as text. Days of the study are told as months, as all others are."""
    study = loaded.study
    return render_template(
        TEMPLATE,
        room="quality",
        study=study,
        first_month=name_month(number_month(study.observed.from_)),
        last_month=name_month(number_month(study.observed.to)),
        quality=quality,
        hidden=explain_hidden(study.suppress_below),
        size=figures,
    )
