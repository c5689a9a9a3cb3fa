"""Write the reference documentation, or check that it is what would be written.

    python -m tests.spec.render            writes docs/reference/
    python -m tests.spec.render --check    changes nothing; fails when a page is stale

To be run from the root of the repository, in which the package is installed editable.
"""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.spec.pages.commands import render_commands
from tests.spec.pages.definitions import render_definitions
from tests.spec.pages.language import render_language
from tests.spec.pages.meaning import IDEAS, render_idea, render_index
from tests.spec.pages.people import render_people
from tests.spec.pages.profile import render_profile
from tests.spec.pages.python import render_python
from tests.spec.pages.study import render_study

FOLDER = Path(__file__).parents[2] / "docs" / "reference"
PAGES: dict[str, Callable[[], str]] = {
    "meaning.md": render_index,
    **{f"meaning/{name}.md": partial(render_idea, name) for name in IDEAS},
    "edge_cases.md": render_people,
    "definitions.md": render_definitions,
    "definition_language.md": render_language,
    "study.md": render_study,
    "profile.md": render_profile,
    "commands.md": render_commands,
    "python.md": render_python,
}


def write_pages() -> None:
    """Write every page."""
    for name, text in [(name, render()) for name, render in PAGES.items()]:
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def find_stale_pages() -> list[str]:
    """The pages that differ from what would be written, are missing, or are no longer made."""
    differing = [name for name, render in PAGES.items() if _read(name) != render()]
    left_over = {path.name for path in (FOLDER / "meaning").glob("*.md")} - {
        Path(name).name for name in PAGES if name.startswith("meaning/")
    }
    return [*differing, *sorted(f"meaning/{name}" for name in left_over)]


def _read(name: str) -> str | None:
    path = FOLDER / name
    return path.read_text(encoding="utf-8") if path.is_file() else None


def main(arguments: list[str]) -> str | None:
    """Write or check; the text says what is wrong."""
    if arguments not in ([], ["--check"]):
        return "usage: python -m tests.spec.render [--check]"
    if not arguments:
        write_pages()
        return None
    stale = find_stale_pages()
    if not stale:
        return None
    return "stale in docs/reference/: {}. Run `python -m tests.spec.render`.".format(
        ", ".join(stale)
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
