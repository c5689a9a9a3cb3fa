import os
from pathlib import Path

import pytest

from rtw_outcomes.errors import RtwError
from rtw_outcomes.results.folder import LOCK, STAGING_PREFIX, stage_results

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


def test_what_a_killed_run_left_is_removed(tmp_path):
    (tmp_path / f"{STAGING_PREFIX}a").mkdir()
    (tmp_path / LOCK).touch()
    with stage_results(tmp_path) as staging:
        write(staging, "new")
    assert contents(tmp_path) == dict.fromkeys(NAMES, "new")


def test_a_second_run_into_a_folder_is_refused_and_disturbs_nothing(tmp_path):
    folder = tmp_path / "results"
    with stage_results(folder) as one:
        write(one, "one")
        with pytest.raises(RtwError, match="Another run is writing to"), stage_results(folder):
            pass
    assert contents(folder) == dict.fromkeys(NAMES, "one")


def test_a_link_in_the_place_of_the_lock_is_not_followed(tmp_path):
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / LOCK).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(RtwError), stage_results(tmp_path / "results"):
        pass
    assert not (tmp_path / "elsewhere").exists()
