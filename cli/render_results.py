"""What a run found, as plain text: the summary, the accounts of the tables, and comparisons of two definitions."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from rtw_outcomes.intake.account import (
    TableAccount,
    account_words,
    count_words,
    share_words,
)
from rtw_outcomes.report.numbers import show_numbers
from rtw_outcomes.results.summary import explain_hidden, name_group, put_groups_side_by_side
from rtw_outcomes.results.told_account import row_words

from .render import TwoDefinitions, render_table

if TYPE_CHECKING:  # loading a run would make every command wait for seconds
    from rtw_outcomes.jobs.compare import TwoResults
    from rtw_outcomes.quality.sections import Quality
    from rtw_outcomes.results.finished_run import Run


def render_run(run: "Run[pl.DataFrame]") -> str:
    """The summary with groups side by side, and one line on what the data are."""
    used = ", ".join(
        f"{each.table}: {row_words(each.used)}" for each in run.told_accounts if each.used
    )
    head = f"{run.study}: engine {run.engine}. Rows used: {used}."
    if run.synthetic:
        head += "\nSynthetic data: no row is about a person."
    text = _render_summary(run.summary, run.by)
    return f"{head}\n\n{text}\n\n{explain_hidden(run.suppress_below)}"


def _render_summary(summary: pl.DataFrame, by: Sequence[str]) -> str:
    tables = put_groups_side_by_side(summary, by)
    if not tables:
        return "Every group has fewer persons than may be shown."
    rows = [
        ["" if place else outcome, statistic, *show_numbers(values)]
        for outcome, table in tables.items()
        for place, (statistic, values) in enumerate(table.rows.items())
    ]
    groups = next(iter(tables.values())).groups
    return render_table(["outcome", "statistic", *groups], rows, right_from=2)


def render_accounts(accounts: Sequence[TableAccount]) -> str:
    """For each table its rows, the rules under which some are not used, and the notes."""
    return "\n\n".join(_render_account(account) for account in accounts)


def _render_account(account: TableAccount) -> str:
    lines = [
        f"{account.table} ({account.source}): {count_words(account.rows, 'row')}, "
        f"{account_words(account)}"
    ]
    if account.rules:
        rows = [
            (
                each.rule,
                "left out" if each.is_design else "faulty",
                str(each.rows),
                share_words(each.share),
                each.column or "-",
                each.first,
                each.reason,
            )
            for each in account.rules
        ]
        lines.append(
            render_table(("rule", "kind", "rows", "share", "column", "first at", "reason"), rows)
        )
    lines += [f"note: {note}" for note in account.notes]
    return "\n".join(lines)


def render_quality(quality: "Quality") -> str:
    """The accounts, and for each section of the quality page its judgement, its name and one sentence."""
    rows = [(each.judgement, each.name, f"{each.reason}.") for each in quality.sections]
    table = render_table(("judgement", "section", "why"), rows)
    return f"{render_accounts(quality.accounts)}\n\n{table}"


def render_comparison(both: TwoDefinitions, results: "TwoResults") -> str:
    """The results of two definitions on the same people, side by side and group by group."""
    by = f", by {', '.join(results.by)}" if results.by else ""
    parts = [f"Results on the same people{by}", _render_summary(results.summary, results.by)]
    for group, found in results.groups.items():
        of_group = f" of {name_group(group)}" if results.by else ""
        if table := found.comparison.table:
            rows = [
                [row, *show_numbers([table.counts.get((row, name), 0) for name in table.columns])]
                for row in table.rows
            ]
            head = f"{count_words(found.index_dates, 'index date')}{of_group}"
            parts.append(f"{head} by the result of A (down) and of B (across)")
            parts.append(render_table(["A \\ B", *table.columns], rows, right_from=1))
    compared = {group: each.comparison.numbers for group, each in results.groups.items()}
    if any(compared.values()):
        parts.append(_render_by_group(compared))
    if not any(
        each.comparison.table or each.comparison.numbers for each in results.groups.values()
    ):
        kinds = " and ".join(f"`{each.outcome.measure.name}`" for each in both)
        parts.append(f"Results of {kinds} have nothing that could be compared person by person.")
    for whats in zip(*(each.steps for each in results.groups.values()), strict=True):
        parts.append(f"A with one parameter at a time taken from B: {whats[0].what}")
        parts.append(
            _render_by_group(
                {group: each.numbers for group, each in zip(results.groups, whats, strict=True)}
            )
        )
    hidden = "(–) is a hidden number: too few persons are behind it, or it would reveal another hidden number."
    return "\n\n".join([*parts, hidden])


def _render_by_group(numbers: dict[tuple[str, ...], dict[str, float | None]]) -> str:
    """Sentences with their values, one column a group; empty where a group has no such value."""
    sentences = dict.fromkeys(name for of_group in numbers.values() for name in of_group)
    rows = []
    for name in sentences:
        shown = iter(show_numbers([each[name] for each in numbers.values() if name in each]))
        cells = [next(shown) if name in each else "" for each in numbers.values()]
        rows.append([name, *cells])
    return render_table(["", *map(name_group, numbers)], rows, right_from=1)
