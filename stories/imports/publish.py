"""Publish imported works, and confirm the proposed names in them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from newsroom.accounts.models import User
from newsroom.accounts.permissions import NotAllowedError
from newsroom.http import clock
from stories import drafts, publishing
from stories.documents.parse import UnreadableDocumentError
from stories.models import Answer as QuestionAnswer
from stories.models import Change, ChangeNote, Edition, Work
from stories.publishing import ScheduleResolution
from stories.workflow import proposed_names

DEFAULT_CHANGE = ChangeNote(Change.UPDATE)


@dataclass(frozen=True, slots=True)
class PublicationOptions:
    """Options for publishing a file when it is imported.

    ``schedule_resolution`` is the resolution for pending schedules; without it, a file that would be published before a
    pending schedule is refused. With ``confirm_names``, the topics and outlets that the works propose are confirmed
    first. With ``leave_questions``, a question without answers remains a draft, and the story shows only its wording.
    """

    change: ChangeNote = DEFAULT_CHANGE
    schedule_resolution: ScheduleResolution | None = None
    confirm_names: bool = False
    leave_questions: bool = False


def publish_imports(
    works: Sequence[Work], created_questions: Sequence[Work], publication: PublicationOptions, *, by: User | None
) -> None:
    """Publish the works and the questions that were created with them.

    If readers already see all of them, publish nothing. Raise UnreadableDocumentError if publishing is refused, or if
    ``by`` is None. Raise NotAllowedError if ``by`` may not publish.
    """
    if by is None:
        raise UnreadableDocumentError(1, "Publishing needs an account that can publish.")
    if publication.confirm_names:
        confirm_proposed_names(works, by=by)
    questions = _filter_answered(created_questions) if publication.leave_questions else created_questions
    pending = Edition.objects.filter(work__in=works).pending(clock.now()) if publication.schedule_resolution else ()
    resolutions = {
        edition.pk: publication.schedule_resolution for edition in pending if publication.schedule_resolution
    }
    try:
        requests = [publishing.PublishRequest(work, publication.change) for work in works]
        publishing.publish_many([*requests, *questions], by=by, resolutions=resolutions)
    except publishing.NothingNewError:
        return
    except publishing.NotReadyError as error:
        raise UnreadableDocumentError(1, f"Not published. {error}") from error
    except publishing.PendingScheduleError as error:
        raise UnreadableDocumentError(1, f"{error} (--waiting cancel, or --waiting carry)") from error
    except publishing.RefusedError as error:
        raise UnreadableDocumentError(1, str(error)) from error


def confirm_proposed_names(works: Sequence[Work], *, by: User) -> None:
    """Confirm the names of topics and outlets that the works propose, and use them in other works that propose them.

    Raise UnreadableDocumentError if ``by`` may not confirm names, or if a name is invalid.
    """
    documents = [drafts.build_document(work) for work in works]
    proposals = [each for document in documents for each in proposed_names.list_document_names(document)]
    try:
        for proposal in proposals:
            if proposal.what == "topic":
                proposed_names.confirm_topic(proposal.name, by=by, description=proposal.description)
            else:
                proposed_names.confirm_outlet(proposal.name, by=by)
    except NotAllowedError as error:
        raise UnreadableDocumentError(1, str(error)) from error
    except ValidationError as error:
        raise UnreadableDocumentError(1, " ".join(error.messages)) from error


def _filter_answered(questions: Sequence[Work]) -> list[Work]:
    with_answers = set(
        QuestionAnswer.objects.filter(faq__in=[question.pk for question in questions]).values_list("faq", flat=True)
    )
    return [question for question in questions if question.pk in with_answers]
