"""What a recommendation rests on: the periods of one model until a day, each held against the card's reference."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from dashboard.governance.situation.profiles import ProfilesUntil, thresholds_of, whole_profiles
from dashboard.governance.situation.situation import Situation
from dashboard.measures.figure import Figure
from dashboard.measures.judging.alarms import JudgedPeriod
from dashboard.measures.judging.areas import judging_grain
from dashboard.measures.judging.labels import selected
from dashboard.measures.judging.metrics import (
    SCALES,
    Case,
    judge_together,
    judged as judged_figures,
    leading,
    names_that_count,
    worsening,
)
from dashboard.measures.judging.performance import ripe_places
from dashboard.measures.judging.verdict import SEVERITY
from dashboard.measures.performance import figures_of, reference_figures
from dashboard.measures.registry import Measure, measures_of
from dashboard.measures.value.money import money_of
from dashboard.profiles.periods import Grain, floor, following
from dashboard.profiles.windows import Window, merged, windows
from dashboard.schema.card.card import ModelCard
from dashboard.schema.config.thresholds import Thresholds
from dashboard.words import Sentence

LONG_AGO = date(1900, 1, 1)
# So many of the latest periods are looked at: two years of months, so that a season can be seen twice.
LOOKED_BACK = 24
# So many of the latest periods of a decline, or without one of all periods, show how it is now.
LATEST = 3


@dataclass(frozen=True)
class ComparedPeriod:
    """A period with known outcomes: how it stands beside the reference, and by the targets of the card.

    `worse` is by how much each metric is worse than in the reference (0.1 = ten percent), certain or not; `lead` the
    one that decides.
    """

    window: Window
    judged: JudgedPeriod
    by_targets: JudgedPeriod
    worse: Mapping[str, float]
    lead: str = ""

    @property
    def label(self) -> str:
        """The period as it is written."""
        return self.window.label

    @property
    def status(self) -> str:
        """How it stands beside the reference."""
        return self.judged.verdict.status


@dataclass(frozen=True)
class Facts:
    """One model until the day that a situation is about; everything is read and worked out when first asked for."""

    situation: Situation
    model_id: str
    profiles: ProfilesUntil

    @property
    def card(self) -> ModelCard:
        """The card in force."""
        return self.situation.cards[self.model_id]

    @property
    def grain(self) -> Grain:
        """The period by which the model is judged."""
        return judging_grain(self.card)

    @cached_property
    def thresholds(self) -> Thresholds:
        """The limits in force."""
        return thresholds_of(self.card)

    @cached_property
    def money(self) -> Measure | None:
        """The prices of the card as a measure; None where it has none."""
        return money_of(self.card)

    @cached_property
    def periods(self) -> list[Window]:
        """All periods with predictions, with what came out of them."""
        return windows(self.profiles.read(("outcomes",)), self.profiles.layout, self.grain)

    @cached_property
    def reference(self) -> Window | None:
        """What came out of the reference; None without one."""
        found = self.profiles.reference(("outcomes",))
        return merged(found, self.profiles.layout) if found else None

    @cached_property
    def names(self) -> set[str]:
        """The metrics by which the model is judged and that can get worse; without any, the usual ones that can."""
        measures = measures_of(self.card.task)
        worse = {name for name, measure in measures.items() if measure.better != "none"}
        return (names_that_count(self.card) & worse) or {name for name in worse if measures[name].usual}

    @cached_property
    def reference_figures(self) -> dict[str, Figure]:
        """The figures of the reference, among them the scale of bias."""
        return reference_figures(
            self.profiles, {*self.names, *names_that_count(self.card), SCALES.get(self.card.task, "")}
        )

    @property
    def scale(self) -> float:
        """The reference's mean actual, relative to which `bias` is judged; NaN where it is not known."""
        found = self.reference_figures.get(SCALES.get(self.card.task, ""))
        return found.value if found is not None else math.nan

    @cached_property
    def compared(self) -> list[ComparedPeriod]:
        """The latest periods after the reference whose outcomes can be judged, oldest first."""
        chosen = self.card.data.reference
        if chosen is None or not self.reference_figures:
            return []
        ripe = [self.periods[place] for place in ripe_places(self.periods, self.thresholds)]
        after = [window for window in ripe if window.start is not None and window.start.date() > chosen.end]
        return [self._compared(window) for window in after[-LOOKED_BACK:]]

    def together(self, chosen: Sequence[Window]) -> Window:
        """Some periods as one window."""
        starts = {window.start for window in chosen}
        found = [one for one in self.profiles.read(("outcomes",)) if floor(one.start, self.grain) in starts]
        return merged(found, self.profiles.layout)

    def last_day(self, window: Window) -> date:
        """The last day of a period, or of what is logged of it."""
        assert window.start is not None
        end = (following(window.start, self.grain) - timedelta(days=1)).date()
        base = self.profiles.layout.base
        logged = (following(max(window.starts), base) - timedelta(microseconds=1)).date() if window.starts else end
        return min(end, logged) if window is self.periods[-1] else end

    def _compared(self, window: Window) -> ComparedPeriod:
        unfair = selected(window, self.thresholds)
        if unfair is not None:
            judged = JudgedPeriod(window.label, unfair)
            return ComparedPeriod(window, judged, judged, {})
        found = figures_of(window, self.profiles.layout, names=self.names | names_that_count(self.card))
        measures, reference = measures_of(self.card.task), self.reference_figures
        cases = [
            Case(measures[name], found[name], None, reference.get(name), self.scale) for name in sorted(self.names)
        ]
        beside = judge_together(cases, self.thresholds)
        able = [entry for entry in beside if entry.cause is None] or beside
        lead = max(able, key=lambda entry: (SEVERITY[entry.verdict.status], entry.strong, entry.moved))
        counted = {name: figure for name, figure in found.items() if name in names_that_count(self.card)}
        own = leading(list(judged_figures(counted, self.card, reference, self.thresholds)), self.card)
        return ComparedPeriod(
            window,
            JudgedPeriod(window.label, lead.verdict, lead.strong),
            JudgedPeriod(window.label, own.verdict, own.strong),
            {
                case.measure.name: worsening(case.measure, case.figure.value, case.reference.value, case.scale)
                for case in cases
                if case.reference is not None
            },
            lead.metric,
        )


def facts_of(situation: Situation, model_id: str) -> Facts | None:
    """The facts about a model until the day that is asked about; None where nothing is monitored."""
    whole = whole_profiles(situation, model_id)
    if whole is None:
        return None
    return Facts(situation, model_id, ProfilesUntil(whole, LONG_AGO, situation.day(model_id)))


def in_words(reason: Sentence) -> Sentence:
    """A reason as part of another sentence: without its period in brackets."""
    return Sentence(reason.message, {name: value for name, value in reason.values.items() if name != "period"})
