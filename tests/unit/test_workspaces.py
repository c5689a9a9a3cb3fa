"""Moments between two runs that share a temporary folder, which no test of whole runs meets."""

from pathlib import Path

import pytest

from rtw_outcomes.disk.workspace import PREFIX, clean_workspaces, open_workspace


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    """A temporary folder of its own."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


def test_a_workspace_that_ends_while_another_run_looks_at_it_is_no_fault(temporary, monkeypatch):
    monkeypatch.setattr(Path, "glob", lambda *_: [temporary / f"{PREFIX}gone"])
    assert clean_workspaces().removed == 0


def test_a_run_whose_new_folder_is_taken_by_another_one_makes_a_new_one(temporary, monkeypatch):
    """The other run takes it for one that was left, before the lock is held."""
    mkdtemp, taken = "rtw_outcomes.disk.workspace.tempfile.mkdtemp", iter([True])

    def make(prefix, dir):  # noqa: A002 (the name of the library)
        folder = dir / f"{prefix}{len(list(dir.iterdir()))}"
        folder.mkdir()
        if next(taken, False):
            clean_workspaces()
            assert not folder.exists()
        return str(folder)

    monkeypatch.setattr(mkdtemp, make)
    with open_workspace() as folder:
        assert folder.is_dir()
    assert list(temporary.iterdir()) == []


def test_two_workspaces_of_one_process_do_not_remove_each_other(temporary):
    with open_workspace() as one, open_workspace() as two:
        assert one.is_dir()
        assert two.is_dir()
        assert clean_workspaces().in_use == 2
    assert list(temporary.iterdir()) == []
