"""Record model cards, people, teams and processes from files."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import BaseModel

from dashboard.access.persons import would_see
from dashboard.actions.differences import differences
from dashboard.actions.refusals import note_hidden
from dashboard.actions.registry import BodyLimit, Call, Payload, Rights, action
from dashboard.actions.rules.files import not_what_others_decide
from dashboard.connectors.registry import CONNECTORS
from dashboard.errors import InputRefusedError, Problem, shorten
from dashboard.schema.access import ACCESS_ROLES
from dashboard.schema.card.card import ModelCard
from dashboard.schema.people import PeopleFile
from dashboard.schema.reading.documents import Document
from dashboard.schema.reading.sources import LARGEST_YAML, unreadable
from dashboard.store.artifacts import MODEL_FILES, keep_artifact, sha256_of_artifact
from dashboard.store.audit.chain import AuditContext
from dashboard.store.cards import append_card, list_cards
from dashboard.store.organisation import append_people, get_organisation
from dashboard.store.statuses import volumes


class Files(Payload):
    """Files to read."""

    files: tuple[Path, ...]


@action(
    "register",
    command="register FILE...",
    rights=Rights(ACCESS_ROLES, scope="cards", rules=(not_what_others_decide,)),
    body=BodyLimit(each=LARGEST_YAML),
)
def register(call: Call, payload: Files) -> str:
    """Record model cards, people, teams and processes; unchanged ones are not written again.

    Raises InputRefusedError with every fault of all files, and then nothing was written.
    """
    documents: Sequence[Document] = CONNECTORS.get("cards").read(payload.files)
    problems = [*_beyond_sight(call, documents), *_wrong_kinds(documents), *_frozen_changes(call, documents)]
    found = {document.path: _artifacts(document, problems) for document in documents}
    if problems:
        models = [one.value.id for one in documents if isinstance(one.value, ModelCard)]
        note_hidden(call.store, call.principal, call.action, models)
        raise InputRefusedError(problems)
    for artifacts in found.values():
        for path, digest in artifacts.values():
            keep_artifact(call.store.home, path, digest)
    known, organisation = list_cards(call.store), get_organisation(call.store)
    recorded = people = 0
    audit_context = call.audit_context()
    with call.store.writing(audit_context) as cursor:
        for document in documents:
            if isinstance(document.value, ModelCard):
                card = _with_hashes(document.value, found[document.path])
                if append_card(cursor, card, call.actor, document.path.name):
                    recorded += 1
                    before = known[card.id].card if card.id in known else None
                    _tell(audit_context, card.id, before, card)
                    _tell_model_files(audit_context, before, card, found[document.path])
            elif isinstance(document.value, PeopleFile):
                written = append_people(cursor, document.value, call.actor, document.path.name)
                people += len(written)
                for kind, subject in written:
                    _tell(audit_context, f"{kind} {subject.id}", organisation.find(kind, subject.id), subject)
    return f"recorded {recorded} new or changed cards and {people} people, teams and processes"


def _tell(audit_context: AuditContext, subject: str, before: BaseModel | None, after: BaseModel) -> None:
    """Note what differs; of a card that is new only what it is, since the card itself stands in the ledger."""
    old = before.model_dump(mode="json", by_alias=True) if before is not None else {}
    changed = differences(old, after.model_dump(mode="json", by_alias=True))
    if before is None and isinstance(after, ModelCard):
        versions = [version.version for version in after.versions]
        changed = {}, {"status": after.status, "task": after.task, "versions": versions}
    audit_context.before[subject], audit_context.after[subject] = changed if before is not None else (None, changed[1])


def _tell_model_files(
    audit_context: AuditContext, before: ModelCard | None, card: ModelCard, kept: dict[str, tuple[Path, str]]
) -> None:
    """Note the hash of each model file that was kept, by version: what `verify` looks for from now on."""
    if not kept:
        return
    hashes = {version: digest for version, (_, digest) in kept.items()}
    earlier = {one.version: one.artifact_sha256 for one in before.versions} if before is not None else {}
    same = {version: digest for version, digest in hashes.items() if earlier.get(version) == digest}
    for side, files in ((audit_context.before, same), (audit_context.after, hashes)):
        content = side[card.id]
        if files:
            side[card.id] = {**(content if isinstance(content, dict) else {}), MODEL_FILES: files}


def _wrong_kinds(documents: Sequence[Document]) -> list[Problem]:
    return [
        Problem(
            f"received {d.kind}; cards, people, teams and processes can be registered; put it into config/",
            str(d.path),
        )
        for d in documents
        if not isinstance(d.value, ModelCard | PeopleFile)
    ]


def _beyond_sight(call: Call, documents: Sequence[Document]) -> list[Problem]:
    """List the cards that a reader of some models may not register: models that they do not see, taken or not.

    A new model has to be one that they will see. All are refused alike, so that the answer does not tell whether an id
    that they do not see is taken.
    """
    known, problems = list_cards(call.store), []
    for document in documents:
        card = document.value
        if not isinstance(card, ModelCard) or call.principal.sees(card.id):
            continue
        if card.id in known or not would_see(call.store, call.principal, card):
            message = (
                f"received {shorten(card.id)}; with your access you register models that you see, of your processes "
                "or with people of your teams; choose another id, process or people"
            )
            problems.append(Problem(message, str(document.path), None, "id"))
    return problems


def _frozen_changes(call: Call, documents: Sequence[Document]) -> list[Problem]:
    """List the changes of the card that logged rows already rest on."""
    known, logged = list_cards(call.store), volumes(call.store)
    problems = []
    for document in documents:
        card = document.value
        if not isinstance(card, ModelCard) or card.id not in known or card.id not in logged:
            continue
        before = known[card.id].card
        if before.task != card.task:
            message = (
                f"received {card.task}; rows are logged as {before.task}; "
                "register the changed model under an id of its own"
            )
            problems.append(Problem(message, str(document.path), None, "task"))
    return problems


def _artifacts(document: Document, problems: list[Problem]) -> dict[str, tuple[Path, str]]:
    """Model files that stand beside a card, by version, with the hash they have; a wrong hash becomes a problem."""
    found: dict[str, tuple[Path, str]] = {}
    if not isinstance(document.value, ModelCard):
        return found
    for position, version in enumerate(document.value.versions):
        path = document.path.parent / version.artifact if version.artifact else None
        if path is None or not os.path.isfile(path):
            continue
        try:
            digest = sha256_of_artifact(path)
        except OSError as fault:
            problems.append(replace(unreadable(str(path), fault), field=f"versions[{position}].artifact"))
            continue
        if version.artifact_sha256 not in (None, digest):
            field = f"versions[{position}].artifact_sha256"
            message = f"received {version.artifact_sha256}; the file's is {digest}; correct it or restore the file"
            problems.append(Problem(message, str(document.path), None, field))
        found[version.version] = (path, digest)
    return found


def _with_hashes(card: ModelCard, artifacts: dict[str, tuple[Path, str]]) -> ModelCard:
    """The card with the hash of every model file that was kept, so that it can be found again."""
    versions = [
        version.model_copy(update={"artifact_sha256": artifacts[version.version][1]})
        if version.version in artifacts
        else version
        for version in card.versions
    ]
    return card.model_copy(update={"versions": versions})
