import fcntl
import os
from pathlib import Path

import pytest

from rtw_outcomes.results.folder import COMPLETE, STAGING_PREFIX, stage_results

NAMES = ("manifest.json", "outcomes.parquet", "summary.csv")


def write(folder: Path, text: str) -> None:
    for name in NAMES:
        (folder / name).write_text(text)


def fail_half_way(folder: Path) -> None:
    with stage_results(folder) as staging:
        (staging / "manifest.json").write_text("half")
        raise OSError("the disk is full")


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_new_files_replace_the_old_ones_and_other_files_stay(tmp_path):
    for text in ("old", "new"):
        with stage_results(tmp_path) as staging:
            write(staging, text)
        (tmp_path / "plot.png").write_text("mine")
    assert contents(tmp_path) == dict.fromkeys(NAMES, "new") | {"plot.png": "mine"}


def test_a_failed_run_leaves_the_old_files_and_nothing_else(tmp_path):
    with stage_results(tmp_path) as staging:
        write(staging, "old")
    with pytest.raises(OSError, match="disk"):
        fail_half_way(tmp_path)
    assert contents(tmp_path) == dict.fromkeys(NAMES, "old")


def test_a_failed_first_run_leaves_no_folder(tmp_path):
    folder = tmp_path / "results"
    with pytest.raises(RuntimeError), stage_results(folder):
        raise RuntimeError
    assert not folder.exists()


@pytest.mark.parametrize("renames_before_the_kill", range(len(NAMES) + 1))
def test_the_next_run_finishes_what_a_kill_left_between_two_renames(
    tmp_path, monkeypatch, renames_before_the_kill
):
    with stage_results(tmp_path) as staging:
        write(staging, "old")
    left = iter(range(renames_before_the_kill))
    replace = Path.replace

    def killed(self, target):
        if next(left, None) is None:
            os._exit(9)
        return replace(self, target)

    child = os.fork()
    if child == 0:
        monkeypatch.setattr(Path, "replace", killed)
        with stage_results(tmp_path) as staging:
            write(staging, "new")
        os._exit(0)
    os.waitpid(child, 0)
    with pytest.raises(RuntimeError), stage_results(tmp_path):
        raise RuntimeError
    assert contents(tmp_path) == dict.fromkeys(NAMES, "new")


def test_the_manifest_is_replaced_last(tmp_path, monkeypatch):
    moved = []
    replace = Path.replace
    monkeypatch.setattr(
        Path, "replace", lambda self, to: (moved.append(self.name), replace(self, to))[1]
    )
    with stage_results(tmp_path) as staging:
        write(staging, "new")
    assert moved[-1] == "manifest.json"


def test_staging_of_a_running_run_is_left_alone_and_an_abandoned_one_is_removed(tmp_path):
    running, abandoned = tmp_path / f"{STAGING_PREFIX}a", tmp_path / f"{STAGING_PREFIX}b"
    for folder in (running, abandoned):
        folder.mkdir()
    held = os.open(running, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    with stage_results(tmp_path) as staging:
        write(staging, "new")
    os.close(held)
    assert running.is_dir()
    assert not abandoned.exists()
    assert not (tmp_path / COMPLETE).exists()


def test_two_runs_into_one_folder_do_not_disturb_each_other(tmp_path):
    with stage_results(tmp_path) as one:
        write(one, "one")
        with stage_results(tmp_path) as two:
            write(two, "two")
    assert contents(tmp_path) == dict.fromkeys(NAMES, "one")
