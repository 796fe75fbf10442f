"""Replace the placeholders that the renderer leaves for links and images."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from html import escape
from uuid import UUID

_TAG = re.compile(r'<span\b([^>]*)>|</span>|<li\b([^>]*) ?data-day="(\d{4}-\d\d-\d\d)"')
_DAY = re.compile(r'<li\b[^>]* ?data-day="(\d{4}-\d\d-\d\d)"')
_TARGET = re.compile(r'data-to="([a-z]+:[0-9a-f-]{36})"')
_BETWEEN_NOTES = re.compile(r"</sup>\s*<sup>")
_PICTURE = re.compile(r'data-picture="([0-9a-f-]{36})"')


def find_link_targets(texts: Iterable[str]) -> set[str]:
    """Return the targets of the placeholders in ``texts``, each as ``kind:uid``."""
    return {target for text in texts for target in _TARGET.findall(text)}


def find_image_uids(texts: Iterable[str]) -> set[UUID]:
    """Return the uids of the images for which ``texts`` have placeholders."""
    return {UUID(uid) for text in texts for uid in _PICTURE.findall(text)}


def find_days(texts: Iterable[str]) -> set[date]:
    """Return the dates of the dated entries in ``texts``."""
    return {date.fromisoformat(day) for text in texts for day in _DAY.findall(text)}


def replace_placeholders(html: str, *, addresses: Mapping[str, str], pictures: Mapping[str, str], today: date) -> str:
    """Return ``html`` with its placeholders replaced, in one pass.

    ``addresses`` holds the address of each ``kind:uid``. A link whose target has no address becomes plain text.
    ``pictures`` holds the HTML of each placed image, keyed by uid. Other images are left out. Entries dated after
    ``today`` get the class ``is-future``. Citations and notes that follow each other come into one ``<sup>``, so that
    the style sheet can keep them apart.
    """
    pieces: list[str] = []
    end_tags: list[str] = []
    position = 0
    for tag in _TAG.finditer(html):
        pieces.append(html[position : tag.start()])
        position = tag.end()
        if tag[3]:
            future = ' class="is-future"' if date.fromisoformat(tag[3]) > today else ""
            pieces.append(f"{tag[0]}{future}")
        elif tag[0] == "</span>":
            pieces.append(end_tags.pop() if end_tags else tag[0])
        elif target := _TARGET.search(tag[1]):
            address = addresses.get(target[1])
            pieces.append(f'<a href="{escape(address)}">' if address else "")
            end_tags.append("</a>" if address else "")
        elif picture := _PICTURE.search(tag[1]):
            pieces.append(pictures.get(picture[1], ""))
            end_tags.append("")
        else:
            pieces.append(tag[0])
            end_tags.append("</span>")
    pieces.append(html[position:])
    return _BETWEEN_NOTES.sub("", "".join(pieces))
