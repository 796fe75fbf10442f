"""Entries of story feeds, each with its full text: the newest stories of the site, a topic, an outlet or an author."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import get_language

from newsroom.accounts.models import Contributor
from newsroom.db.keyset import select_newest
from newsroom.entities.merged import Family
from newsroom.http.languages import in_active_language, list_language, primary_subtag
from newsroom.media.processing.encode import scale_to_width
from newsroom.media.renditions.specs import FREE, fallback_width, make_spec, rendition_url
from newsroom.outlets.models import Outlet
from newsroom.page_cache.dependencies import STORIES, NoDependencies, PageDependencies, page_key
from newsroom.page_cache.responses import MovedError
from newsroom.text.diff.words import Run
from stories.documents.render import ExplainerFragments
from stories.editions.models import Change, Edition
from stories.public.pages.authors import get_public_author, list_stories_by
from stories.public.pages.history.recent_changes import latest_changes
from stories.public.pages.history.sentences import compare_sentences
from stories.public.pages.lists.branches import list_languages, split_stories_by_language
from stories.public.pages.outlets.outlet import get_outlet_family
from stories.public.pages.works.brief import list_brief_lines
from stories.public.pages.works.forecasts import list_open_days
from stories.public.pages.works.images import Figure, load_figures
from stories.public.pages.works.links import Links, LiveQuestion, record_text_dependencies
from stories.public.pages.works.live_data import next_day_in
from stories.public.pages.works.markup.agreement import render_as_list
from stories.public.pages.works.markup.brief import render_brief
from stories.public.pages.works.markup.forecasts import list_as_items
from stories.public.pages.works.markup.key_figures import list_as_sentences
from stories.public.pages.works.open_questions import list_open_items, show_live_states
from stories.public.pages.works.outlets import load_outlets
from stories.public.pages.works.placeholders import find_link_targets, replace_placeholders
from stories.public.pages.works.sections import (
    RenderedSection,
    SourceEntry,
    build_source_entries,
    iter_story_texts,
    list_outlet_uids,
    render_sections,
)
from stories.public.pages.works.story import QuestionTeaser, build_teaser
from topics.models import Topic
from topics.pages import record_dependencies, topic_family

MAX_IN_FEED = 20
_HIDDEN_WORDS = re.compile(r'<span class="visually-hidden">[^<]*</span>')
_LOCAL_LINK = re.compile(r'(<a\b[^>]*?\bhref=")([/#])')


@dataclass(frozen=True, slots=True)
class FeedPicture:
    """The lead picture of a story as a JPEG, at an absolute URL. A decorative picture has no alternative text."""

    url: str
    width: int
    height: int
    alt: str
    credit: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A story in a feed. Every link in its HTML is absolute. ``change`` made the newest change that was announced."""

    edition: Edition
    picture: FeedPicture | None
    change: Edition | None
    byline: tuple[str, ...]
    topics: tuple[str, ...]
    summary_html: str
    brief_html: str
    parts: list[RenderedSection]
    questions: list[QuestionTeaser]
    questions_heading: str
    sources: list[SourceEntry]

    @property
    def is_corrected(self) -> bool:
        """Whether the newest announced change is a correction."""
        return self.change is not None and self.change.change == Change.CORRECTION

    @property
    def correction_runs(self) -> list[Run]:
        """The wrong and the right sentence of the newest change, compared by ``compare_sentences``."""
        return compare_sentences(self.change.was_wrong, self.change.is_right) if self.change else []


def newest_stories(*, at: datetime, dependencies: PageDependencies | None = None) -> QuerySet[Edition]:
    """Return the ``MAX_IN_FEED`` newest live stories in the active language.

    Lists in the site's first language also contain stories in other languages that have no lists, but feeds do not.
    """
    record_dependencies(dependencies, STORIES)
    branches = split_stories_by_language(at, [primary_subtag(list_language(get_language()))])
    return select_newest(Edition.objects.live(at).stories().with_ordinals(), limit=MAX_IN_FEED, branches=branches)


def stories_about(
    slug: str, *, at: datetime, dependencies: PageDependencies | None = None
) -> tuple[Topic, QuerySet[Edition]]:
    """Return the topic at this address, and the newest stories that name it or a topic merged into it.

    Only stories in the lists of the active language are included. Raise Http404 unless a live edition names the topic,
    and MovedError if its feed has another address.
    """
    family = topic_family(slug, at=at, dependencies=dependencies)
    topic = family.thing
    if topic.slug != slug:
        raise MovedError(f"{topic.get_absolute_url()}feed.atom")
    return topic, _list_newest(family)


def stories_citing(
    slug: str, *, at: datetime, dependencies: PageDependencies | None = None
) -> tuple[Outlet, QuerySet[Edition]]:
    """Return the outlet at this address, and the newest stories that name it or an outlet merged into it.

    Only stories in the lists of the active language are included. Raise the same exceptions as ``stories_about``.
    """
    try:
        family = get_outlet_family(slug, at=at, dependencies=dependencies)
    except MovedError as moved:
        raise MovedError(f"{moved.url}feed.atom") from moved
    return family.thing, _list_newest(family)


def stories_by(
    slug: str, *, at: datetime, dependencies: PageDependencies | None = None
) -> tuple[Contributor, QuerySet[Edition]]:
    """Return the author whose page has this address, and the newest stories with this author in their bylines.

    Only stories in the lists of the active language are included. Raise Http404 unless the author page is public, and
    MovedError if its feed has another address.
    """
    try:
        author = get_public_author(slug, at=at, dependencies=dependencies)
    except MovedError as moved:
        raise MovedError(f"{moved.url}feed.atom") from moved
    record_dependencies(dependencies)
    return author, select_newest(list_stories_by(author.pk, at=at).filter(in_active_language()), limit=MAX_IN_FEED)


def _list_newest(family: Family[Topic] | Family[Outlet]) -> QuerySet[Edition]:
    return select_newest(
        Edition.objects.all(),
        limit=MAX_IN_FEED,
        branches=family.mention_branches("story", languages=list_languages("story")),
        key="edition",
    )


def newest_entries(
    stories: QuerySet[Edition], *, site: str, at: datetime, dependencies: PageDependencies | None = None
) -> list[Entry]:
    """Return ``stories`` as entries of a feed. ``site`` is the URL of the site.

    This takes at most six queries, and one more if ``dependencies`` is given.
    """
    editions = list(stories)
    parsed = [(edition, ExplainerFragments.model_validate(edition.fragments)) for edition in editions]
    texts = [text for _, fragments in parsed for text in iter_story_texts(fragments)]
    lead_pictures = [fragments.lead_picture for _, fragments in parsed if fragments.lead_picture]
    questions = {question.uid for _, fragments in parsed for question in fragments.questions}
    keys = [page_key("picture", picture.image) for picture in lead_pictures]
    keys += [page_key("question", uid) for uid in questions]
    record_text_dependencies(dependencies, texts, keys=keys)
    open_days = (day for _, fragments in parsed for day in list_open_days(fragments.forecasts))
    next_day_in(open_days, dependencies or NoDependencies(at=at))
    figures = load_figures(lead_pictures, fill=str)
    changes = latest_changes({edition.uid for edition in editions}, at=at)
    links = Links.load(find_link_targets(texts), topics=(), questions=questions, at=at)
    if dependencies:
        next_day_in((question.valid_until for question in links.questions.values()), dependencies)
    links = replace(links, questions={uid: _with_full_url(now, site) for uid, now in links.questions.items()})
    outlets = load_outlets({uid for _, fragments in parsed for uid in list_outlet_uids(fragments)})
    today = timezone.localtime(at).date()
    entries = []
    for edition, fragments in parsed:
        fill = partial(
            _fill_and_complete_links,
            page=f"{site}{edition.get_absolute_url()}",
            site=site,
            fill=partial(replace_placeholders, addresses=links.addresses, pictures={}, today=today, year=today.year),
        )
        sources = build_source_entries(fragments.sources, outlets)
        happened = fragments.happened
        with translation.override(edition.language):
            fragments = show_live_states(fragments, links.questions)
            parts = render_sections(fragments, sources=sources, outlets=outlets, fill=fill, at=at, today=today)
            entries.append(
                Entry(
                    edition=edition,
                    picture=_build_picture(figures.get(fragments.lead_picture.uid), site)
                    if fragments.lead_picture
                    else None,
                    change=changes.get(edition.uid),
                    byline=tuple(name.name for name in fragments.byline),
                    topics=tuple(topic.name for topic in fragments.topics),
                    summary_html=fill(happened.body_html if happened else fragments.standfirst_html),
                    brief_html=fill(render_brief(list_brief_lines(parts, list_open_items(fragments, links.addresses)))),
                    parts=[_with_sentences(part, at) for part in parts],
                    questions=[build_teaser(question, links, is_archived=False) for question in fragments.questions],
                    questions_heading=fragments.questions_heading,
                    sources=list(sources.values()),
                )
            )
    return entries


def _with_sentences(part: RenderedSection, at: datetime) -> RenderedSection:
    """Return the section with figures, claims and forecasts as plain lists, because feeds have no style sheet."""
    if part.figures:
        return replace(part, body_html=list_as_sentences(part.figures, at))
    if part.agreement:
        return replace(part, body_html=render_as_list(part.agreement, at))
    return replace(part, body_html=list_as_items(part.forecasts, at)) if part.forecasts else part


def _with_full_url(question: LiveQuestion, site: str) -> LiveQuestion:
    return replace(question, url=f"{site}{question.url}")


def _build_picture(figure: Figure | None, site: str) -> FeedPicture | None:
    """Return the picture in the width that pages request, or None if it has been erased."""
    if figure is None or figure.image is None:
        return None
    image = figure.image
    width = fallback_width(image, FREE)
    url = rendition_url(image, make_spec(image, FREE, width=width, ending="jpg"))
    _, height = scale_to_width((image.width, image.height), width=width)
    return FeedPicture(f"{site}{url}", width, height, figure.alt, figure.credit or image.credit)


def _fill_and_complete_links(html: str, *, page: str, site: str, fill: partial[str]) -> str:
    """Return ``html`` with its placeholders replaced and with every link to this site as an absolute URL.

    Words that only screen readers should read are removed, because a feed reader would show them.
    """
    filled = _HIDDEN_WORDS.sub("", fill(html))
    return _LOCAL_LINK.sub(lambda match: f"{match[1]}{page if match[2] == '#' else site}{match[2]}", filled)
