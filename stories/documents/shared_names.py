"""Compares two documents without the names of what they share with other works: topics, outlets, contributors."""

from stories.documents.explainer import Explainer
from stories.documents.parts import NamedOutlet
from stories.documents.upgrading import AnyDocument


def same_but_names(a: AnyDocument, b: AnyDocument) -> bool:
    """Say whether ``a`` and ``b`` differ in nothing but present names of the same topics, outlets and contributors.

    They are the same when their uids are; a name that is only proposed has no uid and is compared as it is written.
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
            # The order of the outlets follows from their names.
            passage.model_copy(update={"outlets": tuple(sorted(map(_unnamed, passage.outlets), key=str))})
            for passage in document.passages
        )
    return document.model_copy(update=shared)


def _unnamed(outlet: NamedOutlet) -> NamedOutlet:
    return outlet.model_copy(update={"name": ""}) if outlet.uid else outlet
