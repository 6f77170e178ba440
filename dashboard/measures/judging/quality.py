"""Whether a model's data are sound: the verdict on each failed check, and the status of record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dashboard.measures.judging.areas import NO_LOG, judging_grain
from dashboard.measures.judging.basis import hardly_begun
from dashboard.measures.judging.drift.comparison import SHOWN_DECIMALS
from dashboard.measures.judging.verdict import SEVERITY, Status, Verdict
from dashboard.measures.quality.arrivals import quality_table
from dashboard.measures.quality.check import Checked
from dashboard.measures.quality.checks import checked, quality_checks, windows_of
from dashboard.measures.quality.failing import Failing
from dashboard.measures.quality.faults import Fault, faults_of
from dashboard.measures.quality.imported import ImportedCheck, failing_now, unchecked_now
from dashboard.measures.quality.severity import feature_matters
from dashboard.measures.quality.table import QualityTable
from dashboard.profiles.periods import Grain, label
from dashboard.profiles.windows import Profiles
from dashboard.schema.card.card import ModelCard
from dashboard.schema.config.thresholds import Thresholds
from dashboard.words import Sentence, mark

NOTHING_CHECKED = Sentence(
    mark("Nothing is checked: the card names neither a reference nor ranges and rules for the data.")
)


def status_of(found: Checked, importance: Mapping[str, float], thresholds: Thresholds) -> Status:
    """The status of a check in a window.

    One that fails warns; it alerts where so many rows are affected as `quality.alert_share`, and the feature matters:
    it holds `drift.alert_importance` of the importance, or the check is about whole rows. What lies in a feature itself
    and not in a day only warns.
    """
    if not found.fails:
        return "ok" if found.check.unknown is None else "unknown"
    few = round(found.share, SHOWN_DECIMALS) < thresholds.quality.alert_share
    if few or found.check.standing:
        return "warn"
    if found.check.feature is None:
        return "alert"
    return "alert" if feature_matters(importance.get(found.check.feature), thresholds) else "warn"


def rank(found: Checked, status: Status, importance: Mapping[str, float]) -> tuple[int, float, str, str]:
    """What sorts failed checks: the worst first, by the importance of the feature times the share of the rows."""
    weight = importance.get(found.check.feature, 0.0) if found.check.feature is not None else 1.0
    return -SEVERITY[status], -weight * found.share, found.check.feature or "", found.check.name


@dataclass(frozen=True)
class JudgedData:
    """What is said of a model's data: the status of record, and the faults by windows of the judged length.

    `table` is None where nothing is logged.
    """

    verdict: Verdict
    faults: Sequence[Fault] = ()
    table: QualityTable | None = None


def judge_data(
    profiles: Profiles,
    card: ModelCard,
    thresholds: Thresholds,
    importance: Mapping[str, float],
    imported: Sequence[ImportedCheck] = (),
) -> JudgedData:
    """The verdict on the data of the latest period: its worst failed check, since when, and all faults of the log.

    A check of another tool (`imported`) that fails now counts where it is more severe than what is counted.
    """
    judged = _judged_log(profiles, card, thresholds, importance)
    return replace(judged, verdict=with_imported(judged.verdict, imported, card))


def with_imported(verdict: Verdict, imported: Sequence[ImportedCheck], card: ModelCard) -> Verdict:
    """The verdict on data, or that of the most severe check of another tool that fails now where it is worse.

    While a failed check is checked no longer, nobody can say that the data are sound.
    """
    failing = failing_now(imported)
    if not failing or SEVERITY[failing[0].last.status] <= SEVERITY[verdict.status]:
        given_up = unchecked_now(imported)
        return _unknown(verdict, given_up, card) if given_up and verdict.status in ("ok", "unknown") else verdict
    worst, reason = failing[0], failing[0].last.reason
    period = verdict.reason.values.get("period") or label(
        worst.last.start(card, judging_grain(card)), judging_grain(card)
    )
    since = label(worst.first.start(card, "day"), "day")
    values = {**reason.values, "since": since, "period": period, "failed": len(failing)}
    return Verdict(worst.last.status, Sentence(reason.message, values))


def _unknown(verdict: Verdict, given_up: Sequence[Failing[ImportedCheck]], card: ModelCard) -> Verdict:
    """That of failed checks that are checked no longer nothing is known any more."""
    last = given_up[0].last
    period = verdict.reason.values.get("period") or label(last.start(card, judging_grain(card)), judging_grain(card))
    reason = last.why_unknown(card)
    return Verdict("unknown", Sentence(reason.message, {**reason.values, "period": period, "failed": len(given_up)}))


def _judged_log(
    profiles: Profiles, card: ModelCard, thresholds: Thresholds, importance: Mapping[str, float]
) -> JudgedData:
    table = quality_table(profiles)
    if table is None:
        return JudgedData(Verdict("unknown", NO_LOG))
    checks = quality_checks(table, card)
    windows = windows_of(table, judging_grain(card))
    found = checked(table, checks, windows)
    faults = faults_of(found, windows, table.starts)
    rows = [int(table.rows[places].sum()) for _, _, places in windows]
    latest = _of_window(found, windows[-1][0])
    if not any(one.fails for one in latest) and hardly_begun(rows):
        latest = _of_window(found, windows[-2][0]) or latest
    if not latest:
        return JudgedData(Verdict("unknown", NOTHING_CHECKED), faults, table)
    period = label(latest[0].start, judging_grain(card))
    verdict = _verdict(latest, importance, thresholds, period, table.layout.base)
    return JudgedData(verdict, faults, table)


def _of_window(found: Sequence[Checked], name: str) -> list[Checked]:
    return [one for one in found if one.label == name]


def _verdict(
    latest: Sequence[Checked], importance: Mapping[str, float], thresholds: Thresholds, period: str, base: Grain
) -> Verdict:
    failed = [(one, status_of(one, importance, thresholds)) for one in latest if one.fails]
    if not failed:
        holding = [one for one in latest if one.check.unknown is None]
        features = len({one.check.feature for one in holding if one.check.feature is not None})
        message = mark("Nothing is wrong with the data: {n} checks of {features} features hold.")
        return Verdict("ok", Sentence(message, {"n": len(holding), "features": features, "period": period}))
    worst, status = min(failed, key=lambda pair: rank(pair[0], pair[1], importance))
    assert worst.reason is not None
    assert worst.since is not None
    since = label(worst.since, base)
    values: dict[str, object] = {**worst.reason.values, "since": since, "period": period, "failed": len(failed)}
    return Verdict(status, Sentence(worst.reason.message, values))
