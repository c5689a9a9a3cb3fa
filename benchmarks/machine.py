"""Where and with what a run was made, in words that name nobody's computer."""

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

LIBRARIES = ("rtw-outcomes", "polars", "duckdb", "pandas", "numba")


def describe_machine() -> str:
    """The processor and the cores that may be used."""
    return f"{_read_processor()}, {count_cores()} cores"


def count_cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def limit_cores(cores: int) -> None:
    """Let this process, and those that it starts, use so many cores at most."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])


def read_load() -> float:
    """How many processes used or awaited a core in the last minute; 0 where nobody counts them."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0


def describe_versions() -> str:
    """Python and the libraries that the times depend on."""
    libraries = (f"{name} {version(name)}" for name in LIBRARIES)
    return ", ".join((f"Python {platform.python_version()}", *libraries))


def read_commit() -> str:
    """The commit of the tree, marked when files differ from it; empty without git."""
    command = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    folder = Path(__file__).parent
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return done.stdout.strip()


def _read_processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
