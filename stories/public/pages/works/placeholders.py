"""Replace the placeholders that the renderer leaves for links and images, and write dates as the page does."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from html import escape
from uuid import UUID

from newsroom.text.markdown.dates import format_partial_date, parse_partial_date

_TAG = re.compile(
    r'<span\b([^>]*)>|</span>|<li\b[^>]* ?data-day="(\d{4}-\d\d-\d\d)"'
    r'|<time datetime="(\d{4}-\d\d-\d\d(?:T\d\d:\d\d)?)">[^<]*</time>'
)
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


def replace_placeholders(
    html: str, *, addresses: Mapping[str, str], pictures: Mapping[str, str], today: date, year: int
) -> str:
    """Return ``html`` with its placeholders replaced, in one pass.

    ``addresses`` holds the address of each ``kind:uid``. A link whose target has no address becomes plain text.
    ``pictures`` holds the HTML of each placed image, keyed by uid. Other images are left out. Entries dated after
    ``today`` get the class ``is-future``. Each date of an entry is written out in the active language, without its year
    if that is ``year``. Citations and notes that follow each other come into one ``<sup>``, so that the style sheet can
    keep them apart.
    """
    pieces: list[str] = []
    end_tags: list[str] = []
    position = 0
    for tag in _TAG.finditer(html):
        pieces.append(html[position : tag.start()])
        position = tag.end()
        if tag[2]:
            future = ' class="is-future"' if date.fromisoformat(tag[2]) > today else ""
            pieces.append(f"{tag[0]}{future}")
        elif moment := parse_partial_date(tag[3]) if tag[3] else None:
            pieces.append(f'<time datetime="{tag[3]}">{format_partial_date(moment, without_year=year)}</time>')
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
