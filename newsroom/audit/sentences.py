"""Audit entries as sentences, made from a table with one phrase per verb."""

import re
from collections.abc import Mapping
from datetime import datetime

from newsroom.audit.models import Event
from newsroom.audit.subjects import label_of
from newsroom.desk import local_time

# A part in square brackets is left out unless the entry has a value for every name in it. Names are keys of ``after``,
# or ``fields`` for the labels of the changed fields.
PHRASES: Mapping[str, str] = {
    # works, at the desk
    "sent to review": "sent[ revision {revision}] to review[, to {to}]",
    "taken back": "took[ revision {revision}] back from review",
    "approved": "approved[ revision {revision}]",
    "returned": "returned[ revision {revision}]",
    "restored": "brought[ revision {from}] back[ as revision {revision}]",
    "labelled": "labelled[ revision {revision}][ “{label}”]",
    "given over": "gave it to[ {owner}]",
    "name refused": "refused the[ {what}][ “{name}”] that was proposed in it",
    "next look set": "asked for a look at it[ by {review_by}]",
    "next look cleared": "asked for no further look at it",
    "checked": "looked at it with its sources in hand[, next by {review_by}]",
    "commented": "commented on it",
    "answered": "answered a comment on it",
    "comment resolved": "resolved a comment on it",
    "comment opened again": "opened a comment on it again",
    "comment taken in": "took in a comment[ from “{label}”]",
    "imported": "imported it[ as revision {revision}]",
    "binned": "put it into the bin",
    "taken out of the bin": "took it out of the bin",
    "linked as a translation": "made it a translation[ of “{of}”]",
    "unlinked as a translation": "made it no translation of anything any more",
    "preview shared": "shared[ revision {revision}][ the {draft}][ with “{label}”][, until {ends}]",
    "preview revoked": "revoked the link[ for “{label}”]",
    # works, for readers
    "published": "published[ edition {edition}][ from revision {revision}][ in the bundle “{bundle}”]",
    "scheduled": "scheduled[ edition {edition}][ from revision {revision}][, for {live_from}][, in the bundle “{bundle}”]",
    "cancelled": "cancelled[ edition {edition}][ that was to go live on {live_from}]",
    "moved": "moved[ edition {edition}][ to {live_from}]",
    "carried over": "carried the change over[ to edition {edition}][ as revision {revision}]",
    "withdrawn": "withdrew the page",
    "expiry scheduled": "scheduled the end of the page[, for {live_from}]",
    "bundle published": "sent the bundle out[, {works} works together]",
    "bundle undone": "undid the bundle",
    "bundle gathered": "gathered a bundle[ of {works} works]",
    "put on the front page": "put it on the front page[, at place {place}][, until {until}]",
    "moved on the front page": "gave it place[ {place}] on the front page[, until {until}]",
    "taken off the front page": "took it off the front page",
    "erased": "erased[ {scope}][ on {ordered}, and once more after a restore]",
    "override reviewed": "reviewed an override[ of {check}][ in edition {edition}]",
    "report dismissed": "dismissed a report from a reader",
    "report settled": "put right what a reader reported[, in edition {edition}]",
    "report taken up again": "took up again a report from a reader",
    # checks
    "level set": "made the check[ {check}][ a {level}]",
    # topics, outlets, images and other shared objects
    "added": "added it",
    "changed": "changed[ {fields}]",
    "put back": "put[ {fields}] back",
    "deleted": "deleted it",
    "confirmed": "confirmed it[, as “{name}”]",
    "took in a proposed name": "let[ “{name}”] lead here",
    "merged": "joined it to[ “{to}”, another one]",
    "took in": "joined[ “{name}”] to it",
    # background work
    "tried again": "had[ “{task}”] tried again",
    "given up": "gave[ “{task}”] up",
    "rerendering begun": "began to render all editions again",
    "rerendered": "rendered all editions again[, of which {changed} came out otherwise]",
    "gone live": "let the site send mail and notifications again[, without {given_up} tasks of before the restore]",
    # people
    "password set": "set another password",
    "single sign-on connected": "connected the account[ with {provider}]",
    "single sign-on disconnected": "disconnected the account[ from {provider}]",
    "second factor added": "set up a second factor[: {factor}]",
    "second factor removed": "took a second factor away[: {factor}]",
    "recovery codes made anew": "made recovery codes anew",
    "left": "took all access away",
    "forgotten": "removed the personal data",
    "invited": "invited somebody[ as {roles}]",
    "invited again": "sent the invitation again[, as {roles}]",
    "invitation withdrawn": "withdrew the invitation",
    "invitation taken up": "took the invitation up[ as {roles}]",
}


def format_entry(event: Event) -> str:
    """Return an entry as a sentence without a full stop: “Ana Kestrel published edition 2 from revision 14”."""
    return f"{event.by_name or 'A command'} {format_action(event)}"


def format_action(event: Event) -> str:
    """Return the action without the name of the user. A verb that is not in the table is returned unchanged."""
    values = _get_values(event)
    phrase = PHRASES.get(event.verb, event.verb)
    action = re.sub(r"\[([^\]]*)\]", lambda part: _fill_in(part[1], values), phrase)
    return " ".join(action.split())


def _get_values(event: Event) -> dict[str, str]:
    values = {name: _format_value(value) for name, value in event.after.items() if value not in (None, "", [], {})}
    if "edition" in values and "label" in values:
        values["edition"] = values["label"]
    if fields := event.changed_fields():
        values["fields"] = join_words([label_of(event.kind, name) for name in fields])
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


def join_words(words: list[str]) -> str:
    """Return the words as a list in prose: “name, kind and address”."""
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)
