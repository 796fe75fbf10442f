"""List the addresses that readers can open, and words to search for."""

from collections import Counter

from django.db.models import Count
from django.urls import reverse

from newsroom.http import clock
from newsroom.public_pages import list_pages
from stories.models import Edition
from topics.models import Topic

MIN_WORD_LENGTH = 5


def list_addresses() -> dict[str, list[str]]:
    """Return paths for each kind of page, and words from headlines, most frequent first.

    Stories and questions are sorted newest first, and topics by their number of stories, largest first. Each
    entry of ``pair`` is two words of the same headline; ``slug`` contains the slugs of topics.
    """
    live = Edition.objects.live(clock.now())
    stories = list(live.stories().order_by("-updated_at", "-pk").values_list("slug", "title", "work_id"))
    questions = list(live.questions().order_by("-updated_at", "-pk").values_list("slug", flat=True))
    topics_in_stories = Topic.objects.filter(work_topics__work__in=[work for *_, work in stories[:2_000]])
    topics = list(
        topics_in_stories.annotate(stories=Count("work_topics"))
        .order_by("-stories", "slug")
        .values_list("slug", flat=True)
    )
    words = [_words_of(title) for _, title, _ in stories[:2_000]]
    word_counts = Counter(word for each in words for word in set(each))
    return {
        "story": [reverse("story", args=[slug]) for slug, *_ in stories],
        "question": [reverse("question", args=[slug]) for slug in questions],
        "topic": [reverse("topic", args=[slug]) for slug in topics],
        "list": [page.get_absolute_url() for page in list_pages() if page.in_sitemap],
        "slug": topics,
        "word": [word for word, _ in word_counts.most_common(200)],
        "pair": [" ".join(each[:2]) for each in words if len(each) > 1][:500],
    }


def _words_of(title: str) -> list[str]:
    return [word for word in title.lower().split() if word.isalpha() and len(word) >= MIN_WORD_LENGTH]
