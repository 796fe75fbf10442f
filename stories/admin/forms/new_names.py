"""Form for the new names in the preview of an import: they are confirmed or merged when the text is imported."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.http import QueryDict

from newsroom.accounts.models import User
from newsroom.text.fold import fold
from stories.documents import AnyDocument, Explainer, NamedOutlet, NamedTopic
from stories.documents.parse.words.vocabulary import load_words
from stories.models import Outlet, OutletKind
from stories.workflow import proposed_names
from topics.models import Topic, TopicKind

MAX_COMPARED = 40  # names for which similar known names are looked up
INTO = "into:"  # the prefix of the value that merges a name into a known one
# The kinds that a new name can have, and the one to select.
NAME_KINDS = {"topic": TopicKind.choices, "outlet": OutletKind.choices}
USUAL_KINDS = {"topic": TopicKind.SUBJECT, "outlet": OutletKind.NEWSPAPER}
# The words in the name of an outlet that tell its kind: “Bay Radio”, “Ansgar Wire”.
_WORDS_OF_KINDS = {
    OutletKind.BROADCASTER: load_words("outlets", "broadcasters"),
    OutletKind.AGENCY: load_words("outlets", "agencies"),
    OutletKind.MAGAZINE: load_words("outlets", "magazines"),
}


@dataclass(frozen=True, slots=True)
class NewName:
    """A new name with its kinds, the kind to select, and similar known names. It is ticked if there are none."""

    what: str
    name: str
    kinds: list[tuple[str, str]]
    kind: str
    similar: list[str]

    @property
    def key(self) -> str:
        """The value that a form submits for the name."""
        return f"{self.what}:{self.name}"


def list_new_names(document: AnyDocument) -> list[NewName]:
    """Return the names of topics and outlets that a document proposes."""
    names = []
    for number, proposal in enumerate(proposed_names.list_document_names(document)):
        kinds = [(code, str(label)) for code, label in NAME_KINDS[proposal.what]]
        similar = proposed_names.find_similar(proposal.what, proposal.name) if number < MAX_COMPARED else []
        kind = suggest_kind(proposal.what, proposal.name)
        names.append(NewName(proposal.what, proposal.name, kinds, kind, [each.name for each in similar]))
    return names


def suggest_kind(what: str, name: str) -> str:
    """Return the kind to select for this topic or outlet: the usual one, or that which a word of an outlet's name tells."""
    words = set(fold(name).split()) if what == "outlet" else set()
    return next((kind for kind, named in _WORDS_OF_KINDS.items() if words & named), USUAL_KINDS[what])


type Decisions = dict[tuple[str, str], Topic | Outlet]  # keyed by topic or outlet, and the folded name


@dataclass(slots=True)
class DecidedNames:
    """The document with the new names of an import that were decided on, and how many were confirmed and merged."""

    document: AnyDocument
    confirmed: int = 0
    merged: int = 0


def decide_new_names(document: AnyDocument, posted: QueryDict, *, by: User) -> DecidedNames:
    """Decide on the names that ``document`` proposes before it is imported: merge those with a chosen known name.

    Confirm the others that are ticked; one whose known name has gone meanwhile stays proposed. Raise NotAllowedError if
    the user may not confirm names.
    """
    ticked, decided = set(posted.getlist("confirm")), DecidedNames(document)
    decisions: Decisions = {}
    for proposal in proposed_names.list_document_names(document):
        key = f"{proposal.what}:{proposal.name}"
        choice = posted.get(f"kind:{key}", "")
        into = proposed_names.find_entity(proposal.what, choice.removeprefix(INTO)) if choice.startswith(INTO) else None
        try:
            if into:
                proposed_names.merge_name(proposal.name, into, by=by)
                decisions[proposal.what, proposal.folded] = into
                decided.merged += 1
            elif key in ticked and not choice.startswith(INTO):  # a known name may have gone meanwhile
                is_known = choice in dict(NAME_KINDS[proposal.what])
                kind = choice if is_known else suggest_kind(proposal.what, proposal.name)
                decisions[proposal.what, proposal.folded] = proposed_names.confirm_name(proposal, kind=kind, by=by)
                decided.confirmed += 1
        except ValidationError:
            continue  # a name without letters stays proposed
    decided.document = _use_decisions(document, decisions)
    return decided


def _use_decisions(document: AnyDocument, decisions: Decisions) -> AnyDocument:
    """Return the document with the decided names. Each topic, and each outlet of a passage, occurs once."""

    def use(outlet: NamedOutlet) -> NamedOutlet:
        entity = None if outlet.uid else decisions.get(("outlet", fold(outlet.name)))
        return NamedOutlet(uid=entity.uid, name=entity.name) if entity else outlet

    topics: dict[object, NamedTopic] = {}
    for topic in document.topics:
        entity = None if topic.topic else decisions.get(("topic", fold(topic.name)))
        used = topic.model_copy(update={"topic": entity.uid, "name": entity.name}) if entity else topic
        topics.setdefault(used.topic or used.uid, used)
    citations = tuple(cited.model_copy(update={"outlet": use(cited.outlet)}) for cited in document.citations)
    if not isinstance(document, Explainer):
        return document.changed(topics=tuple(topics.values()), citations=citations)
    passages = tuple(
        passage.model_copy(update={"outlets": tuple(dict.fromkeys(map(use, passage.outlets)))})
        for passage in document.passages
    )
    return document.changed(topics=tuple(topics.values()), citations=citations, passages=passages)
