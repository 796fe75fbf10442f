"""Publish imported works, and confirm the names that they propose."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from newsroom.accounts.models import User
from newsroom.accounts.permissions import NotAllowedError
from newsroom.http import clock
from stories import drafts, publishing
from stories.documents import AnyDocument, Explainer, NamedOutlet
from stories.documents.parse import UnreadableDocumentError
from stories.models import Answer as QuestionAnswer
from stories.models import Change, ChangeNote, Edition, Work
from stories.publishing import ScheduleResolution
from stories.workflow import proposed_names

DEFAULT_CHANGE = ChangeNote(Change.UPDATE)


@dataclass(frozen=True, slots=True)
class PublicationOptions:
    """How a file is published when it is imported.

    ``waiting`` is the resolution for pending schedules; with None, a file that would be published before one is
    refused. With ``confirm_names``, the topics and outlets that the works propose are confirmed first. With
    ``leave_questions``, a question without answers remains a draft, and the story prints its words.
    """

    change: ChangeNote = DEFAULT_CHANGE
    schedule_resolution: ScheduleResolution | None = None
    confirm_names: bool = False
    leave_questions: bool = False


def publish_imports(
    works: Sequence[Work], made: Sequence[Work], publication: PublicationOptions, *, by: User | None
) -> None:
    """Publish the works and the questions that were created with them.

    Do nothing if there is nothing new. Raise UnreadableDocumentError if a verb refuses, or if ``by`` is None.
    """
    if by is None:
        raise UnreadableDocumentError(1, "Publishing needs somebody who publishes.")
    if publication.confirm_names:
        confirm_proposed_names(works, by=by)
    going_along = _answered(made) if publication.leave_questions else made
    waiting = Edition.objects.filter(work__in=works).pending(clock.now()) if publication.schedule_resolution else ()
    answers = {edition.pk: publication.schedule_resolution for edition in waiting if publication.schedule_resolution}
    try:
        goings = [publishing.PublishRequest(work, publication.change) for work in works]
        publishing.publish_many([*goings, *going_along], by=by, resolutions=answers)
    except publishing.NothingNewError:
        return
    except publishing.NotReadyError as error:
        raise UnreadableDocumentError(1, f"It cannot be published yet. {error}") from error
    except publishing.PendingScheduleError as error:
        raise UnreadableDocumentError(1, f"{error} (--waiting cancel, or --waiting carry)") from error
    except publishing.RefusedError as error:
        raise UnreadableDocumentError(1, str(error)) from error


def confirm_proposed_names(works: Sequence[Work], *, by: User) -> None:
    """Confirm the topics and outlets that the works propose, here and wherever else the names are proposed.

    Raise UnreadableDocumentError if ``by`` may not do so, and for an invalid name.
    """
    documents = [drafts.build_document(work) for work in works]
    topics = {topic.name: topic.description for document in documents for topic in document.topics if not topic.topic}
    outlets = dict.fromkeys(outlet.name for document in documents for outlet in _outlets(document) if not outlet.uid)
    try:
        for name, description in topics.items():
            proposed_names.confirm_topic(name, by=by, description=description)
        for name in outlets:
            proposed_names.confirm_outlet(name, by=by)
    except NotAllowedError as error:
        raise UnreadableDocumentError(1, str(error)) from error
    except ValidationError as error:
        raise UnreadableDocumentError(1, " ".join(error.messages)) from error


def _outlets(document: AnyDocument) -> Iterator[NamedOutlet]:
    yield from (cited.outlet for cited in document.citations)
    if isinstance(document, Explainer):
        yield from (outlet for passage in document.passages for outlet in passage.outlets)


def _answered(questions: Sequence[Work]) -> list[Work]:
    with_answers = set(
        QuestionAnswer.objects.filter(faq__in=[one.pk for one in questions]).values_list("faq", flat=True)
    )
    return [one for one in questions if one.pk in with_answers]
