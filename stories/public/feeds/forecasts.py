"""The feed of forecasts: entered, past their day, decided."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext, pgettext

from newsroom.http.clock import request_time
from newsroom.page_cache.dependencies import get_dependencies
from newsroom.page_cache.responses import public_page
from newsroom.site.templatetags.public_pages import day
from newsroom.text.html import fill_in
from stories.documents.schema.forecasts import STATES
from stories.public.feeds.xml import AtomFeed, add_entry, create_feed, feed_response
from stories.public.pages.forecasts import ForecastEvent, newest_events
from stories.public.pages.works.markup.forecasts import say_overdue
from stories.public.templatetags.forecasts import describe_withdrawal, name_forecast

_ENTRY = '<p>{words}</p><p><a href="{url}">{story}</a></p>'


@public_page
def forecast_feed(request: HttpRequest) -> HttpResponse:
    """Return an Atom feed of what happened to forecasts in the active language, newest first."""
    title = gettext("{site}: forecasts").format(site=settings.SITE_NAME)
    feed = create_feed(AtomFeed, title, page=reverse("forecasts"), feed_url=reverse("forecast_feed"))
    for event in newest_events(at=request_time(request), dependencies=get_dependencies(request)):
        _add_event(feed, event)
    return feed_response(feed)


def _add_event(feed: AtomFeed, event: ForecastEvent) -> None:
    row, edition = event.entry.row, event.entry.row.edition
    with translation.override(edition.language):
        if event.entry.is_withdrawn:
            title = gettext("Forecasts of a withdrawn story")
            html = f"<p>{describe_withdrawal(event.entry, event.at, site=settings.SITE_URL)}</p>"
        else:
            title = f"{_name_event(event)}: {name_forecast(event.entry)}"
            words = (
                say_overdue(row.due_on, event.at)
                if event.kind == "due"
                else fill_in(gettext("By {day}."), day=day(row.due_on, event.at))
            )
            story = gettext("“{title}”").format(title=edition.title)
            html = fill_in(_ENTRY, words=words, url=f"{settings.SITE_URL}{event.entry.url}", story=story)
        add_entry(
            feed,
            title=title,
            path=event.entry.url,
            key=event.key,
            summary=escape(title),
            html=html,
            language=edition.language,
            published=event.at,
            updated=event.at,
        )


def _name_event(event: ForecastEvent) -> str:
    if event.kind == "entered":
        return pgettext("forecast", "New")
    return pgettext("forecast", "Due") if event.kind == "due" else str(STATES[event.state])
