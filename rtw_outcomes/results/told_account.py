"""The account of a delivery as it may leave: counts of few rows say only that they are few."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rtw_outcomes.intake.account import Note, TableAccount, share_words
from rtw_outcomes.language.rule_sets import RuleSet

COHORT = "cohort"


@dataclass(frozen=True)
class ToldRule:
    """A rule under which rows are not used, with their number in words."""

    rule: str
    column: str
    reason: str
    rows: str
    share: str
    is_design: bool


@dataclass(frozen=True)
class ToldAccount:
    """The account of one table in words.

    Attributes:
        table, source, holds: as in the exact account.
        rows: the rows delivered; empty where they would tell a hidden number.
        used, left_out, faulty: what became of them.
        rules: the rules under which rows are not used.
        notes: what else there is to know, in sentences.
    """

    table: str
    source: str
    holds: str
    rows: str
    used: str
    left_out: str
    faulty: str
    rules: tuple[ToldRule, ...]
    notes: tuple[str, ...]

    @property
    def words(self) -> str:
        """What became of the rows, in words."""
        parts = {"used": self.used, "left out by design": self.left_out, "faulty": self.faulty}
        return ", ".join(f"{count} {what}" for what, count in parts.items() if count)


def tell_accounts(
    accounts: Sequence[TableAccount], rules: RuleSet, has_unnamed_groups: bool = False
) -> tuple[ToldAccount, ...]:
    """The accounts as the rules let them be told.

    Args:
        accounts: those of all tables.
        rules: the rules of disclosure control.
        has_unnamed_groups: whether groups of few persons are left out of the summary. The size of the
            cohort would then tell how many they are.
    """
    return tuple(
        _tell(each, rules.below, has_unnamed_groups and each.holds == COHORT) for each in accounts
    )


def row_words(count: str) -> str:
    """A count that is told in words, with its noun: 1 row, fewer than 5 rows."""
    return f"{count} row" if count == "1" else f"{count} rows"


def list_told_warnings(accounts: Sequence[ToldAccount]) -> Iterator[str]:
    """Warnings for the analyst about the rows, in sentences that may leave."""
    for account in accounts:
        for rule in account.rules:
            what = "left out" if rule.is_design else "faulty and rejected"
            share = f" ({rule.share})" if rule.share else ""
            rows = row_words(rule.rows)
            yield f"{account.table}: {rows}{share} {what} under {rule.rule}: {rule.reason}"
        for note in account.notes:
            yield f"{account.table}: {note}"


def _tell(account: TableAccount, below: int, hides_size: bool) -> ToldAccount:
    unused = (account.left_out, account.faulty, *(each.rows for each in account.rules))
    has_small = any(0 < rows < below for rows in unused)
    # The summary tells the size of the cohort, too. Registers may have a row for each person.
    is_size = account.holds == COHORT and not account.rejected
    return ToldAccount(
        table=account.table,
        source=account.source,
        holds=account.holds,
        rows="" if has_small or hides_size else _count(account.rows, below, is_size),
        used="" if hides_size else _count(account.used, below, is_size),
        left_out=_count(account.left_out, below),
        faulty=_count(account.faulty, below),
        rules=tuple(
            ToldRule(
                each.rule,
                each.column,
                each.reason,
                _count(each.rows, below),
                share_words(each.share) if below <= 1 else "",
                each.is_design,
            )
            for each in account.rules
        ),
        notes=tuple(
            f"{_count(note.count, below)} {_explain(note, below)}"
            if note.count
            else _explain(note, below)
            for note in account.notes
        ),
    )


def _explain(note: Note, below: int) -> str:
    return note.told if note.told and below > 1 else note.explanation


def _count(count: int, below: int, is_size: bool = False) -> str:
    """A count in words: exact where a group of this size may be told so, or groups of every size are shown."""
    if below <= 1:
        return str(count)
    if 0 < count < below:
        return f"fewer than {below}"
    return f"{count:,}" if is_size or not count else f"about {count // below * below:,}"
