"""The stock definitions as a page, each in words."""

from collections.abc import Iterator

from rtw_outcomes.definitions.catalogue import (
    CORE,
    find_stock_ids,
    read_stock_definition,
    resolve_outcome,
)
from rtw_outcomes.definitions.plain_language.describe import describe_outcome
from tests.spec.pages.markdown import render_page, render_table

ABOUT = """\
The outcomes that ship with the package. The fingerprint is over what a definition means: it changes
when results may change, and not with a title or a source. `rtw show` prints a definition with its
worked examples."""

# In the order of reading. A definition with a group that is not here has no place in the library.
GROUPS = {
    CORE: "The core",
    "fk_2016_9": "Försäkringskassan 2016:9, as cited by Forte 2025",
    "rehsam_2": "Trials of the Rehsam 2 programme",
    "sustained_return": "Sustained return to work",
    "denmark": "Denmark",
    "nordic": "Across the Nordic countries",
    "norway": "Norway",
    "hensing_1998": "The basic measures of Hensing 1998",
    "cos_for_work": "The core outcome set for work",
    "compensation": "Compensation systems",
    "sweden_official": "Official Swedish indicators",
    "sweden_other": "Other Swedish studies",
    "cost": "What absence costs",
}


def render_definitions() -> str:
    """The page of all stock definitions."""
    groups = {each.outcome.group for each in map(read_stock_definition, find_stock_ids())}
    parts = [part for group in sorted(groups, key=_place) for part in _render_group(group)]
    return render_page("Stock definitions", "the definitions are in specs/", [ABOUT, *parts])


def _place(group: str) -> int:
    return list(GROUPS).index(group)


def _render_group(group: str) -> Iterator[str]:
    yield f"## {GROUPS[group]}"
    rows = [
        (f"[`{name}`](#{name})", outcome.country or "", outcome.title)
        for name in find_stock_ids(group)
        for outcome in [read_stock_definition(name).outcome]
    ]
    yield f"`rtw list --group {group}`"
    yield render_table(("id", "country", "title"), rows)
    for name in find_stock_ids(group):
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
