"""Pages from templates: the one module that talks to Jinja."""

from functools import cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template

from rtw_outcomes.language.control_characters import LINES, show_controls
from rtw_outcomes.report.numbers import show_numbers


def render_template(name: str, room: str, **values: object) -> str:
    """A template of a room, filled; the tags and the control characters in what it is filled with are escaped."""
    return _read_template(name, room).render(**values)


@cache
def _read_template(name: str, room: str) -> Template:
    """A template, compiled once in a process."""
    environment = Environment(
        autoescape=True,
        finalize=_show,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["numbers"] = show_numbers
    return environment.from_string(files(f"rtw_outcomes.{room}").joinpath(name).read_text("utf-8"))


def _show(value: object) -> object:
    """A text with its control characters escaped; what a macro made is made of such texts."""
    is_text = isinstance(value, str) and not hasattr(value, "__html__")
    return show_controls(str(value), LINES) if is_text else value
