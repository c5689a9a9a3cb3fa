"""How long short commands take, beside what importing their library for commands takes alone."""

import subprocess
import sys
import time
from pathlib import Path

ROUNDS = 9
COMMANDS = {
    "rtw --help": (str(Path(sys.executable).with_name("rtw")), "--help"),
    "import typer": (sys.executable, "-c", "import typer"),
    "rtw list": (str(Path(sys.executable).with_name("rtw")), "list"),
    "rtw show": (str(Path(sys.executable).with_name("rtw")), "show", "net_sick_days_12m"),
}


def time_startup() -> dict[str, float]:
    """Seconds of each command as a process, the fastest of a few rounds taken in turns."""
    fastest = dict.fromkeys(COMMANDS, float("inf"))
    for _ in range(ROUNDS):
        for name, command in COMMANDS.items():
            start = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True)
            fastest[name] = min(fastest[name], time.perf_counter() - start)
    return fastest
