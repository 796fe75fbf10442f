"""The texts of a document by place, for reading, comparing and commenting, and comparison regardless of names."""

from collections.abc import Iterator
from dataclasses import dataclass

from stories.documents.schema import CitedArticle, Explainer, NamedOutlet, PlacedPicture
from stories.documents.upgrade import AnyDocument


@dataclass(frozen=True, slots=True)
class DocumentText:
    """A text of a document with its label; ``key`` is its place, the same in a document and on a form."""

    key: str
    label: str
    text: str

    @property
    def is_read(self) -> bool:
        """Whether a reading page shows it as a text: headings and outlets are in the labels of other texts."""
        return not self.key.endswith((".heading", ".outlets"))


def list_texts(document: AnyDocument) -> list[DocumentText]:
    """Return the texts of a document that are not blank, in the order of the page."""
    return [each for each in _of_document(document) if each.text.strip()]


def _of_document(document: AnyDocument) -> Iterator[DocumentText]:
    if isinstance(document, Explainer):
        yield DocumentText("headline", "Headline", document.headline)
        yield DocumentText("standfirst", "Standfirst", document.standfirst)
        yield DocumentText("byline_names", "Byline", "; ".join(name.name for name in document.byline))
        if document.lead_picture:
            yield from _of_picture("lead", "Lead picture", document.lead_picture)
        for section in document.sections:
            yield DocumentText(f"sections.{section.uid}.heading", "Heading", section.heading)
            yield DocumentText(f"sections.{section.uid}.text", section.heading or "Section", section.text)
        for passage in document.passages:
            names = "; ".join(outlet.name for outlet in passage.outlets)
            yield DocumentText(f"passages.{passage.uid}.outlets", "Outlets of a passage", names)
            yield DocumentText(f"passages.{passage.uid}.text", f"Passage: {names or 'our comparison'}", passage.text)
            sources = ", ".join(map(str, passage.sources))
            yield DocumentText(f"passages.{passage.uid}.sources", "Sources of a passage", sources)
        for asked in document.questions:
            yield DocumentText(f"questions.{asked.uid}.question", "Question", asked.question)
            yield DocumentText(f"questions.{asked.uid}.teaser", f"Teaser: {asked.question}", asked.teaser)
    else:
        yield DocumentText("question", "Question", document.question)
        yield DocumentText("introduction", "Introduction", document.introduction)
        for answer in document.answers:
            yield DocumentText(f"answers.{answer.uid}.question", "Question of an answer", answer.question)
            yield DocumentText(f"answers.{answer.uid}.text", f"Answer: {answer.question}", answer.text)
            yield DocumentText(f"answers.{answer.uid}.as_of", "As of", answer.as_of.isoformat() if answer.as_of else "")
    for topic in document.topics:
        yield DocumentText(f"topics.{topic.uid}.name", "Topic", topic.name)
        yield DocumentText(f"topics.{topic.uid}.description", f"Topic: {topic.name}", topic.description)
    for picture in document.pictures:
        yield from _of_picture(f"pictures.{picture.uid}", "Picture in the text", picture)
    if isinstance(document, Explainer):
        yield DocumentText("method_note", "How this page was made", document.method_note)
    for cited in document.citations:
        yield DocumentText(f"citations.{cited.number}", f"Source {cited.number}", _of_source(cited))


def _of_picture(key: str, label: str, picture: PlacedPicture) -> Iterator[DocumentText]:
    yield DocumentText(f"{key}.alt", f"{label}: alternative text", picture.alt)
    yield DocumentText(f"{key}.caption", f"{label}: caption", picture.caption)
    yield DocumentText(f"{key}.credit", f"{label}: credit", picture.credit)


def _of_source(cited: CitedArticle) -> str:
    day = cited.published_on.isoformat() if cited.published_on else ""
    return "\n".join(part for part in (cited.title, cited.outlet.name, day, cited.author, cited.url) if part)


def equal_except_names(a: AnyDocument, b: AnyDocument) -> bool:
    """Return whether two documents are equal but for the names of the same topics, outlets and contributors.

    Those are the same if their uids are equal. A proposed name has no uid and is compared as text.
    """
    return type(a) is type(b) and _nameless(a) == _nameless(b)


def _nameless(document: AnyDocument) -> AnyDocument:
    shared: dict[str, object] = {
        "topics": tuple(topic.model_copy(update={"name": ""}) if topic.topic else topic for topic in document.topics),
        "citations": tuple(cited.model_copy(update={"outlet": _unnamed(cited.outlet)}) for cited in document.citations),
    }
    if isinstance(document, Explainer):
        shared["byline"] = tuple(person.model_copy(update={"name": ""}) for person in document.byline)
        shared["passages"] = tuple(
            # Outlets are ordered by name, so a new name can change their order.
            passage.model_copy(update={"outlets": tuple(sorted(map(_unnamed, passage.outlets), key=str))})
            for passage in document.passages
        )
    return document.model_copy(update=shared)


def _unnamed(outlet: NamedOutlet) -> NamedOutlet:
    return outlet.model_copy(update={"name": ""}) if outlet.uid else outlet
