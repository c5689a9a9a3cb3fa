"""A section of the quality page: a question, a judgement with its reasons, and the statistics behind them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

from rtw_outcomes.disclosure.lone_counts import Cell, hide_small
from rtw_outcomes.intake.expectations import Judgement
from rtw_outcomes.quality.figures import Figure

JUDGEMENTS: tuple[Judgement, ...] = ("fine", "look", "stop")  # the worst one stands last
BAD: tuple[Judgement, ...] = ("stop", "look")


@dataclass(frozen=True)
class Finding:
    """One judgement of a section, with the sentence that says why; `is_judged` is false where it has no ground."""

    judgement: Judgement
    reason: str
    is_judged: bool = True


@dataclass(frozen=True)
class SectionNumber:
    """One number of a section: what it is, of what it is one, and when.

    Attributes:
        statistic: its name.
        value: the number; None where it is hidden.
        source: the source of the rows; empty where it is about all of them.
        benefit: the benefit.
        group: the values of the columns of `by`.
        item: what else tells it from the others: a rule, a class of lengths, a code, a reason.
        year: the year, or a word for the time before or after the extract.
        month: the month, as 2019-11.
    """

    statistic: str
    value: float | None
    source: str = ""
    benefit: str = ""
    group: str = ""
    item: str = ""
    year: str = ""
    month: str = ""


DIMENSIONS = tuple(
    field.name for field in fields(SectionNumber) if field.name not in ("statistic", "value")
)


@dataclass(frozen=True)
class Table:
    """A table of the page. Cells are texts or numbers; None is a hidden number."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str | float | None, ...], ...]
    is_long: bool = False


@dataclass(frozen=True)
class Section:
    """A section of the page.

    Attributes:
        name: its name in the csv file.
        title: its heading.
        question: the question that it answers.
        how: what is counted, and by which limits it is judged.
        findings: the judgements, each with its reason; at least one.
        statistics: the numbers, for the csv file.
        tables: the numbers, for people.
        figures: pictures of them.
    """

    name: str
    title: str
    question: str
    how: str
    findings: tuple[Finding, ...]
    statistics: tuple[SectionNumber, ...]
    tables: tuple[Table, ...] = ()
    figures: tuple[Figure, ...] = ()

    @property
    def judgement(self) -> Judgement:
        """The worst one of the findings."""
        return max((each.judgement for each in self.findings), key=JUDGEMENTS.index)

    @property
    def reason(self) -> str:
        """The reason of the worst finding, and how many more there are that are as bad."""
        worst = [each.reason for each in self.findings if each.judgement == self.judgement]
        more = len(worst) - 1
        return f"{worst[0]} ({more} more on the page)" if more else worst[0]


def not_judged(reason: str) -> Finding:
    """A finding where there is too little to judge."""
    return Finding("fine", reason, is_judged=False)


def find_or_fine(findings: Iterable[Finding], fine: str) -> tuple[Finding, ...]:
    """The findings that are not fine, or else what could not be judged, or else this sentence."""
    found = tuple(findings)
    bad = tuple(each for each in found if each.judgement != "fine")
    unknown = tuple(each for each in found if not each.is_judged)
    return bad or unknown or (Finding("fine", fine),)


def hide(cells: Mapping[str, Cell], below: int, spare: str = "") -> dict[str, int | None]:
    """The row counts of cells whose total may be known; None where a count is hidden."""
    return hide_small(dict(cells), below, spare)


def tabulate(
    statistics: Sequence[SectionNumber],
    caption: str,
    rows: Mapping[str, str],
    across: str = "statistic",
    is_long: bool = False,
) -> Table:
    """The statistics as a table: a row for each value of `rows`, a column for each value of `across`.

    Args:
        statistics: the numbers.
        caption: what the table shows.
        rows: the dimensions that make the rows, each with its heading.
        across: the dimension that makes the columns.
        is_long: whether the table is for those who ask for it.

    >>> numbers = [SectionNumber("rows", 3, year="2019"), SectionNumber("rows", None, year="2020")]
    >>> tabulate(numbers, "", {"year": "year of start"}).header
    ('year of start', 'rows')
    >>> tabulate(numbers, "", {"year": "year of start"}).rows
    (('2019', 3), ('2020', None))
    """
    columns = list(dict.fromkeys(getattr(each, across) for each in statistics))
    cells: dict[tuple[str, ...], dict[str, float | None]] = {}
    for each in statistics:
        key = tuple(getattr(each, name) for name in rows)
        cells.setdefault(key, {})[getattr(each, across)] = each.value
    return Table(
        caption,
        (*rows.values(), *(column.replace("_", " ") for column in columns)),
        tuple(
            (*key, *(values.get(column, "") for column in columns)) for key, values in cells.items()
        ),
        is_long,
    )


def list_rows(section: Section) -> Iterator[dict[str, str | float | None]]:
    """The statistics of a section as rows of the csv file."""
    for each in section.statistics:
        yield {
            "section": section.name,
            "judgement": section.judgement,
            **{name: getattr(each, name) for name in DIMENSIONS},
            "statistic": each.statistic,
            "value": each.value,
        }
