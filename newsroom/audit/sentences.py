"""Audit entries as sentences, made from a table with one phrase per verb."""

import re
from collections.abc import Mapping
from datetime import datetime

from newsroom.audit.models import Event
from newsroom.audit.subjects import label_of
from newsroom.desk import local_time
from newsroom.text.join import join_words

# A part in square brackets is left out unless the entry has a value for every name in it. Names are keys of ``after``,
# or ``fields`` for the labels of the changed fields.
PHRASES: Mapping[str, str] = {
    # works, at the desk
    "sent to review": "sent[ revision {revision}][ to {to}] for review",
    "taken back": "cancelled the review[ of revision {revision}]",
    "approved": "approved[ revision {revision}]",
    "returned": "returned[ revision {revision}]",
    "restored": "restored[ revision {from}][ as revision {revision}]",
    "labelled": "labelled[ revision {revision}][ “{label}”]",
    "given over": "assigned it to[ {owner}]",
    "name refused": "rejected the proposed[ {what}][ “{name}”]",
    "next look set": "set a review date[, {review_by}]",
    "next look cleared": "removed the review date",
    "checked": "checked it against its sources[, next review by {review_by}]",
    "answers renewed": "renewed[ {answers}][ in edition {edition}]",
    "commented": "commented on it",
    "answered": "answered a comment on it",
    "comment resolved": "resolved a comment on it",
    "comment opened again": "reopened a comment on it",
    "comment taken in": "received a comment[ from “{label}”]",
    "imported": "imported it[ as revision {revision}]",
    "binned": "moved it to the bin",
    "taken out of the bin": "restored it from the bin",
    "duplicated": "duplicated it[ from “{of}”]",
    "linked as a translation": "made it a translation[ of “{of}”]",
    "unlinked as a translation": "removed its translation link",
    "preview shared": "shared[ revision {revision}][ the {draft}][ with “{label}”][, until {ends}]",
    "preview revoked": "revoked the link[ for “{label}”]",
    # works, for readers
    "published": "published[ edition {edition}][ from revision {revision}][ in the bundle “{bundle}”]",
    "scheduled": "scheduled[ edition {edition}][ from revision {revision}][, for {live_from}][, in the bundle “{bundle}”]",
    "cancelled": "cancelled[ edition {edition}][ that was to go live on {live_from}]",
    "moved": "moved[ edition {edition}][ to {live_from}]",
    "carried over": "included the change[ in edition {edition}][ as revision {revision}]",
    "withdrawn": "withdrew the page",
    "forecast decided": "decided a forecast[ in edition {edition}]",
    "expiry scheduled": "set an end date[, {live_from}]",
    "bundle published": "published the bundle[, {works}]",
    "bundle undone": "undid the bundle",
    "bundle gathered": "created a bundle[ of {works}]",
    "put on the front page": "put it on the front page[, at position {place}][, until {until}]",
    "moved on the front page": "moved it to position[ {place}] on the front page[, until {until}]",
    "taken off the front page": "took it off the front page",
    "put in the navigation": "put it in the navigation[ ({language})][, at position {place}]",
    "moved in the navigation": "moved it to position[ {place}] in the navigation[ ({language})]",
    "taken out of the navigation": "took it out of the navigation",
    "erased": "erased[ {scope}][ on {ordered}, and once more after a restore]",
    "override reviewed": "checked an override[ of {check}][ in edition {edition}]",
    "report dismissed": "dismissed a reader report",
    "report settled": "corrected what a reader reported[, in edition {edition}]",
    "report taken up again": "reopened a reader report",
    # checks
    "level set": "made the check[ {check}][ a {level}]",
    # topics, outlets, images and other shared objects
    "added": "added it",
    "changed": "changed[ {fields}]",
    "put back": "restored[ {fields}]",
    "deleted": "deleted it",
    "confirmed": "confirmed it[, as “{name}”]",
    "took in a proposed name": "added the name[ “{name}”]",
    "merged": "merged it into[ “{to}”]",
    "took in": "merged[ “{name}”] into it",
    # background work
    "tried again": "retried[ “{task}”]",
    "given up": "stopped retrying[ “{task}”]",
    "rerendering begun": "started rendering all editions again",
    "rerendered": "rendered all editions again[, with changes in {changed}]",
    "gone live": "let the site send e-mails and notifications again[, without {given_up} from before the restore]",
    # people
    "password set": "changed the password",
    "single sign-on connected": "connected the account[ with {provider}]",
    "single sign-on disconnected": "disconnected the account[ from {provider}]",
    "second factor added": "set up two-factor authentication[: {factor}]",
    "second factor removed": "removed two-factor authentication[: {factor}]",
    "recovery codes made anew": "created new recovery codes",
    "left": "removed all access",
    "forgotten": "removed the personal data",
    "invited": "invited someone[ as {roles}]",
    "invited again": "sent the invitation again[, as {roles}]",
    "invitation withdrawn": "withdrew the invitation",
    "invitation taken up": "accepted the invitation[ as {roles}]",
}
# The nouns of values that are numbers, or lists that are shown as the number of their items.
COUNTED_NOUNS: Mapping[str, str] = {"works": "page", "answers": "answer", "given_up": "task", "changed": "edition"}
# Labels of verbs whose stored name differs from the words of the interface.
VERB_LABELS: Mapping[str, str] = {
    "sent to review": "sent for review",
    "taken back": "review cancelled",
    "given over": "assigned",
    "name refused": "name rejected",
    "next look set": "review date set",
    "next look cleared": "review date removed",
    "comment opened again": "comment reopened",
    "comment taken in": "comment received",
    "binned": "moved to the bin",
    "taken out of the bin": "restored from the bin",
    "unlinked as a translation": "translation link removed",
    "carried over": "change included",
    "expiry scheduled": "end date set",
    "bundle gathered": "bundle created",
    "override reviewed": "override checked",
    "report settled": "reported error corrected",
    "report taken up again": "report reopened",
    "put back": "earlier text restored",
    "took in a proposed name": "merged a proposed name",
    "took in": "merged another name into it",
    "tried again": "task retried",
    "given up": "task no longer retried",
    "password set": "password changed",
    "second factor added": "two-factor authentication set up",
    "second factor removed": "two-factor authentication removed",
    "recovery codes made anew": "recovery codes created",
    "left": "access removed",
    "invitation taken up": "invitation accepted",
}


def format_entry(event: Event) -> str:
    """Return an entry as a sentence without a full stop: “Ana Kestrel published edition 2 from revision 14”."""
    return f"{event.by_name or 'A command'} {format_action(event)}"


def label_verb(verb: str) -> str:
    """Return the label of a stored verb."""
    return VERB_LABELS.get(verb, verb)


def format_action(event: Event) -> str:
    """Return the action without the name of the user. A verb that is not in the table is returned unchanged."""
    values = _get_values(event)
    phrase = PHRASES.get(event.verb, event.verb)
    action = re.sub(r"\[([^\]]*)\]", lambda part: _fill_in(part[1], values), phrase)
    return " ".join(action.split())


def _get_values(event: Event) -> dict[str, str]:
    values = {name: _format_value(value) for name, value in event.after.items() if value not in (None, "", [], {})}
    for name, noun in COUNTED_NOUNS.items():
        if name in values:
            values[name] += f" {noun}" if values[name] == "1" else f" {noun}s"
    if "edition" in values:
        values["edition"] = event.edition_label or values.get("label", values["edition"])
    if fields := event.changed_fields():
        values["fields"] = join_words([f"“{label_of(event.kind, name)}”" for name in fields])
    return values


def _fill_in(part: str, values: Mapping[str, str]) -> str:
    names = re.findall(r"\{(\w+)\}", part)
    return part.format_map(values) if all(name in values for name in names) else ""


def _format_value(value: object) -> str:
    if isinstance(value, list):
        return str(len(value))
    if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT", value):
        return local_time.format_local(datetime.fromisoformat(value), "j F Y, H:i")
    return str(value)
