"""Form for the new names in the preview of an import: they are confirmed or merged when the text is imported."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.http import QueryDict

from newsroom.accounts.models import User
from stories.documents import AnyDocument
from stories.models import OutletKind
from stories.workflow import proposed_names
from topics.models import TopicKind

MAX_COMPARED = 40  # names for which similar known names are looked up
INTO = "into:"  # the prefix of the value that merges a name into a known one
# The kinds that a new name can have, and the one to select.
NAME_KINDS = {"topic": TopicKind.choices, "outlet": OutletKind.choices}
USUAL_KINDS = {"topic": TopicKind.SUBJECT, "outlet": OutletKind.NEWSPAPER}


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
        usual = USUAL_KINDS[proposal.what]
        names.append(NewName(proposal.what, proposal.name, kinds, usual, [each.name for each in similar]))
    return names


@dataclass(slots=True)
class DecidedNames:
    """How many of the new names in an import were confirmed, and how many were merged into known ones."""

    confirmed: int = 0
    merged: int = 0


def decide_new_names(document: AnyDocument, posted: QueryDict, *, by: User) -> DecidedNames:
    """Decide on the names that the imported ``document`` proposes: merge those for which a known name was chosen.

    Confirm the others that are ticked; one whose known name has gone meanwhile stays proposed. Raise NotAllowedError if
    the user may not confirm names.
    """
    ticked, decided = set(posted.getlist("confirm")), DecidedNames()
    for proposal in proposed_names.list_document_names(document):
        key = f"{proposal.what}:{proposal.name}"
        choice = posted.get(f"kind:{key}", "")
        into = proposed_names.find_entity(proposal.what, choice.removeprefix(INTO)) if choice.startswith(INTO) else None
        try:
            if into:
                proposed_names.merge_name(proposal.name, into, by=by)
                decided.merged += 1
            elif key in ticked and not choice.startswith(INTO):  # a known name may have gone meanwhile
                is_known = choice in dict(NAME_KINDS[proposal.what])
                proposed_names.confirm_name(proposal, kind=choice if is_known else USUAL_KINDS[proposal.what], by=by)
                decided.confirmed += 1
        except ValidationError:
            continue  # a name without letters stays proposed
    return decided
