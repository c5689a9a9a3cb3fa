"""The sources of a delivery, as a study file names them: files, or queries in a database."""

from typing import Annotated, Any, Self

from pydantic import (
    BeforeValidator,
    Field,
    GetJsonSchemaHandler,
    PlainSerializer,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from rtw_outcomes.intake.format import Format
from rtw_outcomes.language.yaml_types import ClosedMapping, Text

CONNECTION = "^env:[A-Za-z_][A-Za-z0-9_]*$"


class DataSource(ClosedMapping):
    """A file, several files that belong together, or a query in a database."""

    file: Text | None = None
    """The path, relative to the study file; a folder or a pattern for several files."""

    query: Text | None = None
    """A query in a database, in place of a file."""

    connection: Annotated[str, Field(pattern=CONNECTION)] | None = None
    """`env:NAME`: the environment variable that says how the database is reached, password included."""

    format: Format = Format()
    """How the source is written, where that is not what the study says for all sources."""

    columns: dict[str, str] = Field(default_factory=dict)
    """Columns that have other names in this source, added to those of the study."""

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        if (self.file is None) == (self.query is None):
            raise ValueError("a source has either `file` or `query`")
        if (self.query is None) != (self.connection is None):
            raise ValueError("`query` and `connection` go together")
        return self

    @property
    def name(self) -> str:
        """The name of the source, for messages: the path as the study writes it."""
        return self.file or "the query"


class Source(DataSource):
    """A source of register rows, or the one of the cohort."""

    register_: Text | None = Field(default=None, alias="register")
    """The name of a register profile, or the path of one of your own, in place of the study's."""

    def shorten(self) -> Any:
        """The source as a file says it: the path alone, where nothing else is said."""
        if self.model_fields_set == {"file"}:
            return self.file
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)


def _read_source(value: object) -> object:
    return {"file": value} if isinstance(value, str) else value


def _read_sources(value: object) -> object:
    return (
        [_read_source(each) for each in value]
        if isinstance(value, list)
        else (_read_source(value),)
    )


def _shorten(sources: tuple[Source, ...]) -> Any:
    short = [each.shorten() for each in sources]
    return short[0] if len(short) == 1 else short


class _OrText:
    """Says in the JSON Schema that a text may stand for a mapping with `file` alone."""

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        text = {"type": "string", "minLength": 1}
        form = handler(schema)
        if "items" in form:
            form["items"] = {"anyOf": [text, form["items"]]}
        return {"anyOf": [text, form]}


OneSource = Annotated[
    Source, BeforeValidator(_read_source), PlainSerializer(Source.shorten), _OrText()
]
Sources = Annotated[
    tuple[Source, ...],
    BeforeValidator(_read_sources),
    Field(min_length=1),
    PlainSerializer(_shorten),
    _OrText(),
]
