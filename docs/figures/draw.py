"""Draw the pictures of the gallery: the figures of the demo's report, each as a file of its own.

python docs/figures/draw.py
"""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

from rtw_outcomes import run_study
from rtw_outcomes.demo.delivery import write_demo

# The name of each figure on the page, and the name of its file.
FIGURES = {
    "overview-0": "effects",
    "full_rtw_28d-0": "returns",
    "capnote_state-0": "states",
    "net_sick_days_by_quarter_12m-0": "quarters",
}
NAMESPACES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
HERE = Path(__file__).parent


def draw_gallery(folder: Path) -> None:
    """Run the demo, and write the figures that may leave under a folder."""
    with TemporaryDirectory() as temporary:
        study = write_demo(Path(temporary) / "demo").study
        run_study(study, Path(temporary) / "results")
        page = (Path(temporary) / "results/release/report.html").read_text("utf-8")
    for name, file in FIGURES.items():
        (folder / f"{file}.svg").write_text(cut_out(page, name), encoding="utf-8", newline="\n")


def cut_out(page: str, name: str) -> str:
    """The figure of a page as a file, which says itself what it is: no page is around it."""
    found = re.search(rf'<svg (viewBox="[^>]*") role="img" [^>]*"{name}-title [^>]*>', page)
    assert found, f"the report of the demo has no figure {name}; is matplotlib installed?"
    end = page.index("</svg>", found.end()) + len("</svg>")
    return f"<svg {NAMESPACES} {found[1]}>{page[found.end() : end]}\n"


if __name__ == "__main__":
    draw_gallery(HERE)
