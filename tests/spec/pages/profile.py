"""The profile of a register as a page: its keys from the model."""

from typing import get_args

from rtw_outcomes.intake.format import DateForm
from rtw_outcomes.intake.profile import list_registers
from rtw_outcomes.intake.validation import COMPARISONS
from rtw_outcomes.language.vocabulary import BENEFITS
from tests.spec.pages.keys import render_keys
from tests.spec.pages.markdown import list_words, render_page

ABOUT = """\
A register profile is a YAML file with these keys and no others. It says how the delivery of one register is
laid out, which rows are no absence, and what nobody has confirmed. `rtw schema profile` prints the same keys
as a JSON Schema, for editors. A study names a shipped profile (`register: midas`) or the path of a profile
of your own (`register: my_register.yaml`)."""


def render_profile() -> str:
    """The page of all keys of a register profile."""
    return render_page(
        "The register profile",
        "the keys are in rtw_outcomes/intake/profile.py",
        [
            ABOUT,
            "## Keys",
            *render_keys("profile"),
            "## Words",
            f"Registers: {list_words(list_registers())}.",
            f"Benefits: {list_words(BENEFITS)}.",
            f"Comparisons: {list_words((*COMPARISONS, 'in'))}.",
            f"Forms of dates: {list_words(get_args(DateForm))}.",
        ],
    )
