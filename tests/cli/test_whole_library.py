"""All stock definitions in one study, on every engine."""

import pytest

from rtw_outcomes import list_outcomes
from rtw_outcomes.engines.registry import ENGINES
from tests.cli.conftest import run_command

# What a column of the demo's cohort would have to say is left out.
IDS = [
    each.id
    for each in list_outcomes()
    if not any(part.outcome.from_cohort for part in (each, *each.parts()))
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("library")


@pytest.fixture(scope="module")
def study(folder):
    demo = folder / "demo"
    assert run_command("demo", demo, "--persons", 600).status == 0
    text = (demo / "study.yaml").read_text()
    start, end = text.index("outcomes:"), text.index("by:")
    file = demo / "study.yaml"
    file.write_text(f"{text[:start]}outcomes: [{', '.join(IDS)}]\n{text[end:]}")
    return file


def test_the_library_gives_the_same_on_every_engine(study, folder, rtw):
    for engine in ENGINES:
        finished = rtw("run", study, "--out", folder / engine, "--engine", engine)
        assert finished.status == 0, finished.err
    summaries = {engine: (folder / engine / "summary.csv").read_text() for engine in ENGINES}
    assert len({*summaries.values()}) == 1
    assert len(summaries["polars"].splitlines()) > 10 * len(IDS)
