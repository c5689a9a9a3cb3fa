"""The texts of the page in one language, and how the language writes numbers."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from rtw_outcomes.errors import UsageError, suggest
from rtw_outcomes.report.numbers import HIDDEN, show_numbers
from rtw_outcomes.report.reading import ReportNumber

LANGUAGES = ("en", "sv")
RECORDED = "en"  # the language of the record of a run
NUMBER = re.compile(
    r"(?P<before>[<>≤≥~] ?)?(?P<sign>[-+−]?)(?P<whole>[0-9][0-9,]*)(?P<part>\.[0-9]+)?"
)
LENGTH = re.compile("([0-9]+)[ _](day|week|month|year)s?")
THOUSAND = 3  # digits
COUNT = re.compile("(about|fewer than) ([0-9,]+)")
COUNTED = re.compile("((?:about|fewer than) [0-9,]+|[0-9,]+) (.*)", re.DOTALL)


@dataclass(frozen=True)
class Wording:
    """The texts of one language by their keys.

    Attributes:
        language: `en` or `sv`, as the page says it to a screen reader.
        texts: the texts by key, such as `overview.title`, with places for values in braces.
        sentences: what the record says in English, such as why a number is hidden, in this language.
        grouped_from: how many digits a number has at least that is written with marks for thousands.
    """

    language: str
    texts: dict[str, str]
    sentences: dict[str, str] = field(default_factory=dict)
    grouped_from: int = 4

    def __call__(self, key: str, **values: object) -> str:
        """A text with its values."""
        return self.texts[key].format(**values)

    def form(self, name: str) -> str:
        """How numbers are put together, with an empty place in braces for each."""
        return self.texts[f"form.{name}"]

    def word(self, name: str) -> str:
        """A state, cause or statistic in the words of the page; of a name that nobody knows its own words."""
        if name.isdecimal():
            return name.lstrip("0") or name  # the number of a period, written with zeros in front
        length = LENGTH.fullmatch(name)
        if length:
            unit = self.texts[f"length.{length[2]}{'' if length[1] == '1' else 's'}"]
            return f"{length[1]}\N{NO-BREAK SPACE}{unit}"
        if ": " in name:  # a state on a day
            return ", ".join(map(self.word, name.split(": ")))
        if name.startswith("censored_"):
            return self("word.censored_by", reason=self.word(name.removeprefix("censored_")))
        known = self.texts.get(f"word.{name.replace(' ', '_')}")
        return name.replace("_", " ") if known is None else known

    def tell(self, text: str) -> str:
        """A sentence of the record in this language, without its stop; as it is where there is none."""
        return self.sentences.get(text.rstrip("."), text.rstrip("."))

    def give_reason(self, text: str) -> str:
        """Why numbers are hidden as a sentence, without its stop; as the record says it where there is none."""
        for key, recorded in read_wording(RECORDED).texts.items():
            if recorded == text.rstrip(".") and key.startswith("sentence."):
                return self.texts.get(key.replace("sentence.", "reason."), self.tell(text))
        return text.rstrip(".")

    def knows(self, text: str) -> bool:
        """Whether there is a sentence of the record in this language."""
        return self.language == RECORDED or text.rstrip(".") in self.sentences

    def told_count(self, count: object) -> str:
        """A count of the record: a number, or words such as `fewer than 5`; hidden where it is not told."""
        if count is None or count == "":
            return HIDDEN
        words = COUNT.fullmatch(str(count))
        if not words:
            return self.number(str(count))
        key = "count.about" if words[1] == "about" else "count.fewer"
        return self(key, count=self.number(words[2]))

    def put_count(self, text: str) -> str:
        """A sentence of the record that begins with a count, with the count as the language writes it."""
        found = COUNTED.fullmatch(text)
        return f"{self.told_count(found[1])} {self.tell(found[2])}" if found else text

    def number(self, text: str) -> str:
        """A number that is written with a point, in the writing of the language; another text as it is."""
        found = NUMBER.fullmatch(text.strip())
        if not found:
            return text
        sign = found["sign"].replace("-", "−")
        whole = found["whole"].replace(",", "")
        if len(whole) >= self.grouped_from:
            whole = _group(whole, self.texts["number.thousands"])
        part = (found["part"] or "").replace(".", self.texts["number.decimal"])
        return f"{found['before'] or ''}{sign}{whole}{part}"

    def count(self, number: int) -> str:
        """A whole number."""
        return self.number(str(number))

    def show(self, column: Sequence[ReportNumber | None]) -> list[str]:
        """The numbers of one column: as many decimals as the table tells, filled up with zeros.

        A whole number stays whole: it may have been rounded to hide a person.
        """
        texts = [each.text if each else "" for each in column]
        bare = [
            place
            for place, each in enumerate(column)
            if each and not each.text and each.value is not None
        ]
        shown = show_numbers([each.value for place in bare if (each := column[place])])
        for place, text in zip(bare, shown, strict=True):
            texts[place] = text
        decimals = [len(text.partition(".")[2]) for text in texts if NUMBER.fullmatch(text)]
        # A zero has as many as the others: it may have been told without a step.
        others = [len(text.partition(".")[2]) for text in texts if _is_not_zero(text)]
        most = max(others or decimals, default=0)
        return [
            self._show(each, _fill_up(text, most)) for each, text in zip(column, texts, strict=True)
        ]

    def _show(self, released: ReportNumber | None, text: str) -> str:
        if released is None:
            return ""
        if released.is_hidden:
            return HIDDEN
        return self.number(text) if text else self("number.none")


@cache
def read_wording(language: str) -> Wording:
    """The texts of a language.

    Raises:
        UsageError: there are none in this language.
    """
    if language not in LANGUAGES:
        known = " or ".join(f"`{each}`" for each in LANGUAGES)
        hint = suggest(language, LANGUAGES)
        raise UsageError(f"there is no report in this language; expected {known}. {hint}".strip())
    texts, recorded = _read_texts(language), _read_texts(RECORDED)
    sentences = {
        english: texts[key] for key, english in recorded.items() if key.startswith("sentence.")
    }
    return Wording(language, texts, sentences)


def _read_texts(language: str) -> dict[str, str]:
    text = files("rtw_outcomes.report.texts").joinpath(f"{language}.toml").read_text("utf-8")
    return dict(_list_texts(tomllib.loads(text)))


def _list_texts(table: dict[str, Any], before: str = "") -> list[tuple[str, str]]:
    texts: list[tuple[str, str]] = []
    for key, value in table.items():
        whole = f"{before}{key}"
        texts += _list_texts(value, f"{whole}.") if isinstance(value, dict) else [(whole, value)]
    return texts


def _group(digits: str, separator: str) -> str:
    first = len(digits) % THOUSAND or THOUSAND
    parts = [
        digits[:first],
        *(digits[i : i + THOUSAND] for i in range(first, len(digits), THOUSAND)),
    ]
    return separator.join(parts)


def _is_not_zero(text: str) -> bool:
    return bool(NUMBER.fullmatch(text)) and any(digit in text for digit in "123456789")


def _fill_up(text: str, decimals: int) -> str:
    """A number with decimals has as many as the others; only zeros are added, and only those of a zero go."""
    whole, _, part = text.partition(".")
    if not part or not NUMBER.fullmatch(text):
        return text
    if len(part) > decimals:
        return f"{whole}.{part[:decimals]}" if decimals else whole
    return text + "0" * (decimals - len(part))
