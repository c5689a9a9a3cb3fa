"""The edge-case people as a page."""

from collections.abc import Iterator

from rtw_outcomes.demo.edge_cases import USUAL_BENEFIT, EdgeCase, read_edge_cases
from rtw_outcomes.language.worked_examples import Censoring, ExampleSpell, Expectation
from tests.spec.case import show
from tests.spec.pages.markdown import render_page, render_table

ABOUT = """\
Made-up persons who each show one edge of the stock outcomes. They ship with the package, in
`rtw_outcomes/demo/edge_cases.yaml`, and the project's tests run all of them on every engine. The
register extract covers {} to {}. Days count from the index date, which is day 0; those of the first
relapse count from the return of `full_rtw_28d`."""


def render_people() -> str:
    """The page of all edge-case people."""
    cases = read_edge_cases()
    parts = [part for person in cases.people for part in _render_person(person)]
    about = ABOUT.format(cases.observed.from_, cases.observed.to)
    return render_page(
        "Edge-case people",
        "the people are in rtw_outcomes/demo/edge_cases.yaml",
        [about, *parts],
    )


def _render_person(person: EdgeCase) -> Iterator[str]:
    yield f"## {person.person}"
    yield person.why
    last = f", {_say_end(person.censored)}" if person.censored else ""
    yield f"Index date {person.index}{last}."
    if person.spells:
        rows = [_spell_cells(row) for row in person.spells]
        yield render_table(("start", "end", "extent", "benefit"), rows)
    else:
        yield "No rows in the register."
    results = [(f"`{name}`", _say_result(each)) for name, each in person.expect.items()]
    yield render_table(("outcome", "result"), results)


def _say_end(end: Censoring) -> str:
    return f"observed to {end.date}" + (f" ({end.reason})" if end.reason else "")


def _spell_cells(row: ExampleSpell) -> tuple[str, ...]:
    return str(row.start), str(row.end), show(row.extent), row.benefit or USUAL_BENEFIT


def _say_result(expected: Expectation) -> str:
    if expected.state is not None:
        return expected.state
    if expected.status == "not_at_risk":
        return "not at risk"
    if expected.status is not None:
        return f"{expected.status}, {expected.days} days"
    if expected.value is None:
        return "missing"
    return f"{show(expected.value)}, {expected.observed_days} days observed"
