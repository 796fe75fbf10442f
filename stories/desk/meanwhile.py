"""Lets the desk say something else for a while, and leaves no trace of it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from stories.desk.articles import describe_articles
from stories.desk.restoring import restore
from stories.documents import AnyDocument
from stories.models import Work


class _OverError(Exception):
    """Ends what was only for a while."""


@contextmanager
def saying(work: Work, document: AnyDocument, *, sources_given: int | None = None) -> Iterator[None]:
    """Make the rows of ``work`` say what ``document`` says until the block ends; whatever it writes is undone then.

    A snapshot inside is ``document`` with the names that topics and outlets have today. The articles it cites say what
    it says of them. ``sources_given`` is the last number of a source that had been given then. Raises
    UnknownPictureError for a picture that is not in the library any more, IntegrityError where other rows of today
    stand in the way. Nothing that waits for the commit happens.
    """
    try:
        with transaction.atomic():
            restore(work, document)
            describe_articles(document.citations, by=None)
            if sources_given is not None:
                numbers = [cited.number for cited in document.citations]
                Work.objects.filter(pk=work.pk).update(citations_given=max([sources_given, *numbers]))
            yield
            raise _OverError
    except _OverError:
        return
