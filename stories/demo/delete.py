"""Delete the demonstration from an installation."""

from collections.abc import Iterator
from datetime import date

from django.utils import timezone

from newsroom.accounts.models import Contributor, User
from newsroom.http import clock
from newsroom.page_cache.invalidation import invalidation
from newsroom.site.models import AboutPage
from stories.demo import files
from stories.demo.documents import uid_of
from stories.demo.seed import list_work_uids
from stories.models import Work
from stories.publishing import erase
from stories.publishing.erase.shared import delete_unused_rows

REASON = "The demonstration was deleted."


def delete_demonstration(*, by: User) -> Iterator[str]:
    """Erase all stories and questions of the demonstration, delete its about pages, and yield the title of each.

    Topics, outlets and pictures are deleted unless other pages use them. So are the public pages of its authors, with
    their portraits. Accounts, bylines and the house style remain.
    Raise NotAllowedError if the user may not erase.
    """
    _remove_author_pages()
    for work in Work.objects.filter(uid__in=list_work_uids(_today())).order_by("pk"):
        title = str(work)
        erase.erase_work(work, by=by, reason=REASON)
        yield title
    with invalidation():
        for data in files.load_about_pages():
            for page in AboutPage.objects.filter(slug=data.slug, text=data.text):
                page.delete()
                yield data.title


def _remove_author_pages() -> None:
    with invalidation():
        authors = Contributor.objects.filter(uid__in=[uid_of("contributor", key) for key in files.load_contributors()])
        portraits = {uid_of("portrait", name) for name in files.list_portraits()}
        for author in authors:
            portrait = author.picture
            author.remove_page()
            if portrait and portrait.uid in portraits:
                delete_unused_rows([portrait], delete_files=True)


def _today() -> date:
    return timezone.localdate(clock.now())
