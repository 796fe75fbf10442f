"""``seed_demo`` brings everything in by the usual doors, once."""

import json
import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from newsroom.accounts.models import Contributor, User
from newsroom.audit.models import Event
from newsroom.http import clock
from newsroom.media.models import Image
from newsroom.media.tasks import prepare_renditions
from stories.demo import files
from stories.demo.seed import Step, build_steps
from stories.management.commands import seed_demo
from stories.models import Change, Edition, EditionKind, Outlet, Revision, Work
from tests.factories import make_outlet, make_topic
from tests.stories.demo.seeding import (
    FILES,
    TODAY,
    editions,
    keys_in_state,
    live,
    seed,
    seed_only,
    small_pictures,
    story,
)
from topics.models import Topic

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small_pictures_and_a_place_for_passwords(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    with small_pictures():
        yield


@pytest.fixture
def accounts_only(monkeypatch):
    monkeypatch.setattr(seed_demo, "build_steps", lambda today: [])


def test_one_story_was_updated_corrected_and_changed_a_little(client):
    seed_only("kelmar-barrier")
    made = editions("kelmar-barrier")
    kinds = [Change.FIRST, Change.UPDATE, Change.CORRECTION, Change.UPDATE, Change.MINOR]
    assert [edition.change for edition in made] == kinds
    assert [edition.label for edition in made] == ["1.0", "2.0", "3.0", "4.0", "4.1"]
    assert [bool(edition.note) for edition in made] == [False, True, True, True, False]
    assert "unknowns" not in {section.kind for section in made[0].document.value().sections}
    assert b"<del>" in client.get("/corrections/").content
    assert client.get(f"{made[0].get_absolute_url()}history/3/").status_code == 200


def test_editions_revisions_and_record_are_of_the_days_that_the_files_say():
    seed_only("kelmar-barrier")
    written, made = FILES["kelmar-barrier"], editions("kelmar-barrier")
    assert [edition.live_from for edition in made] == [each.at for each in written.editions]
    assert [edition.live_until for edition in made] == [*(edition.live_from for edition in made[1:]), clock.FOREVER]
    assert {edition.first_published_at for edition in made} == {written.editions[0].at}
    assert [edition.created_at for edition in made] == [edition.live_from for edition in made]
    assert all(edition.revision.created_at < edition.live_from for edition in made)
    published = Event.objects.about(made[0].uid).with_verb("published")
    assert [event.at for event in reversed(published)] == [edition.live_from for edition in made]
    assert story("kelmar-barrier").created_at == written.begun
    answered = Edition.objects.filter(work_kind="question").order_by("live_from").values_list("live_from", flat=True)
    assert list(answered) == sorted(each.at for question in written.questions for each in question.editions)


def test_a_second_run_on_a_later_day_keeps_what_is_there():
    seed_only("kelmar-barrier")
    before = [(edition.live_from, edition.title) for edition in editions("kelmar-barrier")]
    for step in build_steps(TODAY + timedelta(days=40)):
        if step.name == FILES["kelmar-barrier"].headline:
            assert step.run() is False
    assert [(edition.live_from, edition.title) for edition in editions("kelmar-barrier")] == before


def test_each_picture_of_the_front_page_is_avif_once_the_queue_is_worked_off(client, monkeypatch):
    sheet = files.open_picture
    sizes = {"storm_barrier": (640, 360)}
    monkeypatch.setattr(files, "open_picture", lambda name: sheet(name).resize(sizes.get(name, (32, 18))))
    seed_only("kelmar-barrier")
    for image in Image.objects.all():
        prepare_renditions.call(str(image.uid))
    addresses = set(re.findall(r"/media/[^\s\",]+\.avif", client.get("/").content.decode()))
    assert addresses
    assert {client.get(address)["Content-Type"] for address in addresses} == {"image/avif"}


def test_one_story_has_changes_that_readers_do_not_see_yet():
    [key] = keys_in_state("changed")
    seed_only(key)
    [edition] = editions(key)
    newest = Revision.objects.filter(work=story(key)).latest("number")
    assert edition.document_id != newest.document_id


def test_one_story_is_withdrawn_with_a_notice():
    [key] = keys_in_state("withdrawn")
    seed_only(key)
    assert live(key) is None
    assert editions(key)[-1].kind == EditionKind.NOTICE
    assert editions(key)[-1].notice == FILES[key].notice


def test_one_draft_lies_in_the_bin():
    seed_only(*keys_in_state("binned"))
    assert [work.uid for work in Work.objects.exclude(binned_at=None)] == [
        story(key).uid for key in keys_in_state("binned")
    ]


def test_the_right_to_left_story_is_published_as_one():
    seed_only("telmar-port")
    edition = live("telmar-port")
    assert edition is not None
    assert edition.direction == "rtl"


def test_one_story_stands_in_four_languages_and_its_question_in_two(client):
    seed_only("telmar-cranes", "telmar-kraene", "telmar-gruas", "telmar-port")
    page = client.get(live("telmar-port").get_absolute_url()).content.decode()
    assert set(re.findall(r'rel="alternate" hreflang="([\w-]+)"', page)) == {"en", "de", "es", "ar", "x-default"}
    question = Edition.objects.get(work_kind="question", language="ar")
    assert question.translation_group == Edition.objects.get(work_kind="question", language="en").uid


def test_what_was_edited_since_stays():
    seed_only("census")
    edited = story("census")
    edited.headline = "Where 40,000 people went"
    edited.save()
    seed_only("census")
    edited.refresh_from_db()
    assert edited.headline == "Where 40,000 people went"


def test_outlets_and_topics_that_are_there_under_the_same_name_are_used():
    outlet, topic = make_outlet(name="Radio Tessen"), make_topic(name="Port Lisle")
    seed_only("kelmar-barrier")
    assert Outlet.objects.filter(name="Radio Tessen").get() == outlet
    assert Topic.objects.filter(name="Port Lisle").get() == topic
    assert "radio-tessen" not in Outlet.objects.exclude(pk=outlet.pk).values_list("slug", flat=True)


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_how_far_it_is(monkeypatch):
    monkeypatch.setattr(seed_demo, "build_steps", lambda today: [Step("one", lambda: True), Step("two", lambda: False)])
    terminal, out = Terminal(), StringIO()
    call_command("seed_demo", stdout=out, stderr=terminal)
    assert "1/2 one" in terminal.getvalue()
    assert f"[{'#' * seed_demo.BAR}] 2/2 done" in terminal.getvalue()
    assert "1 made now, 1 found" in out.getvalue()


def test_a_log_sees_no_bar(accounts_only):
    log = StringIO()
    call_command("seed_demo", stdout=StringIO(), stderr=log)
    assert log.getvalue() == ""


def test_each_role_can_sign_in_with_what_was_printed(client, tmp_path, accounts_only):
    printed = seed()
    passwords = json.loads((tmp_path / "demo-accounts.json").read_text(encoding="utf-8"))
    roles = set()
    for username, password in passwords.items():
        assert f"{username:<8} {password}" in printed
        assert client.login(username=username, password=password)
        roles |= set(User.objects.get(username=username).groups.values_list("name", flat=True))
    assert roles == {"Writer", "Editor", "Curator", "Administrator"}


def test_passwords_are_made_once_and_readable_by_their_owner_only(tmp_path, accounts_only):
    seed()
    path = tmp_path / "demo-accounts.json"
    before = path.read_text(encoding="utf-8")
    assert path.stat().st_mode & 0o777 == 0o600
    seed()
    assert path.read_text(encoding="utf-8") == before
    assert len(set(json.loads(before).values())) == 4


def test_a_lost_file_of_passwords_leads_to_new_ones(client, tmp_path, accounts_only):
    seed()
    (tmp_path / "demo-accounts.json").unlink()
    seed()
    passwords = json.loads((tmp_path / "demo-accounts.json").read_text(encoding="utf-8"))
    assert client.login(username="jonas", password=passwords["jonas"])


def test_a_story_belongs_to_the_first_in_its_byline_who_may_write():
    seed_only("rail-strike", "sirens")
    assert str(story("rail-strike").owner) == "Jonas Adebar"
    assert str(story("sirens").owner) == "Ana Kestrel"


def test_bylines_belong_to_accounts_where_there_is_one(accounts_only):
    seed()
    assert Contributor.objects.get(name="Ana Kestrel").user == User.objects.get(username="ana")
    assert Contributor.objects.get(name="Tom Arden").user is None
