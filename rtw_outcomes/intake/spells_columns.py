"""The canonical columns of the register rows, as the register's profile and the study say them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rtw_outcomes.errors import refuse
from rtw_outcomes.intake.canonical_column import CanonicalColumn
from rtw_outcomes.intake.delivered_table import DeliveredTable, check_columns
from rtw_outcomes.intake.format import HoursOf
from rtw_outcomes.intake.plain_forms import expect_column
from rtw_outcomes.intake.profile import Profile

ROLES = {
    "person_id": "id",
    "start_date": "date",
    "end_date": "date",
    "extent": "number",
    "benefit": "text",
}
PERCENT_PER = {"percent": 1.0, "fraction": 100.0}
DAY_AFTER = "first_day_after"


def check_spells_columns(source: DeliveredTable, profile: Profile) -> None:
    """Every column that canonical columns are read from is there.

    Raises:
        ContractError: one is missing.
    """
    delivered = profile.list_roles()
    wanted = {role: delivered[role] for role in ROLES if role in delivered}
    joined = {name: name for name in profile.list_joined()}
    check_columns(source, wanted | profile.list_period() | joined)


def read_spells_columns(
    source: DeliveredTable, profile: Profile, types: Mapping[str, str | None]
) -> list[CanonicalColumn]:
    """The canonical columns of a source: those of every row, and those of its period where it has one.

    Raises:
        ContractError: the study names a column of hours that is not there.
    """
    cells = [_read_column(source, profile, types, role) for role in ROLES]
    period = [
        expect_column(source, name, delivered, "date", types[delivered])
        for name, delivered in profile.list_period().items()
    ]
    return _cut_to_period(cells, period)


def _read_column(
    source: DeliveredTable,
    profile: Profile,
    types: Mapping[str, str | None],
    role: str,
) -> CanonicalColumn:
    if role == "benefit" and profile.list_joined():
        return _join_codes(source, profile, types)
    name = profile.list_roles().get(role)
    if name is None:
        constant = getattr(profile.constants, role)
        kind = "VARCHAR" if isinstance(constant, str) else "DOUBLE"
        return CanonicalColumn(role, "", ROLES[role], kind, called=role, constant=constant)
    form = source.format
    unit = form.extent_unit or profile.extent_unit
    cell = expect_column(source, role, name, ROLES[role], types[name])
    if role == "benefit":  # a code may be written like a usual mark of a missing value
        return replace(cell, missing=form.missing or ())
    if role == "end_date":
        return replace(
            cell, is_end=True, open_end=form.open_end, day_after=form.end_is == DAY_AFTER
        )
    if role != "extent":
        return cell
    if isinstance(unit, HoursOf):
        hours = unit.hours_of
        if hours not in types:
            hint = "It is named under `extent_unit: {hours_of: ...}`"
            raise refuse(source.name, f"the column `{hours}` is missing", hint=hint)
        return replace(
            cell, full_time=replace(cell, name="full_time", delivered=hours, type=types[hours])
        )
    assert unit, "a profile with a column of extents says their unit"
    return replace(cell, factor=PERCENT_PER[unit])


def _cut_to_period(
    cells: Sequence[CanonicalColumn], period: Sequence[CanonicalColumn]
) -> list[CanonicalColumn]:
    """The columns with those of the period, to which start and end are cut; as they are without one."""
    if not period:
        return list(cells)
    limits = dict(zip(("start_date", "end_date"), period, strict=True))
    return [*(replace(cell, limit=limits.get(cell.name)) for cell in cells), *period]


def _join_codes(
    source: DeliveredTable, profile: Profile, types: Mapping[str, str | None]
) -> CanonicalColumn:
    cells = (
        expect_column(source, name, name, "text", types[name]) for name in profile.list_joined()
    )
    joined = tuple(replace(cell, missing=source.format.missing or ()) for cell in cells)
    return CanonicalColumn(
        "benefit",
        "",
        "text",
        "VARCHAR",
        called=", ".join(cell.called for cell in joined),
        joined=joined,
        separator=profile.code_separator or "",
    )
