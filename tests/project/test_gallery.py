"""The gallery shows the pictures that there are, and says of the demo what the demo says of itself."""

import re
from xml.etree import ElementTree

from rtw_outcomes.demo import effect

PICTURE = re.compile(r"!\[([^\]]+)\]\(([^)]+)\)")


def test_the_gallery_shows_every_picture_and_says_what_it_is(root):
    shown = {
        path: text for text, path in PICTURE.findall((root / "docs/gallery.md").read_text("utf-8"))
    }
    there = {f"figures/{path.name}" for path in (root / "docs/figures").glob("*.svg")}
    assert set(shown) == there
    assert all(len(text) > 20 for text in shown.values())


def test_the_readme_shows_one_of_them(root):
    (picture,) = PICTURE.findall((root / "README.md").read_text("utf-8"))
    assert (root / picture[1]).is_file()


def test_a_picture_is_a_small_file_that_stands_alone(root):
    for path in (root / "docs/figures").glob("*.svg"):
        assert path.stat().st_size < 100_000, path.name
        drawing = ElementTree.parse(path).getroot()
        assert drawing.tag == "{http://www.w3.org/2000/svg}svg"
        assert {"viewBox", "width", "height"} <= set(drawing.keys())


def test_the_gallery_states_the_effect_of_the_demo(root):
    page = " ".join((root / "docs/gallery.md").read_text("utf-8").split())
    assert f"{effect.SHARE_SHORTENED:.0%}".replace("%", " percent of the spells") in page
    assert f"{-effect.TRUE_DIFFERENCE_IN_NET_DAYS} net days fewer" in page
    assert f"{effect.TRUE_DIFFERENCE_IN_RETURN} percentage points more" in page
