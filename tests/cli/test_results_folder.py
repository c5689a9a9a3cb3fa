"""Where results may go, and what is there after a run that could not write them."""

import json
import subprocess
from pathlib import Path

import pytest


def run_apart(study, script, *before, out=None, **options):
    return subprocess.run(
        [*before, script, "run", study.path, "--out", out or study.out],
        capture_output=True,
        text=True,
        check=False,
        **options,
    )


def files_below(folder):
    return {path: path.is_file() and path.read_bytes() for path in folder.rglob("*")}


def test_missing_parents_are_made(study, rtw):
    out = study.folder / "a" / "b" / "c"
    assert rtw("run", study.path, "--out", out).status == 0
    assert (out / "manifest.json").is_file()


def test_a_run_that_fails_leaves_no_new_folder(study, rtw):
    study.write(spells="")
    before = set(study.folder.rglob("*"))
    assert rtw("run", study.path, "--out", study.folder / "new").status == 4
    assert set(study.folder.rglob("*")) == before


def test_a_run_that_fails_leaves_no_new_parents(study, rtw):
    study.write(spells="")
    before = set(study.folder.rglob("*"))
    assert rtw("run", study.path, "--out", study.folder / "a" / "b").status == 4
    assert set(study.folder.rglob("*")) == before


def test_files_of_others_in_the_folder_stay(study):
    (study.out / "notes.txt").write_text("mine")
    assert study.run().status == 0
    assert (study.out / "notes.txt").read_text() == "mine"


def test_a_link_to_a_folder_is_followed(study, rtw):
    (study.folder / "true").mkdir()
    (study.folder / "link").symlink_to(study.folder / "true")
    assert rtw("run", study.path, "--out", study.folder / "link").status == 0
    assert (study.folder / "true" / "manifest.json").is_file()


@pytest.mark.parametrize("out", ["file", "file/below", "dangling", "x" * 300])
def test_a_place_that_cannot_be_a_folder_is_told(study, rtw, out):
    (study.folder / "file").write_text("mine")
    (study.folder / "dangling").symlink_to(study.folder / "nowhere")
    finished = rtw("run", study.path, "--out", study.folder / out)
    assert finished.status in (2, 5)
    assert finished.out == ""
    assert finished.err.count("rtw: ") == 1
    assert (study.folder / "file").read_text() == "mine"


@pytest.mark.parametrize("name", ["outcomes.parquet", "manifest.json"])
def test_a_folder_in_the_place_of_a_result_stops_the_run_before_it_changes_anything(study, name):
    (study.out / name).unlink()
    (study.out / name).mkdir()
    (study.out / name / "kept.txt").write_text("mine")
    (study.out / "summary.csv").write_text("old")
    before = files_below(study.out)
    assert study.run().status == 5
    assert files_below(study.out) == before


@pytest.mark.parametrize("name", ["summary.csv", "outcomes.parquet", "release/summary.csv"])
def test_results_never_replace_the_data_they_come_from(study, rtw, name):
    text = (study.folder / "cohort.csv").read_text()
    if name.endswith(".csv"):
        study.with_cohort(name, text)
    else:
        results = study.outcomes().select("person_id", "index_date", "arm")
        study.with_cohort(name, results)
    before = (study.folder / name).read_bytes()
    finished = rtw("run", study.path, "--out", study.folder)
    assert finished.status != 0
    assert (study.folder / name).read_bytes() == before


def test_a_folder_that_may_not_be_written_is_told_and_named(study, script, without_root):
    before = files_below(study.out)
    study.out.chmod(0o555)
    finished = run_apart(study, script, *without_root)
    study.out.chmod(0o755)
    assert finished.returncode == 5
    assert finished.stderr.startswith("rtw: ")
    assert "ermission" in finished.stderr
    assert "results" in finished.stderr.split("Earlier")[0]
    assert files_below(study.out) == before


@pytest.mark.parametrize("bytes_left", [100, 8_000])
def test_a_disk_that_takes_no_more_is_told_and_keeps_the_old_files(study, limit_files, bytes_left):
    before = files_below(study.out)
    with limit_files(bytes_left):
        finished = study.run()
    assert finished.status == 5
    assert finished.out == ""
    assert finished.err.startswith("rtw: ")
    assert "A fault in rtw_outcomes" not in finished.err
    assert "Free space" in finished.err
    assert files_below(study.out) == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
def test_a_screen_that_takes_no_more_does_not_say_that_old_results_are_untouched(study, script):
    with Path("/dev/full").open("w") as full:
        finished = subprocess.run(
            [script, "run", study.path, "--out", study.out, "--outcome", "full_rtw_28d"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    manifest = json.loads((study.out / "manifest.json").read_text())
    assert len(manifest["outcomes"]) == 1
    assert "untouched" not in finished.stderr
