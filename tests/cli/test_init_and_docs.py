"""`rtw init` writes a study to fill in, and `rtw docs` says where to read more."""

import re
from importlib.resources import files
from pathlib import Path

import pytest

from rtw_outcomes.intake.study import Study

KEYS = {field.alias or name: field for name, field in Study.model_fields.items()}
FILLED = {
    "study": "mine",
    "register": "canonical",
    "  from": "2019-01-01",
    "  to": "2021-12-31",
    "spells": "spells.csv",
    "cohort": "cohort.csv",
}


@pytest.fixture
def begun(study, rtw):
    """A study file as it is written, beside data that can be run."""
    study.path.unlink()
    finished = rtw("init", study.folder)
    assert finished.status == 0, finished.err
    assert finished.out == f"rtw validate {study.path}\n"
    return study


def fill_in(text):
    for key, value in FILLED.items():
        text, times = re.subn(rf"^{key}:$", f"{key}: {value}", text, flags=re.MULTILINE)
        assert times == 1, key
    return text


def test_every_key_of_a_study_is_there_with_a_comment(begun):
    lines = begun.path.read_text().splitlines()
    for key, field in KEYS.items():
        (place,) = [n for n, line in enumerate(lines) if re.match(rf"(# )?{key}:", line)]
        assert lines[place].startswith("# ") is not field.is_required()
        assert re.match(r"# [A-Z]|# .*\.$", lines[place - 1]), key


def test_what_is_empty_is_told_with_its_lines(begun, rtw):
    finished = rtw("validate", begun.path)
    assert (finished.status, finished.out) == (3, "")
    lines = begun.path.read_text().splitlines()
    for key in FILLED:
        assert f"study.yaml:{lines.index(f'{key}:') + 1}: " in finished.err
    assert finished.err.count("study.yaml:") == len(FILLED)


def test_once_filled_in_it_runs(begun):
    begun.write(study=fill_in(begun.path.read_text()))
    begun.assert_runs()


def test_what_is_commented_out_may_be_used(begun, rtw):
    text = fill_in(begun.path.read_text())
    text = re.sub(r"^# ( *[a-z_]+:|  - |  \")", r"\1", text, flags=re.MULTILINE)
    text = text.replace("YOUR_COLUMN", "person_id", 1).replace("YOUR_COLUMN", "index_date")
    assert set(re.findall(r"^([a-z_]+):", text, re.MULTILINE)) == set(KEYS)
    head, *rows = (begun.folder / "cohort.csv").read_text().splitlines()
    begun.write(cohort="\n".join([f"{head},sex,age", *(f"{row},woman,40" for row in rows)]))
    begun.write(study=text)
    finished = rtw("validate", begun.path)
    assert finished.err.count("study.yaml:") == 1, finished.err
    assert "short form of `disclosure`" in finished.err
    begun.write(study=re.sub("^disclosure: .*$", "", text, flags=re.MULTILINE))
    finished = rtw("validate", begun.path)
    assert finished.status == 0, finished.err


def test_a_definition_is_written_too(study, rtw):
    folder = study.folder / "new" / "mine"
    finished = rtw("init", folder, "--definition")
    assert finished.status == 0, finished.err
    names = {path.name for path in folder.iterdir()}
    schemas = {"study.schema.json", "definition.schema.json"}
    assert names == {"study.yaml", "my_outcome.yaml", *schemas}
    for name in ("study.yaml", "my_outcome.yaml"):
        first = (folder / name).read_text().splitlines()[0]
        assert first.removeprefix("# yaml-language-server: $schema=") in schemas
    assert "  - my_outcome.yaml\n" in (folder / "study.yaml").read_text()
    tested = rtw("test", folder)
    assert tested.status == 0, tested.out
    assert "1 example of 1 definition" in tested.out


@pytest.mark.parametrize("name", ["study.yaml", "study.schema.json", "my_outcome.yaml"])
def test_nothing_is_overwritten(tmp_path, rtw, name):
    (tmp_path / name).write_text("mine")
    finished = rtw("init", tmp_path, "--definition")
    assert (finished.status, finished.out) == (2, "")
    assert f"{name} is there already" in finished.err
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "mine"


def test_docs_names_the_folder_and_its_pages(rtw):
    finished = rtw("docs")
    assert (finished.status, finished.err) == (0, "")
    folder, _, _, *lines = finished.out.splitlines()
    pages = dict(re.split(r"  +", line, maxsplit=1) for line in lines)
    assert pages["GLOSSARY.md"] == "Glossary"
    assert pages["docs/reference/study.md"] == "The study file"
    assert all((Path(folder) / name).is_file() for name in pages)
    # The tests run on a checkout, which has its pages beside specs/.
    root = Path(str(files("rtw_outcomes.specs"))).parent
    assert len(pages) == 4 + len(list((root / "docs").rglob("*.md")))
