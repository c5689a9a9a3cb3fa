"""The page of the report loads nothing and runs nothing, and its policy says so to the browser."""

from html.parser import HTMLParser

import pytest

POLICY = {
    "default-src": "'none'",
    "style-src": "'unsafe-inline'",
    "base-uri": "'none'",
    "form-action": "'none'",
}


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.elements = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def place(self, tag, **wanted):
        return next(
            place
            for place, (name, attributes) in enumerate(self.elements)
            if name == tag and wanted.items() <= attributes.items()
        )


@pytest.fixture
def page(study):
    return Page((study.out / "report.html").read_text())


def test_the_policy_of_the_page_stands_before_all_that_it_is_about(page):
    place = page.place("meta", **{"http-equiv": "Content-Security-Policy"})
    assert place < page.place("style")
    rules = page.elements[place][1]["content"].split("; ")
    assert dict(rule.split(" ", 1) for rule in rules) == POLICY


def test_the_page_has_nothing_that_its_policy_forbids(page):
    loading = {"script", "link", "img", "iframe", "object", "embed", "form", "base", "svg", "video"}
    assert {tag for tag, _ in page.elements} & loading == set()
    names = {name for _, attributes in page.elements for name in attributes}
    assert [name for name in names if name.startswith("on") or name == "src"] == []
    links = [attributes["href"] for tag, attributes in page.elements if tag == "a"]
    assert [link for link in links if not link.startswith("#")] == []


def test_the_style_of_the_page_loads_nothing(study):
    text = (study.out / "report.html").read_text()
    assert "url(" not in text
    assert "@import" not in text
