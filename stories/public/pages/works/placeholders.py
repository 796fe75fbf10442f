"""Replacement of the placeholders that the renderer leaves for links and images, in one pass over the HTML."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from html import escape, unescape
from uuid import UUID

_SPAN = re.compile(r'<span\b([^>]*)>|</span>|<li\b([^>]*) ?data-day="(\d{4}-\d\d-\d\d)"')
_DAY = re.compile(r'<li\b[^>]* ?data-day="(\d{4}-\d\d-\d\d)"')
_TO = re.compile(r'data-to="([a-z]+:[0-9a-f-]{36})"')
_NOTES_AND_TAGS = re.compile(r"<sup\b.*?</sup>|<[^>]*>", re.DOTALL)
_PICTURE = re.compile(r'data-picture="([0-9a-f-]{36})"')


def targets_in(texts: Iterable[str]) -> set[str]:
    """Return the targets of the placeholders in ``texts``, each as ``kind:uid``."""
    return {target for text in texts for target in _TO.findall(text)}


def images_in(texts: Iterable[str]) -> set[UUID]:
    """Return the uids of the images that placeholders in ``texts`` place."""
    return {UUID(uid) for text in texts for uid in _PICTURE.findall(text)}


def days_in(texts: Iterable[str]) -> set[date]:
    """Return the dates of the dated entries in ``texts``."""
    return {date.fromisoformat(day) for text in texts for day in _DAY.findall(text)}


def replace_placeholders(html: str, *, places: Mapping[str, str], pictures: Mapping[str, str], today: date) -> str:
    """Return ``html`` with its placeholders replaced.

    ``places`` holds the address of each ``kind:uid``; a target without one leaves its plain words. ``pictures`` holds
    the HTML of each placed image by its uid. Dated entries after ``today`` get the class ``is-future``.
    """
    printed: list[str] = []
    ends: list[str] = []
    done = 0
    for tag in _SPAN.finditer(html):
        printed.append(html[done : tag.start()])
        done = tag.end()
        if tag[3]:
            future = ' class="is-future"' if date.fromisoformat(tag[3]) > today else ""
            printed.append(f"{tag[0]}{future}")
        elif tag[0] == "</span>":
            printed.append(ends.pop() if ends else tag[0])
        elif target := _TO.search(tag[1]):
            place = places.get(target[1])
            printed.append(f'<a href="{escape(place)}">' if place else "")
            ends.append("</a>" if place else "")
        elif picture := _PICTURE.search(tag[1]):
            printed.append(pictures.get(picture[1], ""))
            ends.append("")
        else:
            printed.append(tag[0])
            ends.append("</span>")
    printed.append(html[done:])
    return "".join(printed)


def text_without_citations(html: str) -> str:
    """Return the words of ``html`` without citations, for places without a list of sources."""
    return " ".join(unescape(_NOTES_AND_TAGS.sub("", html)).split())
