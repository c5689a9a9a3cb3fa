"""Return to work, and what comes after it: relapse and recurrence; and the first spell of others."""

from pydantic import Field

from rtw_outcomes.errors import Location
from rtw_outcomes.language.lengths import Length
from rtw_outcomes.language.measures.kind import Kind, Result
from rtw_outcomes.language.measures.spells import CountOfSpells, OfLength
from rtw_outcomes.language.yaml_types import Flag, Name


class ReturnToWork(Kind):
    """The first day from which no day of the sustained run is absent; time to event."""

    key = "return_to_work"
    sees = (
        "the time to the first return that lasts long enough: what comes after it does not count, and "
        "who was not absent on day 0 is not in it."
    )
    needs_spells = True
    starts_on_day_0 = True
    at_risk_when_absent = True

    sustained: Length = Field(title="how long the return must last")
    """The time for which no day may be absent; `1 day` is the first return."""

    day_0_may_count: Flag = Field(default=False, title="whether day 0 may be the return")
    """Off, because a person who is at work on day 0 has nothing to return from."""

    @property
    def result(self) -> Result:
        """A time from day 0."""
        return Result.TIME


class AfterReturn(OfLength):
    """A measure that counts from the return of another definition."""

    starts_on_day_0 = True
    at_risk_when_absent = True

    after: Name
    """The id of the return that it is counted from."""

    @property
    def named(self) -> dict[Location, str]:
        """The return that it is counted from."""
        return {("after",): self.after}

    @property
    def origin(self) -> str:
        """The id of the return that it is counted from."""
        return self.after


class Relapse(AfterReturn):
    """The first spell after the return that another definition gives; time from that return."""

    key = "relapse"
    sees = "the time from a return to the next spell: only who returned is in it."

    @property
    def result(self) -> Result:
        """A time from the return."""
        return Result.TIME


class FirstSpell(OfLength):
    """The first spell after day 0 of a person who is not absent on it; time from day 0."""

    key = "first_spell"
    sees = "the time to the first spell: only who was not absent on day 0 is in it."
    starts_on_day_0 = True

    @property
    def result(self) -> Result:
        """A time from day 0."""
        return Result.TIME


class Recurrence(CountOfSpells, AfterReturn):
    """The number of new spells after the return that another definition gives."""

    key = "recurrence"
    sees = (
        "a number of spells after a return, where a long one counts as much as a short one: only who "
        "returned is in it."
    )
