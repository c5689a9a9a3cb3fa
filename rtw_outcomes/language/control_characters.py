"""Characters that are not shown but do something: escaped in what is printed, refused in names.

A terminal obeys some of them, and some turn the direction of what is read, so that a text would look like
another one.
"""

import re

# Those of ASCII and of Latin 1, the separators of lines, and the marks of the direction of text.
CONTROL = re.compile(
    "[\x00-\x1f\x7f-\x9f\N{ARABIC LETTER MARK}\N{LEFT-TO-RIGHT MARK}\N{RIGHT-TO-LEFT MARK}"
    "\N{LINE SEPARATOR}-\N{RIGHT-TO-LEFT OVERRIDE}"
    "\N{LEFT-TO-RIGHT ISOLATE}-\N{POP DIRECTIONAL ISOLATE}]"
)
LINES = "\n\t"


def has_controls(text: str, besides: str = "") -> bool:
    """Whether a text holds a control character besides some."""
    return any(found not in besides for found in CONTROL.findall(text))


def show_controls(text: str, besides: str = "") -> str:
    r"""A text with its control characters escaped, besides some.

    >>> print(show_controls("a\x1b[31m\nb"))
    a\x1b[31m\nb
    """
    return CONTROL.sub(
        lambda found: (
            found[0] if found[0] in besides else found[0].encode("unicode_escape").decode()
        ),
        text,
    )
