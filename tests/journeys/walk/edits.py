"""Random steps other than publishing, such as edits of names, pictures, about pages and the front page, and waiting."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from newsroom.http.clock import start_of_next_day, start_of_next_year
from newsroom.media.models import Image
from newsroom.page_cache.release import release
from newsroom.site.models import AboutPage
from stories.documents import AnyDocument
from stories.documents.render import RenderedDocument, render_for_edition
from stories.models import Edition, FrontPlace, Outlet
from stories.publishing import front_page, review_dates
from stories.publishing.editions import related, rerender
from stories.workflow import proposed_names
from tests.journeys.walk.newsroom import Walk
from topics import merge
from topics.models import Topic


def _any_topic(walk: Walk) -> Topic:
    """Return a random public topic, or any topic if none is public, newly loaded."""
    public = set(Topic.objects.public(walk.clock()).values_list("pk", flat=True))
    candidates = [topic for topic in walk.topics if topic.pk in public]
    return Topic.objects.get(pk=walk.die.choice(candidates or walk.topics).pk)


def _any_outlet(walk: Walk) -> Outlet:
    """Return a random public outlet, or any outlet if none is public, newly loaded."""
    public = set(Outlet.objects.public(walk.clock()).values_list("pk", flat=True))
    candidates = [outlet for outlet in walk.outlets if outlet.pk in public]
    return Outlet.objects.get(pk=walk.die.choice(candidates or walk.outlets).pk)


def _any_picture(walk: Walk) -> Image:
    """Return a random public picture, or any picture if none is public, newly loaded."""
    public = set(Image.objects.public(walk.clock()).values_list("pk", flat=True))
    candidates = [image for image in walk.pictures if image.pk in public]
    return Image.objects.get(pk=walk.die.choice(candidates or walk.pictures).pk)


def rename_a_topic(walk: Walk) -> str:
    topic = _any_topic(walk)
    topic.name = f"Gates {walk.number}"
    topic.save()
    return topic.slug


def describe_a_topic(walk: Walk) -> str:
    topic = _any_topic(walk)
    topic.description = f"A row of {walk.number} gates."
    topic.slug = f"gates-{walk.number}"
    topic.picture = walk.die.choice([*walk.pictures, None])
    topic.picture_alt = "Gates" if topic.picture else ""
    topic.save()
    return topic.slug


def change_a_topic_alias(walk: Walk) -> str:
    topic = _any_topic(walk)
    topic.set_aliases([f"Sluices {walk.number}"])
    return topic.slug


def rename_an_outlet(walk: Walk) -> str:
    outlet = _any_outlet(walk)
    outlet.name = f"The Courier {walk.number}"
    outlet.country = f"Corvane {walk.number}"
    outlet.description = f"Founded {walk.number} times."
    outlet.save()
    return outlet.slug


def change_an_outlet_alias(walk: Walk) -> str:
    outlet = _any_outlet(walk)
    outlet.set_aliases([f"The Messenger {walk.number}"])
    return outlet.slug


def merge_topics(walk: Walk) -> str:
    merged, target = walk.die.sample(walk.topics, 2)
    merge.merge_topics(Topic.objects.get(pk=merged.pk), Topic.objects.get(pk=target.pk), by=walk.by)
    return f"{merged.slug} into {target.slug}"


def merge_outlets(walk: Walk) -> str:
    merged, target = walk.die.sample(walk.outlets, 2)
    proposed_names.merge_outlets(Outlet.objects.get(pk=merged.pk), Outlet.objects.get(pk=target.pk), by=walk.by)
    return f"{merged.slug} into {target.slug}"


def set_a_focal_point(walk: Walk) -> str:
    image = _any_picture(walk)
    image.focal_x = walk.number % 100
    image.save()
    return image.title


def replace_a_file(walk: Walk) -> str:
    image = _any_picture(walk)
    image.width, image.height = 48 + walk.number, 48
    image.digest = f"{walk.number:064x}"
    image.save()
    return image.title


def write_an_about_page(walk: Walk) -> str:
    page = AboutPage.objects.filter(slug="who-we-are").first() or AboutPage(slug="who-we-are", title="Who", text="We.")
    page.title = f"Who we are, {walk.number}"
    page.text = f"We are {walk.number}."
    page.shown = walk.die.random() < 0.7
    page.save()
    return f"{page.title}, shown: {page.shown}"


def take_down_an_about_page(walk: Walk) -> str | None:
    page = AboutPage.objects.last()
    if page is None:
        return None
    page.delete()
    return page.title


def arrange_the_front_page(walk: Walk) -> str:
    live = [story for story in walk.stories if Edition.objects.live(walk.clock()).filter(work=story).exists()]
    selected = walk.die.sample(live, min(2, len(live)))
    until = walk.later()
    arrangement = [
        front_page.FrontPagePlace(story.uid, **({"until": until} if not place else {}))
        for place, story in enumerate(selected)
    ]
    front_page.arrange_front_page(arrangement, by=walk.by, seen_digest=front_page.get_arrangement_digest())
    return f"{[story.slug for story in selected]}, of {FrontPlace.objects.count()}"


def schedule_a_review(walk: Walk) -> str:
    work = walk.any_work()
    work.owner = walk.by
    work.save()
    day = timezone.localdate(walk.clock()) + timedelta(days=walk.die.choice([0, 1, 3]))
    review_dates.set_review_by(work, day, by=walk.by)
    return f"{work.slug} by {day}"


def mark_reviewed(walk: Walk) -> str:
    work = walk.any_work()
    review_dates.mark_reviewed(work, by=walk.by, next_by=None)
    return work.slug


def render_everything_again(walk: Walk) -> str:
    def render_with_new_titles(document: AnyDocument) -> RenderedDocument:
        rendered = render_for_edition(document)
        fragments = {**rendered.fragments}
        for name in fragments.keys() & {"headline", "question"}:
            fragments[name] = f"{fragments[name]} ({walk.number})"
        return RenderedDocument(fragments, rendered.summary, rendered.minutes)

    vars(rerender).update(render_for_edition=render_with_new_titles)
    try:
        changed = [progress.changed for progress in rerender.rerender()][-1]
    finally:
        vars(rerender).update(render_for_edition=render_for_edition)
    return f"{changed} editions"


def refresh_related_stories(walk: Walk) -> str:
    return f"{related.choose_related_of_recent(walk.clock())} stories"


def change_the_site_name(walk: Walk) -> str:
    settings.SITE_NAME = f"The Lisle Newsroom {walk.number}"
    release.cache_clear()
    return str(settings.SITE_NAME)


def wait_a_little(walk: Walk) -> str:
    return str(walk.clock.go(minutes=walk.die.choice([1, 90]), seconds=walk.number))


def wait_for_scheduled_edition(walk: Walk) -> str | None:
    if (edition := walk.pending_edition()) is None:
        return None
    walk.clock.go(to=edition.live_from)
    return edition.slug


def wait_until_midnight(walk: Walk) -> str:
    return str(walk.clock.go(to=start_of_next_day(walk.clock())))


def wait_a_month(walk: Walk) -> str:
    return str(walk.clock.go(days=31))


def wait_for_new_year(walk: Walk) -> str:
    return str(walk.clock.go(to=start_of_next_year(walk.clock())))
