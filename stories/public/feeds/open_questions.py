"""The Atom feed of questions that opened, changed their state or were answered lately."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext

from newsroom.page_cache.dependencies import get_dependencies
from newsroom.page_cache.responses import public_page
from stories.public.feeds.xml import AtomFeed, add_entry, create_feed, feed_response
from stories.public.pages.open_questions import list_changed_questions


@public_page
def open_question_feed(request: HttpRequest) -> HttpResponse:
    """Return an Atom feed with an entry for each question, whose title begins with the present state."""
    title = gettext("{site}: open questions").format(site=settings.SITE_NAME)
    feed = create_feed(AtomFeed, title, page=reverse("open_questions"), feed_url=reverse("open_question_feed"))
    for question in list_changed_questions(dependencies=get_dependencies(request)):
        edition = question.edition
        summary = escape(edition.summary)
        with translation.override(edition.language):
            add_entry(
                feed,
                title=gettext("{state}: {question}").format(state=question.state_label, question=edition.title),
                path=edition.get_absolute_url(),
                key=edition.uid,
                summary=summary,
                html=f"<p>{summary}</p>",
                language=edition.language,
                published=edition.first_published_at,
                updated=question.changed_at,
            )
    return feed_response(feed)
