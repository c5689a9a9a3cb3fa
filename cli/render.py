"""The texts that the commands print: plain text that reads well on a screen and in a pipe."""

import sys
import textwrap
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rtw_outcomes.definitions.definition_file import Definition
from rtw_outcomes.definitions.diff import ParameterDifference
from rtw_outcomes.definitions.plain_language.describe import describe_outcome, summarise_outcome
from rtw_outcomes.disk.workspace import Cleaned
from rtw_outcomes.intake.account import (
    count_words,
)
from rtw_outcomes.language.outcome import Outcome
from rtw_outcomes.language.resolved import ResolvedOutcome
from rtw_outcomes.language.worked_examples import Example

if TYPE_CHECKING:  # loading a run would make every command wait for seconds
    from rtw_outcomes.jobs.test import ExampleResult

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
