"""The reference documentation is current, and its cases leave nothing of the language out."""

from pathlib import Path

import pytest

from rtw_outcomes.definitions.catalogue import resolve_outcomes
from rtw_outcomes.definitions.plain_language.describe import describe_outcome
from rtw_outcomes.language.outcome import Measure
from rtw_outcomes.language.resolved import ResolvedOutcome
from rtw_outcomes.language.vocabulary import BENEFITS, EXITS, PRIOR_STATES, WORK_STATES
from rtw_outcomes.planning.nodes.node import Node
from rtw_outcomes.planning.optimizer import optimize
from rtw_outcomes.planning.planner.build import plan_outcomes
from tests.spec.case import read, read_table
from tests.spec.pages.meaning import IDEAS, find_idea
from tests.spec.render import FOLDER, PAGES, find_stale_pages
from tests.step_classes import list_step_classes

pytestmark = pytest.mark.slow  # left out by `make quick`

CASES = [case for name in IDEAS for case in find_idea(name).cases]
RESOLVED = [
    resolved
    for case in CASES
    for resolved in resolve_outcomes([read(text) for text in case.definitions])
]
RESULTS = {cell for case in CASES for row in case.expected_rows() for cell in row.values()}


def test_every_page_says_what_the_cases_and_the_models_say() -> None:
    assert find_stale_pages() == [], "run `python -m tests.spec.render`"


def test_a_page_that_was_changed_by_hand_is_stale(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in PAGES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text((FOLDER / name).read_text("utf-8"), "utf-8")
    changed, left_over = tmp_path / "meaning.md", tmp_path / "meaning" / "of_life.md"
    changed.write_text(changed.read_text("utf-8") + "by hand\n", "utf-8")
    left_over.write_text("nothing makes this page\n", "utf-8")
    monkeypatch.setattr("tests.spec.render.FOLDER", tmp_path)
    assert find_stale_pages() == ["meaning.md", "meaning/of_life.md"]


def test_every_idea_has_a_page() -> None:
    here = Path(__file__)
    files = {path.stem.removeprefix("test_") for path in here.parent.glob("test_*.py")}
    assert files - {here.stem.removeprefix("test_")} == set(IDEAS)


def test_no_two_cases_have_the_same_title_on_a_page() -> None:
    for name in IDEAS:
        titles = [case.title for case in find_idea(name).cases]
        assert len(set(titles)) == len(titles), name


def test_the_cases_use_every_kind_of_measure() -> None:
    assert {each.outcome.measure.name for each in RESOLVED} == set(Measure.model_fields)


def test_the_cases_use_every_key_of_every_kind_of_measure() -> None:
    used = {
        (type(each.outcome.kind), key)
        for each in RESOLVED
        for key in each.outcome.kind.model_fields_set
    }
    kinds = {kind for kind, _ in used} | {type(each.outcome.kind) for each in RESOLVED}
    assert used == {(kind, key) for kind in kinds for key in kind.model_fields}


def test_the_cases_reach_every_kind_of_step() -> None:
    reached = {type(step) for step in plan_outcomes_apart()}
    assert reached == list_step_classes()


def plan_outcomes_apart() -> list[Node]:
    """The steps of each case on its own, because two cases may use one id for two definitions."""
    plans = [plan_outcomes((each,), ()) for each in RESOLVED]
    return [step for plan in plans for p in (plan, optimize(plan)) for step in p.steps()]


@pytest.mark.parametrize("resolved", RESOLVED, ids=lambda each: each.outcome.outcome)
def test_every_definition_of_a_case_can_be_said_in_words(resolved: ResolvedOutcome) -> None:
    """Sentences, without a word of the program in them."""
    words = describe_outcome(resolved)
    assert words.endswith(".")
    assert not {"None", "True", "False", "{", "["} & {*words.split(), *words}


def test_the_cases_show_every_state_and_every_way_out() -> None:
    assert {*PRIOR_STATES, *WORK_STATES, *EXITS} <= RESULTS


def test_the_cases_mention_every_benefit_that_can_be_absence() -> None:
    mentioned = {row.get("benefit") for case in CASES for row in read_table(case.spells)}
    pensions_and_leave = {"old_age_pension", "parental_benefit"}
    assert set(BENEFITS) - pensions_and_leave <= mentioned
