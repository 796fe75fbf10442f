"""The portraits of *Key people*: the pictures of their topics, where at least half of the people have one."""

import re
from collections.abc import Mapping
from uuid import UUID

from newsroom.media.models import Image
from newsroom.media.renditions.specs import make_spec, rendition_url, served_widths
from newsroom.text.html import fill_in
from stories.documents.render import ExplainerFragments
from stories.documents.schema import PEOPLE
from stories.public.pages.works.open_questions import split_items
from topics.models import Topic

_PEOPLE = '<ul class="people">'
_WITH_PORTRAITS = '<ul class="people portraits">'
# The name of a person with a topic, at the beginning of an item.
_WHO = re.compile(r'<li>\s*<p class="who"><strong><span data-to="topic:([0-9a-f-]{36})">')
_PORTRAIT = (
    '<figure><picture><source type="image/avif" srcset="{avif}">'
    '<img src="{jpeg}" width="64" height="64" alt="" loading="lazy"></picture>{caption}</figure>'
)
_CAPTION = "<figcaption>{credit}</figcaption>"


def add_portraits(fragments: ExplainerFragments, topics: Mapping[UUID, Topic]) -> ExplainerFragments:
    """Return ``fragments`` with portraits in *Key people*; the placeholders of the texts must not have been replaced.

    ``topics`` are the present topics by the uids in the texts, with their pictures.
    """
    sections = tuple(
        section.model_copy(update={"body_html": _add_to_list(section.body_html, topics)})
        if section.kind == PEOPLE.code
        else section
        for section in fragments.sections
    )
    return fragments.model_copy(update={"sections": sections})


def _add_to_list(html: str, topics: Mapping[UUID, Topic]) -> str:
    begin = html.find(_PEOPLE)
    if begin < 0:
        return html
    items, end = split_items(html, begin)
    pictures = [_find_picture(item, topics) for item in items]
    if 2 * sum(picture is not None for picture in pictures) < len(items):
        return html
    with_portraits = "".join(
        item.replace("<li>", f"<li>{_render_portrait(picture)}", 1) if picture else item
        for item, picture in zip(items, pictures, strict=True)
    )
    return f"{html[:begin]}{_WITH_PORTRAITS}{with_portraits}</ul>{html[end:]}"


def _find_picture(item: str, topics: Mapping[UUID, Topic]) -> Image | None:
    """Return the picture of the topic to which the name at the beginning of the item leads, if any."""
    who = _WHO.match(item)
    topic = topics.get(UUID(who[1])) if who else None
    return topic.picture if topic else None


def _render_portrait(image: Image) -> str:
    """Return the smallest square crop that is served. The name beside it says who it is, so it has no other text."""
    width = served_widths(image, "1x1")[0]
    addresses = {
        name: rendition_url(image, make_spec(image, "1x1", width=width, ending=ending))
        for name, ending in (("avif", "avif"), ("jpeg", "jpg"))
    }
    caption = fill_in(_CAPTION, credit=image.credit) if image.credit else ""
    return fill_in(_PORTRAIT, **addresses, caption=caption)
