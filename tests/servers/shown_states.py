"""What pages and programs show of questions whose answers expire, and whether it is stale."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from django.utils import timezone

from tests.stories.public.structured_data.parse import Page

_ITEM = re.compile(
    r'data-state="(\w+)">\s*<p class="state">(.*?)</p>\s*<h3 class="question">.*?href="/questions/(\w+)/"', re.DOTALL
)
_ROW = re.compile(r'<li>\s*<p class="small">(.*?)</p>.*?href="/questions/(\w+)/"', re.DOTALL)
_BRIEF = re.compile(r'<dl class="brief">.*?</dl>', re.DOTALL)
_STATE = re.compile(r'class="state-mark" data-state="(\w+)"')


class Version(NamedTuple):
    """A published state of a question. ``began`` and ``committed`` are the times around its publication."""

    state: str
    as_of: date
    expires_on: date
    began: datetime
    committed: datetime


class Shown(NamedTuple):
    """What an answer shows of a question; None for what it does not show."""

    state: str
    has_expired: bool | None = None
    as_of: date | None = None
    expires_on: date | None = None


@dataclass
class History:
    """The published states of a question, oldest first, and the times around a publication that goes on, if one does."""

    versions: list[Version] = field(default_factory=list)
    pending: Version | None = None

    def list_possible(self, began: datetime, ended: datetime) -> list[tuple[Version, bool]]:
        """Return the states, and whether each has expired, that a request between these times may be answered with."""
        pending, versions = self.pending, list(self.versions)
        if pending and pending not in versions:
            versions.append(pending)
        possible = []
        for version, following in zip(versions, [*versions[1:], None], strict=True):
            if version.began <= ended and (following is None or following.committed >= began):
                days = {timezone.localdate(began), timezone.localdate(ended)}
                possible += [(version, day > version.expires_on) for day in sorted(days)]
        return possible


def is_stale(shown: Shown, history: History, began: datetime, ended: datetime) -> bool:
    """Return whether no state of the question between these times looks like ``shown``."""
    return not any(_fits(shown, version, expired) for version, expired in history.list_possible(began, ended))


def _fits(shown: Shown, version: Version, expired: bool) -> bool:
    is_answered = version.state == "answered"
    return (
        shown.state == version.state
        and shown.has_expired in (None, expired and is_answered)
        and (not is_answered or shown.as_of in (None, version.as_of))
        and (not is_answered or shown.expires_on in (None, version.expires_on))
    )


def read_page(body: str) -> dict[str, list[Shown]]:
    """Return what the page of a question shows to readers and, in its structured data, to programs."""
    state = _STATE.search(body)
    question = Page(body).of_type("Question")
    slug = _slug_of(question)
    answer = question.get("acceptedAnswer") or question.get("suggestedAnswer")
    data = Shown("open")
    if answer:
        expires_on = date.fromisoformat(answer["expires"])
        data = Shown("answered", "suggestedAnswer" in question, expires_on=expires_on)
    labelled, dated = "Answered, may have changed" in body, "May have changed." in body
    words = Shown(state[1] if state else "", labelled if labelled == dated else None)
    return {slug: [words, data] if labelled == dated else [Shown("words that contradict each other")]}


def read_question(body: str) -> dict[str, list[Shown]]:
    """Return what the API says of a question."""
    data = json.loads(body)
    return {_slug_of(data): [_read_data(data)]}


def _slug_of(data: Mapping[str, Any]) -> str:
    return str(data["url"]).rstrip("/").rpartition("/")[2]


def _read_data(data: Mapping[str, Any]) -> Shown:
    if data["state"] != "answered":
        return Shown(data["state"])
    days = (data["short_answer_as_of"], data["short_answer_expires_on"])
    return Shown("answered", data["may_have_changed"], *map(date.fromisoformat, days))


def read_story(body: str) -> dict[str, list[Shown]]:
    """Return what a story shows of the questions among its open points and, above them, of those that nobody can answer."""
    found = {}
    for state, words, slug in _ITEM.findall(body):
        found[slug] = [Shown(state, "may have changed" in words)]
    brief = _BRIEF.search(body)
    for slug in re.findall(r'href="/questions/(\w+)/"', brief[0] if brief else ""):
        found[slug].append(Shown("open"))
    return found


def read_story_data(body: str) -> dict[str, list[Shown]]:
    """Return what the API says of the questions that a story asks."""
    questions = json.loads(body)["questions"]
    return {_slug_of(each): [Shown(each["state"], each.get("may_have_changed"))] for each in questions}


def read_list(body: str) -> dict[str, list[Shown]]:
    """Return what the list of open questions shows of them, and of those that were answered lately."""
    found = {}
    for words, slug in _ROW.findall(body):
        state = _STATE.search(words)
        found[slug] = [Shown(state[1] if state else "answered", "may have changed" in words)]
    return found
