"""The ``seed_demo`` command: editions, states, reuse of existing objects, accounts and progress."""

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
from tests.stories.demo.seed import (
    STORIES_BY_KEY,
    TODAY,
    get_live_edition,
    get_story,
    keys_in_state,
    list_editions,
    run_seed_demo,
    seed_stories,
    small_pictures,
)
from topics.models import Topic

pytestmark = [pytest.mark.audit, pytest.mark.portable, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def small_pictures_and_temporary_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    with small_pictures():
        yield


@pytest.fixture
def without_steps(monkeypatch):
    monkeypatch.setattr(seed_demo, "build_steps", lambda today: [])


def test_one_story_has_updates_a_correction_and_a_minor_change(client):
    seed_stories("kelmar-barrier")
    versions = list_editions("kelmar-barrier")
    kinds = [Change.FIRST, Change.UPDATE, Change.CORRECTION, Change.UPDATE, Change.MINOR]
    assert [edition.change for edition in versions] == kinds
    assert [edition.label for edition in versions] == ["1", "2", "3", "4", "5"]
    assert [bool(edition.note) for edition in versions] == [False, True, True, True, False]
    assert "unknowns" not in {section.kind for section in versions[0].document.value().sections}
    assert b"<del>" in client.get("/corrections/").content
    assert client.get(f"{versions[0].get_absolute_url()}history/3/").status_code == 200


def test_editions_revisions_and_audit_entries_have_the_times_in_the_files():
    seed_stories("kelmar-barrier")
    data, versions = STORIES_BY_KEY["kelmar-barrier"], list_editions("kelmar-barrier")
    assert [edition.live_from for edition in versions] == [each.at for each in data.editions]
    assert [edition.live_until for edition in versions] == [
        *(edition.live_from for edition in versions[1:]),
        clock.FOREVER,
    ]
    assert {edition.first_published_at for edition in versions} == {data.editions[0].at}
    assert [edition.created_at for edition in versions] == [edition.live_from for edition in versions]
    assert all(edition.revision.created_at < edition.live_from for edition in versions)
    published = Event.objects.about(versions[0].uid).with_verb("published")
    assert [event.at for event in reversed(published)] == [edition.live_from for edition in versions]
    assert get_story("kelmar-barrier").created_at == data.started_at
    answered = Edition.objects.filter(work_kind="question").order_by("live_from").values_list("live_from", flat=True)
    assert list(answered) == sorted(each.at for question in data.questions for each in question.editions)


def test_a_second_run_on_a_later_day_changes_nothing():
    seed_stories("kelmar-barrier")
    before = [(edition.live_from, edition.title) for edition in list_editions("kelmar-barrier")]
    for step in build_steps(TODAY + timedelta(days=40)):
        if step.name == STORIES_BY_KEY["kelmar-barrier"].headline:
            assert step.run() is False
    assert [(edition.live_from, edition.title) for edition in list_editions("kelmar-barrier")] == before


def test_pictures_of_the_front_page_are_avif_once_all_tasks_have_run(client):
    open_picture = files.open_picture
    sizes = {"storm_barrier": (640, 360)}
    # The monkeypatch fixture undoes its patches after the autouse fixture, so the small pictures would remain.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "open_picture", lambda name: open_picture(name).resize(sizes.get(name, (32, 18))))
        seed_stories("kelmar-barrier")
    for image in Image.objects.all():
        prepare_renditions.call(str(image.uid))
    addresses = set(re.findall(r"/media/[^\s\",]+\.avif", client.get("/").content.decode()))
    assert addresses
    assert {client.get(address)["Content-Type"] for address in addresses} == {"image/avif"}


def test_one_story_has_unpublished_changes():
    [key] = keys_in_state("changed")
    seed_stories(key)
    [edition] = list_editions(key)
    newest = Revision.objects.filter(work=get_story(key)).latest("number")
    assert edition.document_id != newest.document_id


def test_one_story_is_withdrawn_with_a_notice():
    [key] = keys_in_state("withdrawn")
    seed_stories(key)
    assert get_live_edition(key) is None
    assert list_editions(key)[-1].kind == EditionKind.NOTICE
    assert list_editions(key)[-1].notice == STORIES_BY_KEY[key].notice


def test_one_draft_is_in_the_trash():
    seed_stories(*keys_in_state("binned"))
    assert [work.uid for work in Work.objects.exclude(binned_at=None)] == [
        get_story(key).uid for key in keys_in_state("binned")
    ]


def test_the_right_to_left_story_is_published_with_its_direction():
    seed_stories("telmar-port")
    edition = get_live_edition("telmar-port")
    assert edition is not None
    assert edition.direction == "rtl"


def test_one_story_exists_in_four_languages_and_its_question_in_two(client):
    seed_stories("telmar-cranes", "telmar-kraene", "telmar-gruas", "telmar-port")
    page = client.get(get_live_edition("telmar-port").get_absolute_url()).content.decode()
    assert set(re.findall(r'rel="alternate" hreflang="([\w-]+)"', page)) == {"en", "de", "es", "ar", "x-default"}
    question = Edition.objects.get(work_kind="question", language="ar")
    assert question.translation_group == Edition.objects.get(work_kind="question", language="en").uid


def test_later_edits_are_preserved():
    seed_stories("census")
    edited = get_story("census")
    edited.headline = "Where 40,000 people went"
    edited.save()
    seed_stories("census")
    edited.refresh_from_db()
    assert edited.headline == "Where 40,000 people went"


def test_existing_outlets_and_topics_of_the_same_name_are_reused():
    outlet, topic = make_outlet(name="Radio Tessen"), make_topic(name="Port Lisle")
    seed_stories("kelmar-barrier")
    assert Outlet.objects.filter(name="Radio Tessen").get() == outlet
    assert Topic.objects.filter(name="Port Lisle").get() == topic
    assert "radio-tessen" not in Outlet.objects.exclude(pk=outlet.pk).values_list("slug", flat=True)


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_the_progress(monkeypatch):
    monkeypatch.setattr(seed_demo, "build_steps", lambda today: [Step("one", lambda: True), Step("two", lambda: False)])
    terminal, out = Terminal(), StringIO()
    call_command("seed_demo", stdout=out, stderr=terminal)
    assert "1/2 one" in terminal.getvalue()
    assert f"[{'#' * seed_demo.BAR_WIDTH}] 2/2 done" in terminal.getvalue()
    assert "1 added, 1 found" in out.getvalue()


def test_a_log_file_has_no_progress_bar(without_steps):
    log = StringIO()
    call_command("seed_demo", stdout=StringIO(), stderr=log)
    assert log.getvalue() == ""


def test_each_role_can_sign_in_with_the_printed_password(client, tmp_path, without_steps):
    output = run_seed_demo()
    passwords = json.loads((tmp_path / "demo-accounts.json").read_text(encoding="utf-8"))
    roles = set()
    for username, password in passwords.items():
        assert f"{username:<8} {password}" in output
        assert client.login(username=username, password=password)
        roles |= set(User.objects.get(username=username).groups.values_list("name", flat=True))
    assert roles == {"Writer", "Editor", "Curator", "Administrator"}


def test_passwords_are_created_once_and_readable_only_by_their_owner(tmp_path, without_steps):
    run_seed_demo()
    path = tmp_path / "demo-accounts.json"
    before = path.read_text(encoding="utf-8")
    assert path.stat().st_mode & 0o777 == 0o600
    run_seed_demo()
    assert path.read_text(encoding="utf-8") == before
    assert len(set(json.loads(before).values())) == 4


def test_a_lost_password_file_leads_to_new_passwords(client, tmp_path, without_steps):
    run_seed_demo()
    (tmp_path / "demo-accounts.json").unlink()
    run_seed_demo()
    passwords = json.loads((tmp_path / "demo-accounts.json").read_text(encoding="utf-8"))
    assert client.login(username="jonas", password=passwords["jonas"])


def test_the_owner_of_a_story_is_the_first_user_in_its_byline():
    seed_stories("rail-strike", "sirens")
    assert str(get_story("rail-strike").owner) == "Jonas Adebar"
    assert str(get_story("sirens").owner) == "Ana Kestrel"


def test_contributors_are_linked_to_existing_accounts(without_steps):
    run_seed_demo()
    assert Contributor.objects.get(name="Ana Kestrel").user == User.objects.get(username="ana")
    assert Contributor.objects.get(name="Tom Arden").user is None
