"""The Python interface as a page: signatures and docstrings of every public name."""

import inspect
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

import rtw_outcomes
from tests.spec.pages.markdown import render_page

ABOUT = """\
Everything that `import rtw_outcomes` offers. The names are loaded when they are first used. Nothing is
printed unless `progress` asks for it."""


def render_python() -> str:
    """The page: functions first, then what they return, then the errors."""
    public = {name: getattr(rtw_outcomes, name) for name in rtw_outcomes.__all__}
    functions = [name for name, each in public.items() if inspect.isfunction(each)]
    classes = [name for name in public if name not in functions]
    errors = [name for name in classes if issubclass(public[name], Exception)]
    returned = [name for name in classes if name not in errors]
    parts = [ABOUT]
    for title, names in (("Functions", functions), ("Types", returned), ("Errors", errors)):
        parts += [f"## {title}", *(part for name in names for part in _render(name, public[name]))]
    return render_page("Python", "the texts are the docstrings of rtw_outcomes/", parts)


def _render(name: str, public: Any) -> Iterator[str]:
    yield f"### `{name}`"
    if inspect.isfunction(public):
        yield f"```python\n{_sign(name, public)}\n```"
    yield f"```text\n{inspect.getdoc(public)}\n```"
    if inspect.isclass(public) and not issubclass(public, BaseModel | Exception):
        members = [
            f"- `{key}`: {' '.join((inspect.getdoc(member) or '').split())}"
            for key, member in vars(public).items()
            if isinstance(member, property) and not key.startswith("_")
        ]
        if members:
            yield "\n".join(members)


def _sign(name: str, function: Any) -> str:
    """The signature, a parameter a line."""
    parameters = inspect.signature(function).parameters.values()
    lines, keyword_only = [], False
    for each in parameters:
        if each.kind is each.KEYWORD_ONLY and not keyword_only:
            lines.append("    *,")
            keyword_only = True
        default = "" if each.default is each.empty else f" = {each.default!r}"
        lines.append(f"    {each.name}{default},")
    return "\n".join([f"{name}(", *lines, ")"])
