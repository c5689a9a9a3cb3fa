"""Tables of the page: a heading, a head for each column, and rows of texts. Long ones go down, not across."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rtw_outcomes.report.numbers import HIDDEN
from rtw_outcomes.report.reading import ReportNumber
from rtw_outcomes.report.wording import Wording

MANY_GROUPS = 6  # more than so many columns are not read side by side
NOTHING_SHOWN = "–"


@dataclass(frozen=True)
class PageTable:
    """A table as the page shows it.

    Attributes:
        caption: what the table is about.
        head: the heads of the columns; the cells of the first column are the heads of the rows.
        rows: the cells, as many in each row as there are heads.
        words: how many columns from the left hold words; the others hold numbers.
        notes: sentences under the table.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: int = 1
    notes: tuple[str, ...] = ()

    def turned(self, corner: str) -> "PageTable":
        """The table with its rows as columns."""
        columns = list(zip(self.head, *self.rows, strict=True))
        head, *rows = columns
        return replace(self, head=(corner, *head[1:]), rows=tuple(rows))


@dataclass(frozen=True)
class TableLine:
    """Statistics that are read together, such as a mean and its standard deviation.

    Attributes:
        label: what they are.
        names: of the statistics.
        form: how they are put together; the first stands alone where the table has no other.
    """

    label: str
    names: tuple[str, ...]
    form: str = "{}"


def list_lines(names: Sequence[str], wording: Wording) -> list[TableLine]:
    """The lines that statistics make, in the order of the first of each.

    A share is told beside its count, a standard deviation beside its mean, and the quartiles beside the
    median.
    """
    beside = {f"{name}_percent": name for name in names if f"{name}_percent" in names}
    if "n" in names and "p" in names:
        beside["p"] = "n"
    pairs = {name: share for share, name in beside.items()}
    taken = set(beside)
    lines: list[TableLine] = []
    for name in names:
        if name in taken:
            continue
        together = _put_together(name, names, pairs, wording)
        taken.update(together.names)
        lines.append(together)
    return lines


def _put_together(
    name: str, names: Sequence[str], pairs: Mapping[str, str], wording: Wording
) -> TableLine:
    quartiles = ("median", "p25", "p75")
    if name in quartiles and set(quartiles) <= set(names):
        return TableLine(wording("line.median"), quartiles, wording.form("quartiles"))
    if name in ("mean", "sd") and {"mean", "sd"} <= set(names):
        return TableLine(wording("line.mean"), ("mean", "sd"), "{} ({})")
    if name in ("estimate", "conf.low", "conf.high") and "estimate" in names:
        return TableLine(
            wording("line.estimate"),
            ("estimate", "conf.low", "conf.high"),
            wording.form("interval"),
        )
    if name in ("conf.low", "conf.high") and {"conf.low", "conf.high"} <= set(names):
        return TableLine(wording("line.limits"), ("conf.low", "conf.high"), wording.form("limits"))
    if name in pairs:
        label = (
            wording("line.count", label=wording.word(name))
            if name != "n"
            else wording("line.share")
        )
        return TableLine(label, (name, pairs[name]), wording.form("share"))
    if name.endswith("_percent"):
        return TableLine(
            wording("line.percent", label=wording.word(name.removesuffix("_percent"))), (name,)
        )
    return TableLine(wording.word(name), (name,))


def show_lines(
    line: TableLine, column: Sequence[Mapping[str, ReportNumber]], wording: Wording
) -> list[str]:
    """The cells of one line, for the statistics of each row of a column."""
    parts = [wording.show([cells.get(name) for cells in column]) for name in line.names]
    return [_fill(line.form, cell) for cell in zip(*parts, strict=True)]


def _fill(form: str, parts: Sequence[str]) -> str:
    """The parts of a cell; one mark where all are hidden, and the first alone where there is no other."""
    first, others = parts[0], parts[1:]
    if not any(parts):
        return ""
    if all(part in ("", HIDDEN) for part in parts):
        return HIDDEN
    if not others or not any(others):
        return first
    return form.format(*(NOTHING_SHOWN if part in ("", HIDDEN) else part for part in parts))
