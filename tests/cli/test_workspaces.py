"""The folder in which a run keeps its temporary files: private, and removed even after a kill."""

import os
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

# A run that is killed when it has read the delivery, as by the system when memory is short.
KILLED = """
import os, signal, sys
from rtw_outcomes import run_study

def kill(step):
    if step.startswith("Computing"):
        os.kill(os.getpid(), signal.SIGKILL)

run_study(sys.argv[1], sys.argv[2], sys.argv[3], progress=kill)
"""


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """A temporary folder of its own, which the user has named."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


def start(command, temporary, **options):
    return subprocess.Popen(
        command,
        env=os.environ | {"TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


@pytest.fixture(scope="module")
def killed(make_study, tmp_path_factory):
    """What a killed run left, of a user who lets everybody read new files; not to be changed."""
    study, temporary = make_study(), tmp_path_factory.mktemp("temporary")
    command = [sys.executable, "-P", "-c", KILLED, study.path, study.folder / "killed", "polars"]
    run = start(command, temporary, preexec_fn=lambda: os.umask(0))
    _, err = run.communicate()
    assert run.returncode == -signal.SIGKILL, err
    (left,) = temporary.iterdir()
    assert list(left.rglob("validated_spells.parquet"))
    return left


@pytest.fixture
def left(killed, temporary):
    """What a killed run left in the temporary folder of the test."""
    return Path(shutil.copytree(killed, temporary / killed.name))


@pytest.mark.usefixtures("left")
def test_the_next_run_removes_what_a_killed_one_left(study, temporary):
    assert study.run().status == 0
    assert list(temporary.iterdir()) == []


@pytest.mark.usefixtures("left")
def test_clean_removes_what_a_killed_run_left_and_says_so(rtw, temporary):
    cleaned = rtw("clean")
    assert (cleaned.status, cleaned.err) == (0, "")
    assert cleaned.out.startswith("Removed 1 folder of a run that ended early")
    assert str(temporary) in cleaned.out
    assert list(temporary.iterdir()) == []
    assert rtw("clean").out.startswith("No run that ended early")


def test_the_workspace_of_a_running_process_stays(study, rtw, temporary):
    waits = KILLED.replace("os.kill(os.getpid(), signal.SIGKILL)", "print(flush=True); input()")
    command = [sys.executable, "-P", "-c", waits, study.path, study.folder / "slow", "polars"]
    running = start(command, temporary, stdin=subprocess.PIPE)
    running.stdout.readline()
    (workspace,) = temporary.iterdir()
    cleaned = rtw("clean")
    assert cleaned.status == 0
    assert "1 folder in use" in cleaned.out
    assert list(workspace.rglob("validated_spells.parquet"))
    _, err = running.communicate("\n")
    assert running.returncode == 0, err
    assert list(temporary.iterdir()) == []


def test_a_link_in_the_place_of_a_workspace_is_not_followed(rtw, left, tmp_path):
    left.rename(tmp_path / "elsewhere")
    left.symlink_to(tmp_path / "elsewhere")
    assert rtw("clean").status == 0
    assert list((tmp_path / "elsewhere").rglob("validated_spells.parquet"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a folder to another user")
def test_what_a_run_of_another_user_left_stays(rtw, left):
    os.chown(left, 12345, 12345)
    assert rtw("clean").status == 0
    assert list(left.rglob("validated_spells.parquet"))


def test_files_without_a_lock_are_removed_by_nobody_and_an_empty_folder_is(rtw, temporary):
    """A run makes its folder first, and its lock before any file."""
    for name in ("empty", "filled"):
        (temporary / f"rtw-workspace-{name}").mkdir()
    (temporary / "rtw-workspace-filled" / "notes.txt").write_text("mine")
    assert rtw("clean").status == 0
    assert [path.name for path in temporary.iterdir()] == ["rtw-workspace-filled"]


def test_a_workspace_can_be_read_by_its_owner_alone(killed):
    assert stat.S_IMODE(killed.stat().st_mode) == 0o700


def test_a_temporary_folder_that_may_not_be_written_is_told(study, script, temporary, without_root):
    temporary.chmod(0o555)
    run = start([*without_root, script, "run", study.path, "--out", study.out], temporary)
    out, err = run.communicate()
    assert (run.returncode, out) == (5, "")
    assert str(temporary) in err
    assert "permission denied" in err


@pytest.mark.parametrize("variable", ["TMPDIR", "TEMP", "TMP"])
@pytest.mark.parametrize("kind", ["missing", "file"])
def test_a_temporary_folder_that_is_named_is_not_replaced_by_another(
    study, temporary, monkeypatch, variable, kind
):
    (temporary / "file").touch()
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(temporary / kind) if name == variable else "")
    finished = study.run()
    assert finished.status == 5
    assert finished.out == ""
    assert finished.err.count("rtw: ") == 1
    assert "there is no such folder" in finished.err
    assert variable in finished.err
    assert str(temporary / kind) in finished.err


@pytest.mark.parametrize(
    ("engine", "size"), [("polars", 0), ("polars", 100), ("polars", 1500), ("duckdb", 1500)]
)
def test_a_temporary_folder_that_takes_no_more_is_no_fault_of_the_delivery(
    plain_demo, rtw, limit_files, temporary, tmp_path, engine, size
):
    with limit_files(size):
        finished = rtw("run", plain_demo, "--out", tmp_path / "out", "--engine", engine)
    assert (finished.status, finished.out) == (5, "")
    assert str(temporary) in finished.err
    assert "cannot be read" not in finished.err
    assert finished.err.count("rtw: ") == 1
    assert "Traceback" not in finished.err
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("kind", ["utf-16", "feather"])
def test_a_file_that_is_written_anew_into_a_full_temporary_folder_is_no_fault_of_the_delivery(
    study, limit_files, temporary, kind
):
    """Python writes text of another encoding anew, and Arrow writes typed files."""
    spells = (study.folder / "spells.csv").read_text()
    if kind == "feather":
        pl.read_csv(spells.encode()).write_ipc(study.folder / "spells.feather")
        study.write(study=(study.path.read_text()).replace("spells.csv", "spells.feather"))
    else:
        study.write(spells=spells.encode("utf-16"))
    with limit_files(100):
        finished = study.run()
    assert (finished.status, finished.out) == (5, "")
    assert finished.err.startswith(f"rtw: Temporary files cannot be written to {temporary}: ")
    assert "TMPDIR" in finished.err
    assert list(temporary.iterdir()) == []
