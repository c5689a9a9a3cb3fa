"""A small study in a folder of its own, and the installed command to run on it.

The data hold values that occur nowhere else: a person, a diagnosis and a date. None of them may
be seen in anything that the command prints, nor in a file that is meant to be shown.
"""

import contextlib
import hashlib
import io
import os
import resource
import shutil
import sys
import sysconfig
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path

import polars as pl
import pytest

SECRETS = ("SECRET", "2019-11-13")
RESULT_FILES = {
    "outcomes.parquet",
    "summary.csv",
    "report.html",
    "rejected.parquet",
    "manifest.json",
    "release",
    "release/summary.csv",
    "release/report.html",
    "release/contents.txt",
    "release/manifest.json",
}
COMPARED_FILES = {
    f"{folder}results.{ending}" for folder in ("", "release/") for ending in ("csv", "parquet")
}

SPELLS = """\
person_id,start_date,end_date,extent,benefit,diagnosis
P-SECRET-77,2019-11-13,2020-01-31,100,sickness_benefit,F99SECRET
P-SECRET-77,2020-02-01,2020-02-29,50,sickness_benefit,F99SECRET
P-SECRET-78,2020-04-01,2020-04-10,100,sickness_benefit,M54
"""
COHORT = """\
person_id,index_date,arm
P-SECRET-77,2020-01-01,treated
P-SECRET-78,2020-04-01,control
"""
STUDY = """\
study: small
register: canonical
observed: {from: 2019-01-01, to: 2021-12-31}
spells: spells.csv
cohort: cohort.csv
outcomes: [net_sick_days_12m, full_rtw_28d]
"""


@dataclass(frozen=True)
class Finished:
    """A command that has ended."""

    status: int
    out: str
    err: str

    @property
    def said(self):
        """All that a person can see."""
        return self.out + self.err


def run_command(*arguments):
    """Call the registered console script inside this process."""
    (script,) = entry_points(group="console_scripts", name="rtw")
    command = script.load()
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    before, sys.argv = sys.argv, ["rtw", *map(str, arguments)]
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                command()
                status = 0
            except SystemExit as stop:
                status = stop.code or 0
    finally:
        sys.argv = before
    texts = []
    for stream in (out, err):
        stream.flush()
        texts.append(stream.buffer.getvalue().decode())
    return Finished(status, *texts)


def fingerprint(folder):
    """Every file below a folder, the hidden ones too, with a digest of what it holds."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        if path.is_file()
        else "folder"
        for path in sorted(folder.rglob("*"))
    }


class SmallStudy:
    """A study with its data in a folder, which a test may spoil before it runs it."""

    def __init__(self, folder, earlier):
        self.folder = folder
        self.path = folder / "study.yaml"
        self.out = folder / "results"
        self.write(spells=SPELLS, cohort=COHORT, study=STUDY)
        shutil.copytree(earlier, self.out)

    def write(self, spells=None, cohort=None, study=None):
        """Replace some of the three files; text or bytes."""
        for name, content in (
            ("spells.csv", spells),
            ("cohort.csv", cohort),
            ("study.yaml", study),
        ):
            if content is not None:
                self.put(name, content)
        return self

    def put(self, name, content):
        """Write one file, of text, of bytes or of a frame."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, pl.DataFrame):
            content.write_parquet(path)
        else:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return self

    def with_spells(self, name, content):
        """Give the study another spells file."""
        self.put(name, content)
        return self.write(study=STUDY.replace("spells.csv", f"'{name}'"))

    def with_cohort(self, name, content):
        """Give the study another cohort file."""
        self.put(name, content)
        return self.write(study=STUDY.replace("cohort.csv", f"'{name}'"))

    def show_all(self):
        """Show groups of every size, so that all numbers are told exactly."""
        return self.write(study=f"{self.path.read_text()}suppress_below: 1\nsynthetic: true\n")

    def run(self, *arguments):
        """`rtw run` into the folder of the earlier results."""
        return run_command("run", self.path, "--out", self.out, *arguments)

    def outcomes(self):
        """The results as a frame."""
        return pl.read_parquet(self.out / "outcomes.parquet")

    def outcomes_of(self, **files):
        """The results of a run that goes well with these of the three files."""
        self.write(**files).assert_runs()
        return self.outcomes()

    def rejected(self):
        """The rejected rows as a frame."""
        return pl.read_parquet(self.out / "rejected.parquet")

    def assert_runs(self, *arguments):
        """The run goes well and no value of the data is seen."""
        finished = self.run(*arguments)
        assert finished.status == 0, finished.err
        assert_no_secret(finished.said)
        assert set(fingerprint(self.out)) == self.result_files()
        return finished

    def result_files(self):
        """The files of a run; those of a study that compares or describes are more."""
        text = self.path.read_text()
        compares = "\ncompare:" in text or "\ndescribe:" in text
        return RESULT_FILES | COMPARED_FILES if compares else RESULT_FILES

    def assert_refused(self, status, *words, arguments=()):
        """The run stops with one message, says these words, and leaves what was there before."""
        before = fingerprint(self.out)
        finished = self.run(*arguments)
        assert finished.status == status, finished.said
        assert_one_message(finished)
        for word in words:
            assert word in finished.err
        assert fingerprint(self.out) == before
        return finished


def assert_no_secret(text):
    """No value of the data is in a text."""
    assert not [secret for secret in SECRETS if secret in text], text


def assert_one_message(finished):
    """One message on standard error, nothing on standard output, no traceback, no data value."""
    assert finished.out == ""
    assert finished.err.count("rtw: ") == 1, finished.err
    assert finished.err.startswith("rtw: "), finished.err
    assert "Traceback" not in finished.err
    assert "A fault in rtw_outcomes" not in finished.err
    assert_no_secret(finished.err)


@pytest.fixture(scope="session")
def earlier(tmp_path_factory):
    """The results of a good run, made once."""
    folder = tmp_path_factory.mktemp("earlier")
    for name, text in (("spells.csv", SPELLS), ("cohort.csv", COHORT), ("study.yaml", STUDY)):
        (folder / name).write_text(text)
    finished = run_command("run", folder / "study.yaml", "--out", folder / "results")
    assert finished.status == 0, finished.err
    return folder / "results"


@pytest.fixture(scope="session")
def make_study(tmp_path_factory, earlier):
    """A maker of good studies whose results are already there."""
    return lambda: SmallStudy(tmp_path_factory.mktemp("work"), earlier)


@pytest.fixture
def study(make_study):
    """A good study whose results are already there."""
    return make_study()


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """A small demo delivery, made once; not to be changed."""
    folder = tmp_path_factory.mktemp("demo") / "delivered"
    finished = run_command("demo", folder, "--persons", 1000)
    assert finished.status == 0, finished.err
    return folder


@pytest.fixture(scope="session")
def plain_demo(demo):
    """A study of the demo that compares nothing, for what is not about its results."""
    text, _ = (demo / "study.yaml").read_text().split("outcomes:")
    path = demo / "plain.yaml"
    path.write_text(f"{text}outcomes: [net_sick_days_12m, full_rtw_28d, work_state_12m]\nby: arm\n")
    return path


@contextlib.contextmanager
def files_limited_to(size):
    """No file may become larger: stands in for a full disk, which is met at the same calls."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture(scope="session")
def limit_files():
    """A context in which no file may become larger than so many bytes."""
    return files_limited_to


@pytest.fixture
def rtw():
    """The registered command: arguments in, status and texts out."""
    return run_command


@pytest.fixture(scope="session")
def script():
    """The path of the installed console script, for what needs a process of its own."""
    return Path(sysconfig.get_path("scripts")) / "rtw"


@pytest.fixture(scope="session")
def without_root():
    """The start of a command line that obeys file permissions, also where tests run as root."""
    if os.geteuid() != 0:
        return []
    if not shutil.which("setpriv"):
        pytest.skip("root may read and write everything here")
    dropped = "-dac_override,-dac_read_search"
    return ["setpriv", f"--bounding-set={dropped}", f"--inh-caps={dropped}"]
