"""Which labelled cases the estimate of each version rests on: the card's reference, else the version's first labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboard.profiles.windows import Profile, Profiles, Window, merged

# A version that the reference does not have is calibrated by so many of its first labelled cases.
FIRST_LABELS = 1_000


@dataclass(frozen=True)
class EstimateBasis:
    """The labelled cases of a version; `until` is the start of their last period where the reference has too few."""

    window: Window
    until: datetime | None = None

    def covers(self, profile: Profile) -> bool:
        """Whether a period after the reference calibrates the estimate, which then says nothing of it."""
        return self.until is not None and profile.start <= self.until


def estimate_bases(profiles: Profiles, fewest: int) -> dict[str, EstimateBasis]:
    """The basis of each version with at least `fewest` labelled cases; empty where the card has no reference.

    A version without enough labels in the reference rests on its first labelled periods.
    """
    if not profiles.layout.has_reference:
        return {}
    reference = _by_version(profiles.reference(("outcomes",)))
    found = {
        version: EstimateBasis(merged(own, profiles.layout))
        for version, own in reference.items()
        if sum(profile.labelled for profile in own) >= fewest
    }
    versions = {version.version for version in profiles.card.versions} - set(found)
    for version in sorted(versions):
        first = _first_labelled(profiles.read(("outcomes",), version=version))
        if sum(profile.labelled for profile in first) >= fewest:
            found[version] = EstimateBasis(merged(first, profiles.layout), first[-1].start)
    return found


def _by_version(profiles: Sequence[Profile]) -> dict[str, list[Profile]]:
    found: dict[str, list[Profile]] = {}
    for profile in profiles:
        found.setdefault(profile.version, []).append(profile)
    return found


def _first_labelled(profiles: Sequence[Profile]) -> list[Profile]:
    """The first periods that together have FIRST_LABELS labels, or all of them."""
    chosen: list[Profile] = []
    labels = 0
    for profile in sorted(profiles, key=lambda profile: profile.start):
        if labels >= FIRST_LABELS:
            break
        chosen.append(profile)
        labels += profile.labelled
    return chosen
