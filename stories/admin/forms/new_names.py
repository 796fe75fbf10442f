"""Form for the new names in the preview of an import: ticked names are confirmed when the text is imported."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.http import QueryDict

from newsroom.accounts.models import User
from stories.documents import AnyDocument
from stories.models import OutletKind
from stories.workflow import proposed_names
from topics.models import TopicKind

MAX_COMPARED = 40  # names for which similar known names are looked up
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


def confirm_ticked_names(document: AnyDocument, posted: QueryDict, *, by: User) -> int:
    """Confirm the ticked names that the imported ``document`` proposes, and return their number.

    Raise NotAllowedError if the user may not confirm names.
    """
    ticked, count = set(posted.getlist("confirm")), 0
    for proposal in proposed_names.list_document_names(document):
        key = f"{proposal.what}:{proposal.name}"
        if key not in ticked:
            continue
        kind = posted.get(f"kind:{key}", "")
        if kind not in dict(NAME_KINDS[proposal.what]):
            kind = USUAL_KINDS[proposal.what]
        try:
            if proposal.what == "topic":
                proposed_names.confirm_topic(proposal.name, by=by, kind=kind, description=proposal.description)
            else:
                proposed_names.confirm_outlet(proposal.name, by=by, kind=kind)
        except ValidationError:
            continue  # a name without letters stays proposed
        count += 1
    return count
