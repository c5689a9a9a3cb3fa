"""An outcome tied to the outcomes that it is computed from, and the fingerprint of its meaning."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rtw_outcomes.language.measures.kind import Result
from rtw_outcomes.language.outcome import Outcome
from rtw_outcomes.language.vocabulary import expand_all_benefits


@dataclass(frozen=True, repr=False)
class ResolvedOutcome:
    """An outcome with those that it is computed from, in the order in which its measure names them.

    Attributes:
        outcome: what the definition file says.
        named: the outcomes that it is computed from. A relapse and a recurrence have one, the return
            that they count from.
    """

    outcome: Outcome
    named: tuple["ResolvedOutcome", ...] = ()

    def __repr__(self) -> str:
        return f"<{self.id}: {self.title}>"

    @property
    def id(self) -> str:
        """The id, with which the names of its columns begin."""
        return self.outcome.outcome

    @property
    def title(self) -> str:
        """The title of the outcome, in a line."""
        return self.outcome.title

    def parts(self) -> Iterator["ResolvedOutcome"]:
        """Those that it is computed from, and those that these are computed from."""
        for each in self.named:
            yield each
            yield from each.parts()

    @property
    def unit(self) -> str:
        """The unit of its number, in words; of a change the unit of its two numbers."""
        is_change = self.outcome.result is Result.CHANGE
        return self.named[0].unit if is_change else self.outcome.unit

    @property
    def counts_from_true_first_day(self) -> bool:
        """Whether it, or one that it is computed from, needs to know how long employers pay."""
        return any(each.outcome.counts_from_true_first_day for each in (self, *self.parts()))

    @property
    def fingerprint(self) -> str:
        """SHA-256 over what the definition means; its titles, sources and layout do not count."""
        return hashlib.sha256(json.dumps(self._meaning(), sort_keys=True).encode()).hexdigest()

    def _meaning(self) -> dict[str, Any]:
        # Without what is not set, so that a parameter that the language gets later changes nothing.
        meaning = self.outcome.model_dump(
            mode="json",
            by_alias=True,
            include={"language", "absence", "follow_up", "competing"},
            exclude_none=True,
        )
        ids = {str(place[0]) for place in self.outcome.named}
        kind = self.outcome.kind.model_dump(mode="json", exclude_none=True)
        kind = {key: value for key, value in kind.items() if key not in ids}
        if not self.outcome.counts_from_true_first_day:
            kind.pop("from_true_first_day", None)  # off is as good as not set
        meaning["measure"] = {self.outcome.measure.name: kind}
        meaning.update(expand_all_benefits(meaning))
        fingerprints = [each.fingerprint for each in self.named]
        if self.outcome.after and fingerprints:
            (meaning["after"],) = fingerprints
        elif fingerprints:
            # A combination by `and` or `or` is the same in any order.
            in_any_order = self.outcome.kind.in_any_order
            meaning["named"] = sorted(fingerprints) if in_any_order else fingerprints
        return meaning
