"""The stock definitions as a page, each in words."""

from collections.abc import Iterator

from rtw_outcomes.catalogue import find_stock_ids, read_stock_definition, resolve_outcome
from rtw_outcomes.words import describe_outcome
from tests.spec.pages.markdown import render_page, render_table

ABOUT = """\
The outcomes that ship with the package. The fingerprint is over what a definition means: it changes
when results may change, and not with a title or a source. `rtw show` prints a definition with its
worked examples."""


def render_definitions() -> str:
    """The page of all stock definitions."""
    stock = [
        (f"[`{name}`](#{name})", read_stock_definition(name).outcome.title)
        for name in find_stock_ids()
    ]
    parts = [part for name in find_stock_ids() for part in _render_definition(name)]
    return render_page(
        "Stock definitions",
        "the definitions are in specs/",
        [ABOUT, render_table(("id", "title"), stock), *parts],
    )


def _render_definition(name: str) -> Iterator[str]:
    resolved = resolve_outcome(read_stock_definition(name))
    outcome = resolved.outcome
    yield f"## {name}"
    yield f"**{outcome.title}.** {describe_outcome(resolved)}"
    if outcome.is_time_to_event:
        statuses = enumerate(outcome.statuses)
        yield "Status: " + ", ".join(f"{code} {status}" for code, status in statuses) + "."
    yield f"Source: {outcome.source.text}"
    yield f"Certainty: {outcome.source.certainty}"
    yield f"Fingerprint: `{resolved.fingerprint}`"
