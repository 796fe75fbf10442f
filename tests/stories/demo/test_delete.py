"""Deleting the demonstration: its pages are gone, and with them the line above the masthead of every other page."""

from io import StringIO

import pytest
from django.core.management import call_command

from newsroom.accounts.models import User
from newsroom.operations.commands import CannotRunError, UsageError
from newsroom.site.models import DemonstrationWork
from stories import publishing
from stories.models import Edition, Work
from stories.publishing import erase
from tests.factories import make_published_story, make_user
from tests.stories.demo.seed import get_story, seed_stories, small_pictures

pytestmark = [pytest.mark.audit, pytest.mark.portable, pytest.mark.django_db]

LINE = b"Demonstration: people, places and events are invented."


@pytest.fixture(autouse=True)
def demonstration(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    with small_pictures():
        seed_stories("heat-network", "census")
        yield


def delete(**options):
    output = StringIO()
    call_command("delete_demo", stdout=output, **options)
    return output.getvalue()


def test_every_page_says_that_it_is_invented_until_the_demonstration_is_deleted(client):
    own = make_published_story(by=make_user())
    addresses = [
        "/",
        "/stories/",
        "/topics/",
        "/search/?q=pump",
        "/corrections/",
        "/nothing-here/",
        f"/stories/{own.slug}/",
    ]
    assert [client.get(address).content.count(LINE) for address in addresses] == [1] * len(addresses)
    assert "The demonstration is deleted" in delete()
    assert [client.get(address).content.count(LINE) for address in addresses] == [0] * len(addresses)
    assert list(Work.objects.values_list("uid", flat=True)) == [own.uid]
    assert client.get("/about/how-we-work/").status_code == 404
    assert User.objects.filter(username="jonas").exists()


def test_the_line_stays_until_the_last_work_is_erased(client):
    administrator = User.objects.get(username="priya")
    *others, last = Work.objects.filter(uid__in=DemonstrationWork.objects.values("uid"))
    for work in others:
        erase.erase_work(work, by=administrator, reason="Not needed.")
    publishing.withdraw(last, by=administrator, notice="This page was invented.")
    assert LINE in client.get("/").content
    erase.erase_work(last, by=administrator, reason="Not needed.")
    assert LINE not in client.get("/").content


def test_drafts_alone_do_not_bring_the_line(client):
    assert get_story("census").uid not in DemonstrationWork.objects.values_list("uid", flat=True)
    assert set(DemonstrationWork.objects.values_list("uid", flat=True)) == set(
        Edition.objects.values_list("uid", flat=True)
    )


def test_only_an_administrator_can_delete_it():
    with pytest.raises(UsageError, match="no active account"):
        delete(by="nobody")
    with pytest.raises(CannotRunError, match="administrators"):
        delete(by="ana")
    assert DemonstrationWork.objects.exists()
