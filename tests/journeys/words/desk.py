"""The desk as an administrator sees it: the words of its screens, and what it says after a POST.

Each screen and each POST of ``tests.journeys.desk`` comes first, then further states of screens and further POSTs. Of
those, only the lines are recorded that no page before has.
"""

from functools import cache
from itertools import chain, groupby
from operator import attrgetter
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.conftest import signed_in
from tests.factories import make_user
from tests.journeys.desk import list_rights, make_attempts
from tests.journeys.words.posts import Post, list_further_posts
from tests.journeys.words.record import describe, describe_outcome, read_words
from tests.journeys.words.screens import list_further_screens
from tests.stories.admin.form_data import filled
from tests.transactions import of_the_test

# Addresses to which only some people may post, so that the table of rights has no letter for them.
OWN = ("saved_view", "bulk_run", "notification")


@cache  # two tests compare one text each
def describe_desk() -> tuple[str, str]:
    """Return the words of all screens, and what the desk says after each POST. Every POST is rolled back."""
    administrator = make_user(role="Administrator")
    attempts, client = make_attempts(administrator), signed_in(administrator)
    frame = frozenset(read_words(client.get(reverse("admin:help"))))
    screens: list[str] = []
    outcomes: list[str] = []
    for attempt in attempts:
        page = _copy(client).get(attempt.address)
        screens += describe(attempt.route, page)
        if list_rights()[attempt.route][1] or attempt.route.endswith(OWN):
            post = Post(attempt.route, attempt.address, attempt.body)
            outcomes += _describe_post(post, client, form=_fill_in(page), known=frame.union(read_words(page)))
    seen = set(screens)
    for name, address in list_further_screens(administrator):
        page = _copy(client).get(address, follow=True)
        screens += describe(name, page, known=seen)
        seen.update(read_words(page))
    # Not a list: some settings and limits hold only while one POST is sent.
    for address, posts in groupby(list_further_posts(administrator), key=attrgetter("page")):
        post = next(posts)
        page = _copy(client).get(address)
        screens += describe(f"before “{post.name}”", page, known=seen)
        seen.update(read_words(page))
        form, known = _fill_in(page), frame.union(read_words(page))
        for each in chain([post], posts):
            outcomes += _describe_post(each, client, form=form, known=known)
    return "\n".join(screens), "\n".join(outcomes)


def _describe_post(post: Post, client: Client, *, form: dict[str, str], known: frozenset[str]) -> list[str]:
    with of_the_test():
        response = _copy(client).post(post.address, form | post.body, follow=post.follows)
        transaction.set_rollback(True)
    return [f"== {post.name} {response.status_code}", *describe_outcome(response, known=known), ""]


def _fill_in(page: Any) -> dict[str, str]:
    """Return the fields that a browser would send from the page, or none if it is not a page."""
    is_page = page.status_code == 200 and page["Content-Type"].startswith("text/html")
    return filled(page) if is_page else {}


def _copy(client: Client) -> Client:
    """Return another client of the same session, without messages for the next page."""
    copy = Client()
    copy.cookies.update(client.cookies)
    return copy
