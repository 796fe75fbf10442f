"""Comparison of two revisions for a review, in which mere confirmations do not count as changes."""

from newsroom.text.fold import fold
from stories.documents.schema import Explainer, NamedOutlet, NamedTopic, QuestionPage
from stories.documents.upgrade import AnyDocument
from stories.documents.walk import equal_except_names

type Outlets = tuple[NamedOutlet, ...]


def equal_except_confirmations(before: AnyDocument, after: AnyDocument) -> bool:
    """Return whether ``after`` equals ``before`` but for the names of shared entities and for confirmations.

    An editor can confirm a headline, the wording of a question, and that an imported text is complete. A proposed name
    counts as confirmed if it became a topic or an outlet of the same name.
    """
    return equal_except_names(_settled(before, after, by_any_name=False), after)


def equal_except_decisions(before: AnyDocument, after: AnyDocument) -> bool:
    """Return whether ``after`` equals ``before`` but for confirmations and decisions on proposed names.

    A proposed name may have become a topic or an outlet of another name, or have been removed. Readers then see other
    names and the same texts.
    """
    return equal_except_names(_settled(before, after, by_any_name=True), after)


def with_article_details_of(document: AnyDocument, after: AnyDocument) -> AnyDocument:
    """Return ``document`` with the details from ``after`` of the articles that both cite under the same numbers."""
    known = {(cited.number, cited.article): cited for cited in after.citations}
    citations = tuple(known.get((cited.number, cited.article), cited) for cited in document.citations)
    return document.model_copy(update={"citations": citations})


def _settled(before: AnyDocument, after: AnyDocument, *, by_any_name: bool) -> AnyDocument:
    """Return ``before`` with the confirmations of ``after``; with ``by_any_name`` also its other decisions on names."""
    topics = {topic.uid: topic for topic in after.topics}
    cited = {each.article: each.outlet for each in after.citations}
    settled: dict[str, object] = {
        "cut_off": after.cut_off,
        "topics": tuple(
            _settled_topic(topic, topics.get(topic.uid), by_any_name=by_any_name)
            for topic in before.topics
            if topic.topic or topic.uid in topics or not by_any_name
        ),
        "citations": tuple(
            each.model_copy(
                update={
                    "outlet": _settled_outlets(
                        (each.outlet,), (cited.get(each.article, each.outlet),), by_any_name=by_any_name
                    )[0]
                }
            )
            for each in before.citations
        ),
    }
    if isinstance(before, Explainer) and isinstance(after, Explainer):
        speaking = {passage.uid: passage.outlets for passage in after.passages}
        settled["headline_confirmed"] = after.headline_confirmed
        settled["passages"] = tuple(
            passage.model_copy(
                update={
                    "outlets": _settled_outlets(
                        passage.outlets, speaking.get(passage.uid, passage.outlets), by_any_name=by_any_name
                    )
                }
            )
            for passage in before.passages
        )
    elif isinstance(before, QuestionPage) and isinstance(after, QuestionPage):
        settled["question_confirmed"] = after.question_confirmed
    return before.model_copy(update=settled)


def _settled_topic(topic: NamedTopic, now: NamedTopic | None, *, by_any_name: bool) -> NamedTopic:
    if topic.topic or now is None or now.topic is None or not (by_any_name or fold(now.name) == fold(topic.name)):
        return topic
    return topic.model_copy(update={"topic": now.topic, "name": now.name})


def _settled_outlets(before: Outlets, after: Outlets, *, by_any_name: bool) -> Outlets:
    known = {outlet.uid for outlet in before}
    new = {fold(outlet.name): outlet for outlet in after if outlet.uid not in known}
    confirmed = [outlet if outlet.uid else new.pop(fold(outlet.name), outlet) for outlet in before]
    if not by_any_name:
        return tuple(confirmed)
    left = [outlet for outlet in confirmed if outlet.uid or outlet in after]
    return (*left, *new.values())[: len(before)]
