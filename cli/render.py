"""The texts that the commands print: plain text that reads well on a screen and in a pipe."""

import sys
import textwrap
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import polars as pl

from rtw_outcomes.definitions.definition_file import Definition
from rtw_outcomes.definitions.diff import ParameterDifference
from rtw_outcomes.definitions.plain_language.describe import describe_outcome, summarise_outcome
from rtw_outcomes.disk.workspace import Cleaned
from rtw_outcomes.intake.account import (
    TableAccount,
    account_words,
    count_words,
    share_words,
)
from rtw_outcomes.language.outcome import Outcome
from rtw_outcomes.language.resolved import ResolvedOutcome
from rtw_outcomes.language.worked_examples import Example
from rtw_outcomes.report.numbers import show_numbers
from rtw_outcomes.results.summary import explain_hidden, name_group, put_groups_side_by_side
from rtw_outcomes.results.told_account import row_words

if TYPE_CHECKING:  # loading a run would make every command wait for seconds
    from rtw_outcomes.jobs.compare import TwoResults
    from rtw_outcomes.jobs.test import ExampleResult
    from rtw_outcomes.quality.sections import Quality
    from rtw_outcomes.results.finished_run import Run

WIDTH = 88
TwoDefinitions = tuple[ResolvedOutcome, ResolvedOutcome]


@contextmanager
def show_progress() -> Iterator[Callable[[str], None]]:
    """Show the step that runs, on a terminal only."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console

    console = Console(stderr=True)
    with console.status("Starting") as status:
        yield lambda step: status.update(step)


def render_table(
    header: Sequence[str], rows: Sequence[Sequence[str]], right_from: int | None = None
) -> str:
    """Columns of text; those from `right_from` on are numbers and end at the same place."""
    lines = [tuple(header), *map(tuple, rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(header))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if right_from is None or place < right_from else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


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


def render_list(definitions: Sequence[Definition]) -> str:
    """The definitions as a table."""
    rows = [
        (o.outcome, o.group or "-", o.country or "-", o.measure.name, o.title)
        for o in (definition.outcome for definition in definitions)
    ]
    return render_table(("id", "group", "country", "measure", "title"), rows)


def render_differences(both: TwoDefinitions, differences: Sequence[ParameterDifference]) -> str:
    """The titles of two definitions, and each parameter in which they differ."""
    head = "\n".join(f"{each.outcome.outcome}: {each.outcome.title}" for each in both)
    if not differences:
        return f"{head}\n\nThe two mean the same."
    parts = [
        f"{each.parameter}\n{_wrap(each.first, '  A  ', '     ')}\n{_wrap(each.second, '  B  ', '     ')}"
        for each in differences
    ]
    count = count_words(len(differences), "parameter")
    told = [head, f"They differ in {count} (A is the first, B the second)."]
    kinds = [each.outcome.kind for each in both]
    if kinds[0].key != kinds[1].key:
        told += [
            _wrap(f"{letter} is {kind.sees}") for letter, kind in zip("AB", kinds, strict=True)
        ]
    return "\n\n".join([*told, *parts])


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


def render_definition(resolved: ResolvedOutcome) -> str:
    """A definition in full: words, parameters, source, certainty and examples."""
    outcome = resolved.outcome
    parts = [
        f"{outcome.outcome}: {outcome.title}",
        "\n".join(_wrap(line, later="  ") for line in summarise_outcome(resolved)),
        _wrap(describe_outcome(resolved)),
        f"Parameters\n{_render_parameters(outcome)}",
        f"Source\n{_wrap(outcome.source.text, '  ')}",
        f"How sure we are\n{_wrap(outcome.source.certainty, '  ')}",
    ]
    if outcome.examples:
        examples = "\n".join(_render_case(example) for example in outcome.examples)
        parts.append(f"Examples\n{examples}")
    parts.append(f"Fingerprint {resolved.fingerprint}")
    return "\n\n".join(parts)


def _render_parameters(outcome: Outcome) -> str:
    """Each parameter with its value, and below it the reason for that value."""
    lines = []
    for key, value in outcome.parameters.items():
        if key == "states":
            lines += [f"  {key}:", *(f"    {_inline(state)}" for state in value)]
        else:
            lines.append(f"  {key}: {_inline(value)}")
        if key in outcome.reasons:
            lines.append(_wrap(outcome.reasons[key], "      "))
    return "\n".join(lines)


def _inline(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(
            f"{key} {_inline(inner)}" if inner != {} else str(key) for key, inner in value.items()
        )
    if isinstance(value, list):
        return " + ".join(map(_inline, value)) or "none"
    return str(value)


def _render_case(example: Example) -> str:
    rows = [
        f"    {row.start} to {row.end} at {row.extent:g} percent{f' {row.benefit}' if row.benefit else ''}"
        for row in example.spells
    ]
    expected = ", ".join(
        f"{key} {_show_expected(value)}"
        for key, value in example.expect.model_dump(exclude_unset=True).items()
    )
    lines = [f"  {example.case}", f"    index date {example.index}", *rows]
    if example.observed:
        lines.append(f"    observed {example.observed.from_} to {example.observed.to}")
    lines += [f"    {column} {number:g}" for column, number in example.cohort_numbers.items()]
    if example.entered:
        lines.append(f"    observed from {example.entered}")
    if example.censored:
        lines.append(
            f"    observed to {example.censored.date}, {example.censored.reason or 'end of data'}"
        )
    return "\n".join([*lines, f"    -> {expected}"])


def _show_expected(value: object) -> str:
    if isinstance(value, tuple):
        return " ".join(map(_show_expected, value))
    if value is None:
        return "null"
    return f"{value:g}" if isinstance(value, float) else str(value)


def render_example(result: "ExampleResult") -> str:
    """A failed example: what was expected and what came out."""
    found = {key: result.found[key] for key in result.expected}
    return (
        f"FAILED {result.outcome}, on {result.engine}: {result.case}\n"
        f"  expected {_inline(result.expected)}\n  found    {_inline(found)}"
    )


def render_tests(
    definitions: Sequence[ResolvedOutcome],
    results: Sequence["ExampleResult"],
    engines: Sequence[str],
) -> str:
    """The number of examples, and how many results on the engines passed and failed."""
    examples = count_words(sum(len(each.outcome.examples) for each in definitions), "example")
    passed = sum(result.passed for result in results)
    return (
        f"{examples} of {count_words(len(definitions), 'definition')}, on {', '.join(engines)}: "
        f"{passed} passed, {len(results) - passed} failed"
    )


def render_cleaned(cleaned: Cleaned) -> str:
    """The number of folders of other runs that were removed, and of those that stay."""
    lines = [f"No run that ended early has left a folder in {cleaned.folder}."]
    if cleaned.removed:
        runs = "a run" if cleaned.removed == 1 else "runs"
        folders = count_words(cleaned.removed, "folder")
        lines = [f"Removed {folders} of {runs} that ended early from {cleaned.folder}."]
    if cleaned.in_use:
        lines.append(f"{count_words(cleaned.in_use, 'folder')} in use: the run has not ended.")
    if cleaned.kept:
        lines.append(f"{count_words(cleaned.kept, 'folder')} left, which cannot be removed.")
    return "\n".join(lines)


def _wrap(text: str, indent: str = "", later: str | None = None) -> str:
    after = indent if later is None else later
    return "\n\n".join(
        textwrap.fill(paragraph, WIDTH, initial_indent=indent, subsequent_indent=after)
        for paragraph in text.split("\n\n")
    )
