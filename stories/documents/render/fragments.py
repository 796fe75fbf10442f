"""What an edition keeps of a document, rendered: frozen values, stored as JSON and read back for each page."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from stories.documents import NamedContributor, NamedOutlet, PlacedPicture
from stories.documents.schema import Value


class ShownPicture(PlacedPicture):
    """A placed picture with its caption as HTML."""

    caption_html: str = ""


class SectionFragment(Value):
    """A section: ``sources`` are the numbers of those it cites as readers see them, in ascending order."""

    uid: UUID
    kind: str
    anchor: str
    heading: str
    body_html: str
    sources: tuple[int, ...] = ()


class PassageFragment(Value):
    """A passage of *What the papers say*: ``sources`` are the articles it cites or draws on, in ascending order."""

    uid: UUID
    body_html: str
    outlets: tuple[NamedOutlet, ...] = ()
    sources: tuple[int, ...] = ()


class SourceFragment(Value):
    """An article in the list of sources.

    ``display`` is the number that readers see, ``number`` the citation's own; ``back`` are the ids of the places that
    mention it, in reader order.
    """

    display: int
    number: int
    article: UUID
    url: str
    title: str
    outlet: NamedOutlet
    published_on: date | None = None
    author: str = ""
    paywalled: bool = False
    back: tuple[str, ...] = ()


class QuestionLink(Value):
    """A common question as the story asks it; without a teaser the question's introduction stands there."""

    uid: UUID
    question: str
    teaser_html: str = ""
    teaser_words: str = ""


class TopicMention(Value):
    """A topic as the work names it; ``topic`` is None while its name is only proposed."""

    topic: UUID | None
    name: str
    explain: bool = True
    description_html: str = ""
    description_words: str = ""


class _Fragments(Value):
    """What the pages of both kinds of document keep."""

    sources: tuple[SourceFragment, ...] = ()
    topics: tuple[TopicMention, ...] = ()
    pictures: Mapping[UUID, ShownPicture] = {}
    summary: str = ""
    word_count: int = 0


class ExplainerFragments(_Fragments):
    """A story, rendered. ``happened_is_summary`` says that no standfirst comes before *What's happened*."""

    headline: str
    standfirst_html: str = ""
    standfirst_words: str = ""
    lead_picture: ShownPicture | None = None
    byline: tuple[NamedContributor, ...] = ()
    sections: tuple[SectionFragment, ...] = ()
    passages: tuple[PassageFragment, ...] = ()
    questions: tuple[QuestionLink, ...] = ()
    deeper_heading: str = ""
    questions_heading: str = ""
    topics_heading: str = ""
    method_html: str = ""
    happened_is_summary: bool = False


class AnswerFragment(Value):
    """One answer: ``as_of`` is the day on which it was true."""

    uid: UUID
    anchor: str
    question: str
    body_html: str
    as_of: date | None = None
    sources: tuple[int, ...] = ()


class QuestionFragments(_Fragments):
    """The page of a common question, rendered."""

    question: str
    introduction_html: str = ""
    introduction_words: str = ""
    answers: tuple[AnswerFragment, ...] = ()
