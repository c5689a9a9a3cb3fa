"""`rtw run --engine spark` with a session of its own; it takes minutes."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rtw_outcomes.demo.delivery import write_demo
from rtw_outcomes.engines.sql.spark_session import VARIABLES
from tests.library.test_stock_outcomes import ask_for_all

pytestmark = pytest.mark.minutes

RTW = Path(sys.executable).with_name("rtw")
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in VARIABLES}


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """The demo with the whole library."""
    files = write_demo(tmp_path_factory.mktemp("demo"), persons=600)
    ask_for_all(files)
    return files.study


def start(study, out, engine, temporary):
    temporary.mkdir()
    return subprocess.Popen(
        [RTW, "run", study, "--out", out, "--engine", engine],
        env=ENVIRONMENT | {"TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_whole_library_gives_the_files_that_polars_gives(study, tmp_path):
    said = {}
    for engine in ("polars", "spark"):
        run = start(study, tmp_path / engine, engine, tmp_path / f"{engine}_temporary")
        out, err = run.communicate()
        assert run.returncode == 0, err
        said[engine] = (out + err).replace(f"{tmp_path / engine}", "OUT")
        assert list((tmp_path / f"{engine}_temporary").iterdir()) == []
    assert said["spark"].replace("engine spark", "engine polars") == said["polars"]
    for name in ("outcomes.parquet", "summary.csv", "rejected.parquet"):
        found, expected = ((tmp_path / each / name).read_bytes() for each in ("spark", "polars"))
        assert found == expected, name


def test_an_interrupt_ends_the_run_and_leaves_nothing(study, tmp_path):
    temporary = tmp_path / "temporary"
    run = start(study, tmp_path / "out", "spark", temporary)
    while not list(temporary.glob("rtw-workspace-*/files/blockmgr-*")):  # Spark has begun
        assert run.poll() is None
        time.sleep(0.05)
    begun = time.monotonic()
    run.send_signal(signal.SIGINT)
    out, err = run.communicate()
    assert (run.returncode, out) == (130, "")
    assert err == "rtw: Interrupted. Results are replaced only when all are complete.\n"
    assert time.monotonic() - begun < 30
    assert list(temporary.iterdir()) == []
    assert not (tmp_path / "out").exists()
