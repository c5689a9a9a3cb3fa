"""The location of the documentation, and the subjects of its pages."""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

# The first lines of the others say what they are about.
README, ABOUT_README = "README.md", "What it is, how to begin, and what the results hold"
FIRST = (README, "GLOSSARY.md", "CHANGELOG.md", "CONTRIBUTING.md")


def locate_docs() -> Path:
    """The folder of the documentation: `docs/` of an installation, or the repository itself."""
    place = Path(str(files("rtw_outcomes.specs"))).parent
    return place if (place / README).is_file() else place / "docs"


def list_pages(folder: Path) -> Iterator[tuple[str, str]]:
    """Each page by its path in the folder, with what it is about."""
    paths = [folder / name for name in FIRST] + sorted((folder / "docs").rglob("*.md"))
    for path in paths:
        heading = next(
            line for line in path.read_text("utf-8").splitlines() if line.startswith("# ")
        )
        about = ABOUT_README if path.name == README else heading.removeprefix("# ")
        yield path.relative_to(folder).as_posix(), about
