"""Runs that are interrupted, killed, or not alone: all old files or all new ones.

The instant between two renames, which no kill at a random moment hits, is tested in
tests/unit/test_results_folder.py.
"""

import hashlib
import json
import random
import signal
import subprocess
import time

import pytest

ABOUT_PERSONS = {"outcomes.parquet", "rejected.parquet"}
MAY_LEAVE = {"summary.csv", "report.html"}
NAMES = {*ABOUT_PERSONS, *MAY_LEAVE, "manifest.json", "release"}
ONE = ("--outcome", "work_state_12m")


@pytest.fixture(scope="module")
def started(plain_demo, script, tmp_path_factory):
    """A starter of runs of the demo into one folder, and the seconds that a whole run takes."""
    out = tmp_path_factory.mktemp("interrupted") / "results"

    def start(*arguments):
        return subprocess.Popen(
            [script, "run", plain_demo, "--out", out, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    begun = time.monotonic()
    run = start()
    run.communicate()
    assert run.returncode == 0
    return start, out, time.monotonic() - begun


def assert_whole(out):
    """The files are of one run: the fingerprints of both manifests fit, and are the same."""
    manifests = []
    for folder, names in ((out / "release", MAY_LEAVE), (out, ABOUT_PERSONS | MAY_LEAVE)):
        manifests.append(json.loads((folder / "manifest.json").read_text()))
        assert set(manifests[-1]["files"]) == names
        for name, digest in manifests[-1]["files"].items():
            assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    assert manifests[0]["files"].items() <= manifests[1]["files"].items()
    return manifests[1]


def hidden(out):
    return sorted(path.name for path in out.iterdir() if path.name not in NAMES)


def wait_until_it_works(run, out, seconds):
    """Return when a run has begun to work in its folder: it has something hidden there."""
    end = time.monotonic() + seconds
    before = hidden(out)
    while hidden(out) == before and time.monotonic() < end and run.poll() is None:
        time.sleep(0.005)


@pytest.mark.parametrize("later", [0.01, 0.1, 0.4])
def test_ctrl_c_gives_130_without_a_traceback_and_leaves_nothing_hidden(started, later):
    start, out, seconds = started
    run = start()
    wait_until_it_works(run, out, seconds)
    time.sleep(later)
    run.send_signal(signal.SIGINT)
    _, err = run.communicate()
    assert_whole(out)
    assert hidden(out) == []
    assert "Traceback" not in err
    assert "A fault" not in err
    assert run.returncode in (0, 130)


@pytest.mark.parametrize("share", [0.1])
def test_ctrl_c_while_the_program_is_loaded_gives_130_without_a_traceback(started, share):
    start, _, seconds = started
    run = start(*ONE)
    time.sleep(seconds * share)
    run.send_signal(signal.SIGINT)
    _, err = run.communicate()
    assert "Traceback" not in err
    assert run.returncode in (130, -signal.SIGINT)


@pytest.mark.parametrize("later", [0.05, 0.3])
def test_a_request_to_end_leaves_nothing_hidden(started, later):
    start, out, seconds = started
    before = hidden(out)
    run = start(*ONE)
    wait_until_it_works(run, out, seconds)
    time.sleep(later)
    run.terminate()
    run.communicate()
    assert_whole(out)
    assert hidden(out) == before


def test_a_kill_at_any_moment_leaves_all_old_or_all_new_files_and_the_next_run_cleans_up(started):
    start, out, seconds = started
    moments = random.Random(4)
    for number in range(4):
        run = start(*(() if number % 2 else ONE))
        time.sleep(seconds * moments.uniform(0.7, 1.05))
        run.kill()
        run.communicate()
        assert_whole(out)
    run = start()
    run.communicate()
    assert run.returncode == 0
    assert len(assert_whole(out)["outcomes"]) == 3
    assert hidden(out) == []


def test_of_runs_into_one_folder_at_once_one_writes_and_the_other_is_refused(started):
    start, out, _ = started
    runs = [start(*ONE), start()]
    errors = [run.communicate()[1] for run in runs]
    statuses = [run.returncode for run in runs]
    assert 0 in statuses
    assert set(statuses) <= {0, 5}
    refused = [text for text, status in zip(errors, statuses, strict=True) if status == 5]
    assert all(str(out) in text and "Another run is writing" in text for text in refused)
    assert_whole(out)
