"""Checks on links (text, scheme and target), on the questions of a story, and on the images placed in a text."""

from collections.abc import Iterator
from typing import NamedTuple

from newsroom.text.fold import fold
from newsroom.text.markdown.links import LinkTarget, parse_target
from stories.checks.context import CheckContext
from stories.checks.findings import Level
from stories.checks.prose import Link, parse_blocks
from stories.checks.registry import RawFindings, check
from stories.checks.texts import list_texts
from stories.documents import AnyDocument, Explainer

EMPTY_LINK_WORDS = {
    "en": {
        "article", "click", "click here", "continue", "details", "find out more", "go", "here", "info", "learn more",
        "link", "more", "more here", "more info", "more information", "page", "read", "read here", "read more",
        "read on", "see here", "see more", "site", "source", "story", "the article", "the link", "this", "this article",
        "this link", "this page", "this site", "this story", "website",
    },
    "de": {"hier", "hier klicken", "klicken sie hier", "link", "mehr", "mehr lesen", "weiter", "weiterlesen", "quelle"},
    "es": {"aqui", "haga clic aqui", "enlace", "leer mas", "mas", "mas informacion", "ver mas", "fuente"},
    "fr": {"ici", "cliquez ici", "lien", "en savoir plus", "lire la suite", "plus", "source", "voir plus"},
    "ar": {"هنا", "اضغط هنا", "انقر هنا", "المزيد", "اقرا المزيد", "الرابط", "المصدر"},
}  # fmt: skip
INSECURE_SCHEME = "http://"


class EntityLink(NamedTuple):
    """A link by uid: its target, its text, and the anchor of the field that contains it."""

    target: LinkTarget
    words: str
    anchor: str


def find_entity_links(document: AnyDocument) -> Iterator[EntityLink]:
    """Yield every link by uid in the document."""
    for link, anchor in _iter_links(document):
        if target := parse_target(link.address):
            yield EntityLink(target, link.words, anchor)


def _iter_links(document: AnyDocument) -> Iterator[tuple[Link, str]]:
    for words, anchor in list_texts(document):
        if "](" in words or "<" in words:
            for block in parse_blocks(words):
                yield from ((link, anchor) for link in block.links)


@check("links.words", level=Level.WARNING)
def links_have_meaningful_words(document: AnyDocument, context: CheckContext) -> RawFindings:
    """Link text names its target."""
    empty_words = EMPTY_LINK_WORDS.get(document.language.split("-")[0].lower(), set())
    for link, anchor in _iter_links(document):
        if fold(link.words).strip(" .,:;!?»«\"'()[]→>") in empty_words:
            yield f"The link text “{link.words}” is unclear. Link words that name the page.", anchor


@check("links.https", level=Level.WARNING)
def links_use_https(document: AnyDocument, context: CheckContext) -> RawFindings:
    """Links and sources use https."""
    for link, anchor in _iter_links(document):
        if link.address.lower().startswith(INSECURE_SCHEME):
            yield f"The link “{link.words}” to {link.address} doesn’t use https.", anchor
    for cited in document.citations:
        if cited.url.lower().startswith(INSECURE_SCHEME):
            yield (
                f"The link to source {cited.number}, “{cited.title}”, doesn’t use https.",
                f"citations.{cited.number}.url",
            )


@check("links.drafts", level=Level.WARNING)
def link_targets_are_public(document: AnyDocument, context: CheckContext) -> RawFindings:
    """Links lead to published pages."""
    if context.reachable is None:
        return
    for linked in find_entity_links(document):
        if linked.target.kind in {"story", "question"} and linked.target.uid not in context.reachable:
            yield (
                f"“{linked.words}” links to a {linked.target.kind} that won’t be published, "
                "so readers will see plain text.",
                linked.anchor,
            )
        elif linked.target.kind == "topic" and linked.target.uid not in context.reachable:
            yield f"“{linked.words}” links to a topic that isn’t public, so readers will see plain text.", linked.anchor


@check("questions.live", level=Level.WARNING, kind="story")
def questions_are_live(document: Explainer, context: CheckContext) -> RawFindings:
    """The questions of a story have published pages."""
    if context.reachable is None:
        return
    for question in document.questions:
        if question.uid not in context.reachable:
            yield (
                f"The page for “{question.question}” won’t be published, "
                "so readers will see the question without a link.",
                f"questions.{question.uid}.question",
            )


@check("links.pictures", level=Level.WARNING)
def placed_images_exist(document: AnyDocument, context: CheckContext) -> RawFindings:
    """Every picture in a text is one of the pictures of the page."""
    known = {f"picture:{picture.uid}" for picture in document.pictures}
    for words, anchor in list_texts(document):
        for block in parse_blocks(words) if "![" in words else ():
            if any(address not in known for address in block.pictures):
                yield "The text refers to a picture that isn’t on this page. Readers won’t see it.", anchor
