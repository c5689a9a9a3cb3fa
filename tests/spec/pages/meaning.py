"""The cases of the spec tests as pages: one per idea, and an index of them all."""

from collections.abc import Iterator
from importlib import import_module

from rtw_outcomes.definitions.catalogue import read_stock_definition
from tests.spec.case import Case, Idea, Row, read, read_table
from tests.spec.pages.markdown import render_page, render_table, render_yaml

SOURCE = "the cases are in tests/spec/"
# The order of reading: each idea needs those before it.
IDEAS = (
    "days",
    "cost",
    "windows",
    "work_days",
    "extent_on_day",
    "absence",
    "spells",
    "spell_counts",
    "return_to_work",
    "months",
    "share_worked_before",
    "competing_events",
    "observation",
    "relapse",
    "first_spell",
    "recurrence",
    "true_lengths",
    "chain_day",
    "work_state",
    "states",
    "reported",
    "made_of_others",
)
DEFAULT_INDEX = Case.index
DEFAULT_OBSERVED = Case.observed
HOW_TO_READ = f"""\
Every case below is run on every engine by the project's own tests. A case shows the rows of the
register, the definition, and what comes out.

- Dates of the tables are inclusive at both ends; extents are percent of full time. A table without
  the column `benefit` is about sickness benefit.
- Day 0 is the index date. Unless a case says otherwise, it is {DEFAULT_INDEX} for everybody, and the
  extract covers {DEFAULT_OBSERVED[0]} to {DEFAULT_OBSERVED[1]}.
- The names of the result's columns begin with the id of the outcome. A status is written by its name
  here; the results hold its number: 0 for censored, 1 for event, and from 2 on the competing events
  in the order in which the definition names them.
- `-` is a missing value: the person is not at risk, there is no return to count from, or the cohort
  holds no number.
- The definitions are shown without `language`, `title` and `source`, which they must also have.

The stock definitions are explained in [definitions.md](definitions.md), and people who are seen by all of
them at once in [edge_cases.md](edge_cases.md)."""


def find_idea(name: str) -> Idea:
    """The idea of one page."""
    idea: Idea = import_module(f"tests.spec.test_{name}").IDEA
    return idea


def render_index() -> str:
    """The page that leads to the others."""
    ideas = {name: find_idea(name) for name in IDEAS}
    parts = [
        f"## [{idea.title}](meaning/{name}.md)\n\n{idea.about}\n\n"
        + "\n".join(f"- {case.title}" for case in idea.cases)
        for name, idea in ideas.items()
    ]
    return render_page("What the words mean", SOURCE, [HOW_TO_READ, *parts])


def render_idea(name: str) -> str:
    """The page of one idea, with all its cases."""
    idea = find_idea(name)
    shown: set[str] = set()
    cases = [part for case in idea.cases for part in _render_case(case, shown)]
    return render_page(
        idea.title, f"the cases are in tests/spec/test_{name}.py", [idea.about, *cases]
    )


def _render_case(case: Case, shown: set[str]) -> Iterator[str]:
    yield f"## {case.title}"
    yield case.why
    yield from _render_definitions(case, shown)
    if "\n" in case.index:
        yield "Index dates:"
        yield _render_rows(read_table(case.index))
    elif case.index != DEFAULT_INDEX:
        yield f"Index date: {case.index}."
    if case.observed != DEFAULT_OBSERVED:
        yield "The extract covers {} to {}.".format(*case.observed)
    if case.employer_periods is not None:
        periods = [f"{days} days from {start} on" for start, days in case.employer_periods]
        yield f"Employer periods: {', '.join(periods) or 'none'}."
    if rows := read_table(case.spells):
        yield "Register:"
        yield _render_rows(rows)
    yield "Result:"
    yield _render_rows(case.expected_rows())


def _render_definitions(case: Case, shown: set[str]) -> Iterator[str]:
    """Each definition in full where the page first uses it, and by its id from then on."""
    known = []
    for text in case.definitions:
        outcome = read(text).outcome.outcome
        if text == outcome:
            title = read_stock_definition(text).outcome.title
            known.append(f"[`{text}`](../definitions.md#{text}) ({title[0].lower()}{title[1:]})")
        elif text in shown:
            known.append(f"`{outcome}` as above")
        else:
            shown.add(text)
            yield render_yaml(text)
    if known:
        yield f"{'Definitions' if len(known) > 1 else 'Definition'}: {', '.join(known)}."


def _render_rows(rows: list[Row]) -> str:
    return render_table(list(rows[0]), [list(row.values()) for row in rows])
