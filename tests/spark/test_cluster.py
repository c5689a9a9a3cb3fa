"""Spark with two executors in processes of their own, one of which is killed; it takes minutes."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.minutes

PROGRAM = Path(__file__).with_name("cluster_program.py")


@pytest.mark.parametrize("what_happens", ["nothing", "kill"])
def test_two_executors_give_what_polars_gives_also_when_one_is_killed(what_happens, tmp_path):
    """In a process of its own, because a process has one Spark."""
    command = [sys.executable, PROGRAM, tmp_path, what_happens]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr[-2000:]
    killed = 1 if what_happens == "kill" else 0
    assert done.stdout.splitlines()[-1] == f"equal, executors killed: {killed}"
