"""The stock definitions as a page, each in words."""

from collections.abc import Iterator

from rtw_outcomes.definitions.catalogue import (
    list_ids,
    read_stock_definition,
    resolve_outcome,
)
from rtw_outcomes.definitions.library import GROUPS
from rtw_outcomes.definitions.plain_language.describe import describe_outcome
from tests.spec.pages.markdown import render_page, render_table

ABOUT = """\
The outcomes that ship with the package. The fingerprint is over what a definition means: it changes
when results may change, and not with a title or a source. `rtw show` prints a definition with its
worked examples."""


def render_definitions() -> str:
    """The page of all stock definitions."""
    parts = [part for group in GROUPS for part in _render_group(group)]
    return render_page("Stock definitions", "the definitions are in specs/", [ABOUT, *parts])


def _render_group(group: str) -> Iterator[str]:
    yield f"## {GROUPS[group]}"
    rows = [
        (f"[`{name}`](#{name})", outcome.country or "", outcome.title)
        for name in list_ids(group)
        for outcome in [read_stock_definition(name).outcome]
    ]
    yield f"`rtw list --group {group}`"
    yield render_table(("id", "country", "title"), rows)
    for name in list_ids(group):
        yield from _render_definition(name)


def _render_definition(name: str) -> Iterator[str]:
    resolved = resolve_outcome(read_stock_definition(name))
    outcome = resolved.outcome
    yield f"### {name}"
    yield f"**{outcome.title}.** {describe_outcome(resolved)}"
    if outcome.is_time_to_event:
        statuses = enumerate(outcome.statuses)
        yield "Status: " + ", ".join(f"{code} {status}" for code, status in statuses) + "."
    yield f"Source: {outcome.source.text}"
    yield f"Certainty: {outcome.source.certainty}"
    yield f"Fingerprint: `{resolved.fingerprint}`"
