"""The account of a delivery: every row is used or rejected, and every rejection is counted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class RuleCount:
    """The number of rows that are not used under one rule; a row is counted under the first that it breaks.

    Attributes:
        rule: the name of the rule.
        column: the column that it looks at, as the delivery calls it; empty when it is about rows.
        reason: what is wrong with the rows.
        rows: how many they are.
        share: their share of the table's rows, in percent.
        first: the file, or the frame, and the number of the first such row. The first row is row 1.
        is_design: whether such rows are left out by design; otherwise they are faulty.
    """

    rule: str
    column: str
    reason: str
    rows: int
    share: float
    first: str
    is_design: bool = False


@dataclass(frozen=True)
class Note:
    """Something that the analyst should know and that keeps no row from being used.

    Attributes:
        note: its name.
        explanation: what there is. A count above 0 stands before it, and its words fit the count.
        count: how many rows it is about; 0 where it is about none in particular.
        told: the explanation in words that tell no further number, not even whether the count is 1; empty
            where the explanation tells none.
    """

    note: str
    explanation: str
    count: int
    told: str = ""

    def __str__(self) -> str:
        return f"{self.count} {self.explanation}" if self.count else self.explanation


@dataclass(frozen=True)
class TableAccount:
    """The account of the rows of one table: each was used or rejected.

    Attributes:
        table: `spells`, `exits` or `cohort`; of a second source `spells_2`.
        source: the path as it was given; for a frame the name of the table.
        rows: how many were delivered.
        used: how many were used.
        rules: the rules under which rows were rejected, and how many.
        notes: what else there is to know.
        files: SHA-256 of each file by its name; empty for a frame.
        holds: `spells`, `exits` or `cohort`.
    """

    table: str
    source: str
    rows: int
    used: int
    rules: tuple[RuleCount, ...] = ()
    notes: tuple[Note, ...] = ()
    files: dict[str, str] = field(default_factory=dict)
    holds: str = ""

    @property
    def rejected(self) -> int:
        """The rows that were not used: those left out by design, and faulty ones."""
        return self.rows - self.used

    @property
    def left_out(self) -> int:
        """The rows that were left out by design: no absence, equal to another row, outside the extract."""
        return sum(each.rows for each in self.rules if each.is_design)

    @property
    def faulty(self) -> int:
        """The rows that were not used because something is wrong with them."""
        return self.rejected - self.left_out


def list_spells(accounts: Sequence[TableAccount]) -> list[TableAccount]:
    """The accounts of the register rows, among those of all tables."""
    return [each for each in accounts if each.holds == "spells"]


def account_words(account: TableAccount) -> str:
    """What became of the rows, in words."""
    return f"{account.used} used, {account.left_out} left out by design, {account.faulty} faulty"


def count_words(count: int, word: str) -> str:
    """A count with its noun: 1 row, 3 rows."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def agree(count: int, one: str, several: str) -> str:
    """The words that fit a count, which stands before them."""
    return one if count == 1 else several


def share_words(percent: float) -> str:
    """A share for reading; one that rounds to nothing is below a hundredth of a percent."""
    return f"{percent:.2f} percent" if percent else "below 0.01 percent"


def share(part: int, whole: int) -> float:
    """A share in percent, to two decimals; 0 of nothing is 0."""
    return round(100 * part / whole, 2) if whole else 0.0


def list_warnings(accounts: Sequence[TableAccount]) -> Iterator[str]:
    """Warnings for the analyst about the rows, in sentences without data values."""
    for account in accounts:
        for rule in account.rules:
            what = "left out" if rule.is_design else "faulty and rejected"
            yield (
                f"{account.table}: {count_words(rule.rows, 'row')} ({share_words(rule.share)}) "
                f"{what} under {rule.rule}: {rule.reason}"
            )
        for note in account.notes:
            yield f"{account.table}: {note}"
