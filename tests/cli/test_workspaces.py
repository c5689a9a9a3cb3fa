"""The folder in which a run keeps its temporary files: private, and removed even after a kill."""

import os
import resource
import signal
import stat
import subprocess
import sys

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
def temporary(tmp_path):
    """A temporary folder of its own."""
    folder = tmp_path / "temporary"
    folder.mkdir()
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


def run(command, temporary, **options):
    started = start(command, temporary, **options)
    out, err = started.communicate()
    return started.returncode, out, err


def kill_a_run(study, temporary):
    command = [sys.executable, "-P", "-c", KILLED, study.path, study.folder / "killed", "polars"]
    status, _, err = run(command, temporary)
    assert status == -signal.SIGKILL, err
    (left,) = temporary.iterdir()
    return left


def run_study(study, script, temporary, **options):
    return run([script, "run", study.path, "--out", study.out], temporary, **options)


def test_the_next_run_removes_what_a_killed_one_left(study, script, temporary):
    left = kill_a_run(study, temporary)
    assert list(left.rglob("validated_spells.parquet"))
    assert run_study(study, script, temporary)[0] == 0
    assert list(temporary.iterdir()) == []


def test_clean_removes_what_a_killed_run_left_and_says_so(study, script, temporary):
    kill_a_run(study, temporary)
    status, out, err = run([script, "clean"], temporary)
    assert (status, err) == (0, "")
    assert out.startswith("Removed 1 folder of a run that ended early")
    assert str(temporary) in out
    assert list(temporary.iterdir()) == []
    assert run([script, "clean"], temporary)[1].startswith("No run that ended early")


def test_the_workspace_of_a_running_process_stays(study, script, temporary):
    waits = KILLED.replace("os.kill(os.getpid(), signal.SIGKILL)", "print(flush=True); input()")
    command = [sys.executable, "-P", "-c", waits, study.path, study.folder / "slow", "polars"]
    running = start(command, temporary, stdin=subprocess.PIPE)
    running.stdout.readline()
    (workspace,) = temporary.iterdir()
    status, out, _ = run([script, "clean"], temporary)
    assert status == 0
    assert "1 folder in use" in out
    assert list(workspace.rglob("validated_spells.parquet"))
    _, err = running.communicate("\n")
    assert running.returncode == 0, err
    assert list(temporary.iterdir()) == []


def test_a_link_in_the_place_of_a_workspace_is_not_followed(study, script, temporary, tmp_path):
    left = kill_a_run(study, temporary)
    left.rename(tmp_path / "elsewhere")
    left.symlink_to(tmp_path / "elsewhere")
    assert run([script, "clean"], temporary)[0] == 0
    assert list((tmp_path / "elsewhere").rglob("validated_spells.parquet"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a folder to another user")
def test_what_a_run_of_another_user_left_stays(study, script, temporary):
    left = kill_a_run(study, temporary)
    os.chown(left, 12345, 12345)
    assert run([script, "clean"], temporary)[0] == 0
    assert list(left.rglob("validated_spells.parquet"))


def test_files_without_a_lock_are_removed_by_nobody_and_an_empty_folder_is(script, temporary):
    """A run makes its folder first, and its lock before any file."""
    for name in ("empty", "filled"):
        (temporary / f"rtw-workspace-{name}").mkdir()
    (temporary / "rtw-workspace-filled" / "notes.txt").write_text("mine")
    assert run([script, "clean"], temporary)[0] == 0
    assert [path.name for path in temporary.iterdir()] == ["rtw-workspace-filled"]


def test_a_workspace_can_be_read_by_its_owner_alone(study, temporary):
    command = [sys.executable, "-P", "-c", KILLED, study.path, study.folder / "killed", "polars"]
    run(command, temporary, preexec_fn=lambda: os.umask(0))
    (workspace,) = temporary.iterdir()
    assert stat.S_IMODE(workspace.stat().st_mode) == 0o700


def test_a_temporary_folder_that_may_not_be_written_is_told(study, script, temporary, without_root):
    temporary.chmod(0o555)
    status, out, err = run(
        [*without_root, script, "run", study.path, "--out", study.out], temporary
    )
    assert (status, out) == (5, "")
    assert str(temporary) in err
    assert "permission denied" in err


@pytest.mark.parametrize("variable", ["TMPDIR", "TEMP", "TMP"])
@pytest.mark.parametrize("kind", ["missing", "file"])
def test_a_temporary_folder_that_is_named_is_not_replaced_by_another(
    study, script, temporary, variable, kind
):
    (temporary / "file").touch()
    named = {"TMPDIR": "", "TEMP": "", "TMP": ""} | {variable: str(temporary / kind)}
    done = subprocess.run(
        [script, "run", study.path, "--out", study.out],
        env=os.environ | named,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 5
    assert done.stdout == ""
    assert done.stderr.count("rtw: ") == 1
    assert "there is no such folder" in done.stderr
    assert variable in done.stderr
    assert str(temporary / kind) in done.stderr


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
@pytest.mark.parametrize("size", [0, 100, 1500])
def test_a_temporary_folder_that_takes_no_more_is_no_fault_of_the_delivery(
    demo, script, temporary, tmp_path, engine, size
):
    """A limit on the size of a file stands in for the full disk."""

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    command = [script, "run", demo / "study.yaml", "--out", tmp_path / "out", "--engine", engine]
    status, out, err = run(command, temporary, preexec_fn=limit)
    assert (status, out) == (5, "")
    assert str(temporary) in err
    assert "cannot be read" not in err
    assert err.count("rtw: ") == 1
    assert "Traceback" not in err
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("kind", ["utf-16", "feather"])
def test_a_file_that_is_written_anew_into_a_full_temporary_folder_is_no_fault_of_the_delivery(
    study, script, temporary, kind
):
    """Python writes text of another encoding anew, and Arrow writes typed files."""
    spells = (study.folder / "spells.csv").read_text()
    if kind == "feather":
        pl.read_csv(spells.encode()).write_ipc(study.folder / "spells.feather")
        study.write(study=(study.path.read_text()).replace("spells.csv", "spells.feather"))
    else:
        study.write(spells=spells.encode("utf-16"))

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    status, out, err = run_study(study, script, temporary, preexec_fn=limit)
    assert (status, out) == (5, "")
    assert err.startswith(f"rtw: Temporary files cannot be written to {temporary}: ")
    assert "TMPDIR" in err
    assert list(temporary.iterdir()) == []
