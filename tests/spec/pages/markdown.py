"""Markdown that reads well as plain text too."""

import inspect
from collections.abc import Callable, Iterable, Sequence

GENERATED = "<!-- Written by `python -m tests.spec.render`. Do not edit: {source}. -->"


def render_page(title: str, source: str, parts: Sequence[str]) -> str:
    """A page with its title and a note for whoever wants to edit it.

    Args:
        source: what to change instead of the page.
    """
    return "\n\n".join((GENERATED.format(source=source), f"# {title}", *parts)) + "\n"


def render_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table whose columns stand below each other in the text as well."""
    lines = [tuple(header), *map(tuple, rows)]
    widths = [max(3, *(len(line[place]) for line in lines)) for place in range(len(header))]
    lines.insert(1, tuple("-" * width for width in widths))
    return "\n".join(
        "| " + " | ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)) + " |"
        for line in lines
    )


def render_yaml(text: str) -> str:
    """A block of YAML."""
    return f"```yaml\n{text.strip()}\n```"


def render_docstrings(functions: Iterable[Callable[..., object]]) -> str:
    """A list of what functions say of themselves."""
    return "\n".join(
        f"- {' '.join(inspect.cleandoc(each.__doc__ or '').split())}" for each in functions
    )


def list_words(words: Iterable[str]) -> str:
    """Words of files, one after another."""
    return ", ".join(f"`{word}`" for word in words)
