"""Publishing what came in, as far as it is wanted."""

from collections.abc import Sequence
from dataclasses import dataclass

from newsroom import clock
from newsroom.accounts.models import User
from stories import publishing
from stories.importing import RefusedError
from stories.models import Change, ChangeNote, Edition, Work
from stories.publishing import Answer

AN_UPDATE = ChangeNote(Change.UPDATE)


@dataclass(frozen=True, slots=True)
class Publication:
    """What is said when a file is published as it comes in.

    ``waiting`` is what becomes of each edition that waits for a later time; None leaves that open, and a file that
    would go out before one is refused.
    """

    change: ChangeNote = AN_UPDATE
    waiting: Answer | None = None


def publish(works: Sequence[Work], made: Sequence[Work], publication: Publication, *, by: User | None) -> None:
    """Publish the works and the questions that were made with them; RefusedError, in the importer's terms, where a verb refuses."""
    if by is None:
        raise RefusedError(1, "Publishing needs somebody who publishes.")
    waiting = Edition.objects.filter(work__in=works).waiting(clock.now()) if publication.waiting else ()
    answers = {edition.pk: publication.waiting for edition in waiting if publication.waiting}
    try:
        goings = [publishing.Going(work, publication.change) for work in works]
        publishing.publish_many([*goings, *made], by=by, answers=answers)
    except publishing.NothingNewError:
        return
    except publishing.NotReadyError as error:
        raise RefusedError(1, f"It cannot be published yet. {error}") from error
    except publishing.WaitingError as error:
        raise RefusedError(1, f"{error} (--waiting cancel, or --waiting carry)") from error
    except publishing.RefusedError as error:
        raise RefusedError(1, str(error)) from error
