import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from rtw_outcomes.errors import RtwError
from rtw_outcomes.results.folder import (
    LOCK,
    QUALITY_FILES,
    RELEASE,
    RUN_FILES,
    STAGING_PREFIX,
    stage_results,
)

# The files of a run of a study that compares nothing, and of one that does.
NAMES = tuple(name for name in RUN_FILES if "results." not in name)
COMPARED = RUN_FILES


def write(folder: Path, text: str, names: Sequence[str] = NAMES) -> None:
    (folder / RELEASE).mkdir(exist_ok=True)
    for name in names:
        (folder / name).write_text(text)


def fail_half_way(folder: Path) -> None:
    with stage_results(folder) as staging:
        (staging / "manifest.json").write_text("half")
        raise OSError("the disk is full")


def contents(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*")
        if path != folder / RELEASE
    }


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


def kill_between_renames(folder, names, files_of_run, renames, monkeypatch):
    """A run into a folder, in a process of its own that dies after so many renames of files."""
    left = iter(range(renames))
    replace = Path.replace

    def killed(self, target):
        if next(left, None) is None:
            os._exit(9)
        return replace(self, target)

    child = os.fork()
    if child == 0:
        monkeypatch.setattr(Path, "replace", killed)
        with stage_results(folder, files_of_run) as staging:
            for name in names:
                (staging / name).parent.mkdir(exist_ok=True)
                (staging / name).write_text("new")
        os._exit(0)
    os.waitpid(child, 0)


@pytest.mark.parametrize("renames", range(len(COMPARED) + 1))
@pytest.mark.parametrize("names", [NAMES, COMPARED])
def test_the_next_run_finishes_what_a_kill_left_between_two_renames(
    tmp_path, monkeypatch, names, renames
):
    with stage_results(tmp_path) as staging:
        write(staging, "old", COMPARED)
    kill_between_renames(tmp_path, names, RUN_FILES, renames, monkeypatch)
    with pytest.raises(RuntimeError), stage_results(tmp_path):
        raise RuntimeError
    assert contents(tmp_path) == dict.fromkeys(names, "new")


@pytest.mark.parametrize("renames", range(len(QUALITY_FILES) + 1))
def test_a_run_finishes_what_a_kill_left_of_a_quality_page(tmp_path, monkeypatch, renames):
    with stage_results(tmp_path) as staging:
        write(staging, "old", COMPARED)
    kill_between_renames(tmp_path, QUALITY_FILES, QUALITY_FILES, renames, monkeypatch)
    with pytest.raises(RuntimeError), stage_results(tmp_path):
        raise RuntimeError
    old, new = dict.fromkeys(COMPARED, "old"), dict.fromkeys(QUALITY_FILES, "new")
    assert contents(tmp_path) == old | new


def test_results_of_a_comparison_do_not_stay_beside_a_run_that_compares_nothing(tmp_path):
    for names in (COMPARED, NAMES):
        with stage_results(tmp_path) as staging:
            write(staging, "new", names)
    assert contents(tmp_path) == dict.fromkeys(NAMES, "new")


def test_a_quality_page_leaves_the_results_beside_it(tmp_path):
    with stage_results(tmp_path) as staging:
        write(staging, "old", COMPARED)
    with stage_results(tmp_path, QUALITY_FILES) as staging:
        for name in QUALITY_FILES:
            (staging / name).write_text("new")
    old, new = dict.fromkeys(COMPARED, "old"), dict.fromkeys(QUALITY_FILES, "new")
    assert contents(tmp_path) == old | new


@pytest.mark.parametrize("name", ["summary.csv", "results.csv", "release/summary.csv"])
def test_a_folder_in_the_place_of_a_file_is_refused_before_the_work(tmp_path, name):
    (tmp_path / name).mkdir(parents=True)
    with pytest.raises(RtwError, match=r"is a folder"), stage_results(tmp_path):
        pytest.fail("the run has begun")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("kind", ["file", "link", "dangling link"])
def test_a_file_or_a_link_in_the_place_of_the_released_folder_is_refused_before_the_work(
    tmp_path, kind
):
    folder = tmp_path / "results"
    folder.mkdir()
    elsewhere = tmp_path / "elsewhere"
    if kind == "link":
        elsewhere.mkdir()
    if kind == "file":
        (folder / RELEASE).write_text("mine")
    else:
        (folder / RELEASE).symlink_to(elsewhere)
    with pytest.raises(RtwError, match=r"is a file or a link"), stage_results(folder):
        pytest.fail("the run has begun")
    assert [path.name for path in folder.iterdir()] == [RELEASE]
    assert (folder / RELEASE).is_symlink() or (folder / RELEASE).read_text() == "mine"


def test_the_manifest_is_replaced_last(tmp_path, monkeypatch):
    moved = []
    replace = Path.replace
    monkeypatch.setattr(Path, "replace", lambda self, to: (moved.append(to), replace(self, to))[1])
    with stage_results(tmp_path) as staging:
        write(staging, "new", COMPARED)
    places = [path.relative_to(tmp_path).as_posix() for path in moved]
    assert sorted(places) == sorted(COMPARED)
    assert places[-1] == "manifest.json"
    assert [place for place in places if RELEASE in place][-1] == "release/manifest.json"


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
