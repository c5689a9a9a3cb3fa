"""The page in a browser: nothing is cut, and on a phone tables scroll in their boxes and not the page."""

import html
import json
import re
import shutil
import subprocess

import pytest

from rtw_outcomes.report.report import render_report

from .made_up_trial import make_manifest, make_table

NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
OPTIONS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")
PHONE, DESK = 375, 1200  # pixels

# The page has no script, so one around it measures it.
MEASURE = """<!doctype html><body><iframe style="border: 0; width: %dpx; height: 800px" srcdoc="%s"></iframe><script>
addEventListener("load", () => {
  const page = document.querySelector("iframe").contentDocument;
  page.querySelectorAll("details").forEach(each => each.open = true);
  const sides = each => each.getBoundingClientRect();
  const cut = [...page.querySelectorAll("svg text")].filter(text => {
    const inner = sides(text), outer = sides(text.closest("svg"));
    return inner.left < outer.left - 1 || inner.right > outer.right + 1 || inner.bottom > outer.bottom + 1;
  });
  const wide = [...page.querySelectorAll("main p, main h3, main ul, main summary, main figcaption")]
    .filter(each => sides(each).right > page.documentElement.clientWidth + 1);
  document.body.textContent = JSON.stringify({
    width: page.documentElement.scrollWidth,
    texts: page.querySelectorAll("svg text").length,
    cut: cut.map(each => each.textContent),
    wide: wide.map(each => each.textContent.slice(0, 80)),
    scrolling: [...page.querySelectorAll("[role=region]")].filter(each => each.scrollWidth > each.clientWidth).length,
  });
});
</script>"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium"),
]


def start(folder, *options):
    command = [CHROMIUM, *OPTIONS, f"--user-data-dir={folder / 'profile'}", *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)


def measure(folder, page, width):
    path = folder / "measure.html"
    path.write_text(MEASURE % (width, html.escape(page)), encoding="utf-8")
    window = f"--window-size={width + 100},900"
    shown = start(folder, window, "--dump-dom", "--virtual-time-budget=5000", path.as_uri()).stdout
    return json.loads(html.unescape(re.search(r"\{.*\}", shown, re.DOTALL)[0]))


@pytest.mark.parametrize("language", ["en", "sv"])
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_nothing_is_cut_at_any_width(language, width, tmp_path):
    groups = ["control", "a conversation with the employer and a coordinator"]
    found = measure(tmp_path, render_report(make_manifest(), make_table(groups), language), width)
    assert found["width"] <= width
    assert found["texts"] > 50
    assert (found["cut"], found["wide"]) == ([], [])
    assert (found["scrolling"] > 0) is (width == PHONE)


def test_the_page_prints(tmp_path):
    page, printed = tmp_path / "report.html", tmp_path / "report.pdf"
    page.write_text(render_report(make_manifest(), make_table()), encoding="utf-8")
    start(tmp_path, f"--print-to-pdf={printed}", page.as_uri())
    assert printed.read_bytes().startswith(b"%PDF")
