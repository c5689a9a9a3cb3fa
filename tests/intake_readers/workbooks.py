"""Small workbooks of Excel, made by hand: no library of the project writes them."""

import datetime
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
FORMS = "http://schemas.openxmlformats.org"
MAIN = f'xmlns="{FORMS}/spreadsheetml/2006/main"'
RELATIONS = f"{FORMS}/officeDocument/2006/relationships"
PACKAGE = f"{FORMS}/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
# Of cells: plain, a date, a date with a time of day, and hours.
STYLES = "".join(f'<xf numFmtId="{number}" applyNumberFormat="1"/>' for number in (0, 14, 22, 46))

Rows = Sequence[Sequence[Any]]


def write_workbook(path: Path, sheets: Mapping[str, Rows], hidden: Sequence[str] = ()) -> Path:
    """Write a workbook; a text that starts with # is an error of Excel."""
    numbers = range(1, len(sheets) + 1)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in {
            "[Content_Types].xml": _list_types(numbers),
            "_rels/.rels": _relate({"officeDocument": ["xl/workbook.xml"]}),
            "xl/workbook.xml": _list_sheets(sheets, hidden),
            "xl/_rels/workbook.xml.rels": _relate(
                {
                    "worksheet": [f"worksheets/sheet{number}.xml" for number in numbers],
                    "styles": ["styles.xml"],
                }
            ),
            "xl/styles.xml": f"<styleSheet {MAIN}><fonts><font/></fonts><fills><fill/></fills>"
            "<borders><border/></borders><cellStyleXfs><xf/></cellStyleXfs>"
            f"<cellXfs>{STYLES}</cellXfs></styleSheet>",
        }.items():
            archive.writestr(name, HEAD + content)
        for number, rows in zip(numbers, sheets.values(), strict=True):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", HEAD + _write_sheet(rows))
    return path


def _list_types(numbers: Sequence[int]) -> str:
    parts = {"workbook": "sheet.main", "styles": "styles"}
    parts |= {f"worksheets/sheet{number}": "worksheet" for number in numbers}
    overrides = "".join(
        f'<Override PartName="/xl/{part}.xml" ContentType="{TYPE}.{kind}+xml"/>'
        for part, kind in parts.items()
    )
    relations = "application/vnd.openxmlformats-package.relationships+xml"
    return (
        f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" '
        f'ContentType="application/xml"/><Default Extension="rels" ContentType="{relations}"/>'
        f"{overrides}</Types>"
    )


def _relate(targets: Mapping[str, Sequence[str]]) -> str:
    pairs = [(kind, target) for kind, several in targets.items() for target in several]
    relations = "".join(
        f'<Relationship Id="rId{number}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(pairs, start=1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{relations}</Relationships>'


def _list_sheets(sheets: Mapping[str, Rows], hidden: Sequence[str]) -> str:
    listed = "".join(
        f'<sheet name="{name}" sheetId="{number}" r:id="rId{number}"'
        f' state="{"hidden" if name in hidden else "visible"}"/>'
        for number, name in enumerate(sheets, start=1)
    )
    return f'<workbook {MAIN} xmlns:r="{RELATIONS}"><sheets>{listed}</sheets></workbook>'


def _write_sheet(rows: Rows) -> str:
    lines = (
        f'<row r="{line}">'
        + "".join(
            _write_cell(f"{chr(64 + place)}{line}", cell) for place, cell in enumerate(row, start=1)
        )
        + "</row>"
        for line, row in enumerate(rows, start=1)
    )
    return f"<worksheet {MAIN}><sheetData>{''.join(lines)}</sheetData></worksheet>"


def _write_cell(place: str, cell: Any) -> str:
    day = datetime.timedelta(days=1)
    if cell is None:
        return ""
    if isinstance(cell, str):
        if cell.startswith("#"):
            return f'<c r="{place}" t="e"><v>{cell}</v></c>'
        return f'<c r="{place}" t="inlineStr"><is><t>{cell}</t></is></c>'
    if isinstance(cell, datetime.datetime):
        return f'<c r="{place}" s="2"><v>{(cell - datetime.datetime(1899, 12, 30)) / day}</v></c>'
    if isinstance(cell, datetime.date):
        return f'<c r="{place}" s="1"><v>{(cell - datetime.date(1899, 12, 30)).days}</v></c>'
    if isinstance(cell, datetime.timedelta):
        return f'<c r="{place}" s="3"><v>{cell / day}</v></c>'
    return f'<c r="{place}"><v>{cell}</v></c>'
