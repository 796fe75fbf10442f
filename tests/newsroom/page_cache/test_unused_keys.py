"""Page keys that nobody needs: which are found, and which may still be needed."""

from datetime import timedelta
from uuid import uuid4

import pytest

from newsroom.page_cache.models import PageKey, StoredPage
from newsroom.page_cache.unused_keys import find_unused_keys
from tests.clocks import MONDAY
from tests.factories import make_image, make_outlet, make_published_question, make_published_story, make_topic

pytestmark = [pytest.mark.database, pytest.mark.django_db]
MONTH = timedelta(days=30)


def make_key(name: str, *, days: int = 31) -> str:
    """Make a page key that last changed this many days before ``MONDAY``."""
    PageKey.objects.update_or_create(
        name=name, defaults={"version": int((MONDAY - timedelta(days=days)).timestamp() * 1e6)}
    )
    return name


def store_page(*keys: str) -> None:
    StoredPage.objects.create(
        release="r", address="/", status=200, tag="t", headers="[]", content=b"", keys=dict.fromkeys(keys, 1)
    )


def list_unused() -> set[str]:
    return {key.name for keys in find_unused_keys(MONDAY, MONTH) for key in keys}


def test_keys_of_objects_that_are_gone_are_unused():
    kinds = ("story", "question", "topic", "outlet", "picture", "list:topic", "list:outlet", "list:question")
    gone = {make_key(f"{kind}:{uuid4().hex}") for kind in kinds}
    for name in ("latest", "site", "list:front", "list:stories"):
        make_key(name)
    assert list_unused() == gone


def test_keys_of_existing_objects_are_used():
    make_published_story()
    make_published_question()
    for kind, thing in (("topic", make_topic()), ("outlet", make_outlet()), ("picture", make_image())):
        make_key(f"{kind}:{thing.uid.hex}")
        make_key(f"list:{kind}:{thing.uid.hex}")
    for name in PageKey.objects.values_list("name", flat=True):
        make_key(name)
    assert PageKey.objects.filter(name__startswith="question:").exists()
    assert list_unused() == set()


def test_a_key_that_changed_within_a_month_is_used():
    make_key(f"topic:{uuid4().hex}", days=29)
    assert list_unused() == set()


def test_a_key_on_which_a_stored_page_depends_is_used():
    used, unused = make_key(f"topic:{uuid4().hex}"), make_key(f"topic:{uuid4().hex}")
    store_page("site", used)
    assert list_unused() == {unused}


def test_the_key_of_the_last_release_is_used():
    make_key("release:aaaa", days=90)
    make_key("release:bbbb", days=60)
    make_key("release:cccc", days=40)
    assert list_unused() == {"release:aaaa", "release:bbbb"}
