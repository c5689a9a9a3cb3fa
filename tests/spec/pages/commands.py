"""The command line as a page: what `--help` prints, word for word."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.spec.pages.markdown import render_page

RTW = Path(sys.executable).with_name("rtw")
# Help texts are broken to the width of the screen, and coloured where it can show colours.
SCREEN = {"COLUMNS": "80", "TERM": "dumb", "NO_COLOR": "1"}


def render_commands() -> str:
    """The page of all commands, in the order of the command line's own help."""
    overview = run_help()
    commands = re.findall(r"^  ([a-z]+) ", overview.partition("Commands:\n")[2], flags=re.MULTILINE)
    parts = [f"## rtw {name}\n\n{_render_help(run_help(name))}" for name in commands]
    return render_page("Commands", "the texts are in cli/app.py", [_render_help(overview), *parts])


def run_help(*command: str) -> str:
    """What the installed command prints."""
    done = subprocess.run(
        [RTW, *command, "--help"],
        env=os.environ | SCREEN,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def _render_help(text: str) -> str:
    return f"```text\n{text.rstrip()}\n```"
