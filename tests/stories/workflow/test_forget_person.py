"""Forgetting a person: what is removed, what stays and why, and what becomes of it after a restore."""

import json
import re
import stat
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection

from newsroom.accounts import forget
from newsroom.accounts.forget import ForgetResult, forget_person
from newsroom.accounts.models import Contributor, Invitation, User
from newsroom.audit.erasure_lines import add_missing_lines, to_line
from newsroom.audit.models import Erasure, Event
from newsroom.audit.sentences import format_entry
from newsroom.background.models import Job
from newsroom.http import clock
from newsroom.notifications.models import Notice
from newsroom.operations import erasures, personal_data
from newsroom.operations.alerts import addresses
from newsroom.operations.commands import CannotRunError
from newsroom.operations.erasures import LineState, NotRecordedError, Outcome
from newsroom.site.models import Report
from stories.models import Comment, Edition, EditionContributor, Work
from stories.publishing import triggers
from tests.conftest import signed_in
from tests.factories import make_image, make_published_story, make_report, make_story, make_topic, make_user
from tests.newsroom.audit.test_erasure_lines import make_erasure
from tests.stories.workflow.known_person import ADDRESS, AUTHOR_SLUG, NAME, USERNAME, make_person
from tests.stories.workflow.test_personal_data import Cell, find_cells

pytestmark = [pytest.mark.audit, pytest.mark.django_db]
FORMER = "a former member"
WORDS = (ADDRESS, NAME, USERNAME)


@pytest.fixture(autouse=True)
def _var_dir(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def person():
    return make_person()


@pytest.fixture
def _no_wipe(monkeypatch):
    """Do not rewrite the database file, which SQLite cannot do in the transaction of a test."""
    monkeypatch.setattr(forget, "wipe", lambda: True)


def run(address: str = ADDRESS, **options) -> ForgetResult:
    return forget_person(personal_data.find_person(address), **options)


def describe_cells(cells: set[Cell]) -> list[str]:
    """Return what the command must print about these cells: each table with its columns and the number of rows."""
    described = []
    for table in sorted({cell.table for cell in cells}):
        columns = sorted({cell.column for cell in cells if cell.table == table})
        count = len({cell.key for cell in cells if cell.table == table})
        described.append(f"{table} ({', '.join(columns)}): {count} {'row' if count == 1 else 'rows'}")
    return described


def cut_reason(sentence: str) -> str:
    """Return the beginning of a sentence on what stays, up to the number of rows, or "" if it names no table."""
    found = re.match(r"\w+ \([\w, ]+\): [\d,]+ rows?", sentence)
    return found[0] if found else ""


def tables_in(sentences: list[str]) -> set[str]:
    """Return the tables that sentences on what stays begin with."""
    return {sentence.split(" ")[0] for sentence in sentences}


@pytest.mark.usefixtures("person")
def test_afterwards_a_search_finds_only_what_was_said_to_stay():
    before = {cell.table for cell in find_cells(*WORDS)}
    assert {"accounts_user", "record_event", "stories_comment", "notices_notice", "record_erasure"} <= before
    result = run()
    found = find_cells(*WORDS)
    assert {cell.table.partition("_")[0] for cell in found} <= {"stories", "search", "accounts"}
    assert describe_cells(found) == [words for words in map(cut_reason, result.stays) if words]
    assert not find_cells(ADDRESS, USERNAME)


def test_without_a_by_line_nothing_is_found():
    person = make_person(has_by_line=False)
    assert find_cells(*WORDS)
    result = run()
    assert result.stays == []
    assert find_cells(*WORDS) == set()
    person.refresh_from_db()
    assert str(person) == FORMER


@pytest.mark.usefixtures("person")
def test_by_lines_stay_and_the_reason_is_given():
    for _ in range(13):
        make_published_story(byline=(NAME,))
    sentence = "By-lines of 14 published stories stay: they are journalism (GDPR, article 85). Remove one with Erase."
    assert sentence in run().stays
    contributor = Contributor.objects.get()
    assert (contributor.name, contributor.user) == (NAME, None)


@pytest.mark.usefixtures("person")
def test_the_author_page_of_a_namesake_stays(client):
    namesake = make_user(first_name=NAME, last_name="")
    Contributor.objects.update(user=namesake)
    before = Contributor.objects.values().get()
    run()
    assert Contributor.objects.values().get() == before


def test_what_a_byline_without_a_page_says_is_gone():
    make_person(has_by_line=True)
    author = Contributor.objects.get()
    author.has_page, author.slug, author.contact = False, "", "quay-five@lisle.example"
    author.save()
    run()
    assert not find_cells("counts lorries", "Apprentice", "quay-five")


@pytest.mark.parametrize("has_by_line", [True, False])
def test_the_author_page_and_what_it_said_are_gone(client, has_by_line):
    make_person(has_by_line=has_by_line)
    author = Contributor.objects.get()
    author.topics.set([make_topic()])
    author.picture, author.role, author.languages = make_image(title="At the pier"), "Reporter", "en"
    author.save()
    address = f"/people/{AUTHOR_SLUG}/"
    assert client.get(address).status_code == (200 if has_by_line else 404)
    stays = run().stays
    assert client.get(address).status_code == 404
    assert "The picture “At the pier” stays in the library. Delete it at the desk." in stays
    assert not find_cells("counts lorries", "Apprentice", AUTHOR_SLUG)
    remaining = Contributor.objects.values_list("name", "has_page", "slug", "role", "languages", "contact", "picture")
    assert list(remaining) == ([(NAME, False, "", "", "", "", None)] if has_by_line else [])
    assert not Contributor.topics.through.objects.exists()


def test_one_by_line_is_described_in_the_singular():
    make_person()
    stays = run().stays
    assert "The by-line of 1 published story stays: it is journalism (GDPR, article 85). Remove it with Erase." in stays
    assert "1 draft has the by-line. Remove it at the desk." in stays


def test_the_account_is_left_without_access_and_without_personal_data(person):
    client = signed_in(person)
    run()
    person.refresh_from_db()
    assert (person.username, person.email, person.is_active) == (f"former-member-{person.pk}", "", False)
    assert (person.is_staff, person.is_superuser, person.has_usable_password()) == (False, False, False)
    assert (str(person), person.last_login, person.groups.exists()) == (FORMER, None, False)
    assert client.get("/admin/").status_code == 302
    for model in (EmailAddress, Authenticator, SocialAccount, UserSession):
        assert not model.objects.filter(user=person).exists(), model
    for related in (person.saved_views, person.notices, person.notice_choices, person.looks, person.presences):
        assert not related.exists(), related
    assert not Invitation.objects.filter(email=ADDRESS).exists()
    assert not person.shared_previews.filter(revoked_at=None).exists()


def test_what_the_person_did_remains_on_record(person):
    before = {event.pk: (event.verb, event.uid, event.at) for event in Event.objects.all()}
    run()
    after = {event.pk: (event.verb, event.uid, event.at) for event in Event.objects.all()}
    assert before.items() <= after.items()
    withdrawn = Event.objects.get(verb="withdrawn")
    assert (withdrawn.by, withdrawn.by_name) == (person, FORMER)
    assert format_entry(withdrawn) == "a former member withdrew the page"
    assert set(Erasure.objects.filter(by=person).values_list("by_name", flat=True)) == {FORMER}
    assert Event.objects.filter(verb="forgotten").count() == 1


@pytest.mark.usefixtures("person")
def test_an_erasure_that_was_repeated_after_a_restore_loses_the_name_too():
    repeated = make_erasure(by_name=NAME)
    assert repeated.by is None
    run()
    repeated.refresh_from_db()
    assert repeated.by_name == FORMER


def test_names_in_comments_become_a_former_member(person):
    run()
    own, reply = Comment.objects.order_by("pk")
    assert (own.author_label, own.text) == (FORMER, "Is that so?")
    assert reply.text == "Yes, a former member, as a former member wrote."
    assert reply.author_label == "Cem Dorn"


@pytest.mark.usefixtures("person")
def test_notifications_to_others_lose_the_name():
    run()
    words = set(Notice.objects.values_list("words", flat=True))
    assert words == {"A former member asks you to review “The pier”."}
    assert not any(NAME in each for each in words)


@pytest.mark.usefixtures("person")
def test_mail_to_the_person_is_not_sent():
    assert Job.objects.filter(args_kwargs__icontains=ADDRESS).exists()
    run()
    assert not Job.objects.filter(args_kwargs__icontains=ADDRESS).exists()


@pytest.mark.usefixtures("person")
def test_names_of_former_times_are_removed_too():
    user = User.objects.get(email=ADDRESS)
    work = make_story()
    user.last_name = "Tessen"
    Event.objects.write("story", work.uid, "checked", by=user, reason="")
    user.save()
    entry = Event.objects.write("story", work.uid, "checked", by=None, reason=f"As {NAME} asked, and Ana Tessen.")
    run()
    entry.refresh_from_db()
    assert entry.reason == "As a former member asked, and a former member."


def test_a_common_word_that_is_a_user_name_stays_in_texts():
    make_user(role="Administrator")
    user = make_user(username="editor", email="e@lisle.example", first_name="Ida", last_name="Quay")
    story = make_story()
    event = Event.objects.write("story", story.uid, "checked", by=None, reason="An editor looked, said @editor.")
    other = make_report(problem="No editor read this.")
    result = run("e@lisle.example")
    event.refresh_from_db()
    other.refresh_from_db()
    assert event.reason == "An editor looked, said a former member."
    assert other.problem == "No editor read this."
    assert {"record_event", "site_report"} <= tables_in(result.stays)
    user.refresh_from_db()
    assert not user.is_active


def test_a_reader_is_forgotten_without_an_account():
    make_report(email="reader@lisle.example")
    kept = make_report(email="other@lisle.example")
    result = run("Reader@lisle.example")
    assert (result.parts["reports"].deleted, result.stays) == (1, [])
    assert Report.objects.get() == kept


def test_others_keep_what_is_theirs(person):
    other = make_user(first_name="Ana", last_name="Kestrels", email="d.ana@lisle.example", username="kestrel")
    event = Event.objects.write("story", make_story().uid, "checked", by=other)
    report = make_report(email="d.ana@lisle.example", problem="See d.ana@lisle.example and Ana Kestrels.")
    before = [type(row).objects.values().get(pk=row.pk) for row in (other, event, report)]
    run()
    assert [type(row).objects.values().get(pk=row.pk) for row in (other, event, report)] == before


def test_public_pages_and_editions_do_not_change(person, client):
    Contributor.objects.get().remove_page()
    edition = Edition.objects.filter(edition_contributors__contributor__name=NAME).get()
    page = client.get(edition.get_absolute_url()).content
    rows = list(Edition.objects.order_by("pk").values())
    run()
    assert list(Edition.objects.order_by("pk").values()) == rows
    assert client.get(edition.get_absolute_url()).content == page
    assert EditionContributor.objects.exists()


def test_the_last_administrator_is_refused_and_nothing_changes():
    user = make_user(role="Administrator", email=ADDRESS)
    with pytest.raises(ValidationError, match="only administrator"):
        run()
    with pytest.raises(CannotRunError, match="This is the only administrator"):
        call_command("person", "forget", ADDRESS, yes=True)
    user.refresh_from_db()
    assert (user.email, user.is_active) == (ADDRESS, True)
    assert not Erasure.objects.exists()
    assert not erasures.path().exists()


def read_database() -> dict[str, list[str]]:
    with connection.cursor() as cursor:
        rows = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 -- from the catalogue
            rows[table] = sorted(map(str, cursor.fetchall()))
        return rows


@pytest.mark.usefixtures("person", "_no_wipe")
def test_a_dry_run_says_the_same_and_changes_nothing(capsys):
    before, lines = read_database(), erasures.path().read_bytes()
    call_command("person", "forget", ADDRESS, dry_run=True)
    assert (read_database(), erasures.path().read_bytes()) == (before, lines)
    planned = capsys.readouterr().out
    call_command("person", "forget", ADDRESS, yes=True)
    assert planned.replace(" would be", "") == capsys.readouterr().out
    assert "reports: 1 deleted" in planned.replace(" would be", "")


@pytest.mark.usefixtures("person", "_no_wipe")
def test_without_an_answer_nothing_is_removed(monkeypatch):
    before = read_database()
    with pytest.raises(CannotRunError, match="Pass --yes"):
        call_command("person", "forget", ADDRESS)
    for answer in ("y\n", "no\n", ""):
        monkeypatch.setattr("sys.stdin", Terminal(answer))
        with pytest.raises(CannotRunError, match="Nothing was removed"):
            call_command("person", "forget", ADDRESS)
    assert read_database() == before
    monkeypatch.setattr("sys.stdin", Terminal("yes\n"))
    call_command("person", "forget", ADDRESS)
    assert not User.objects.filter(email=ADDRESS).exists()


class Terminal:
    """A terminal at which somebody types one line."""

    def __init__(self, line: str) -> None:
        self.line = line

    def isatty(self) -> bool:
        return True

    def readline(self) -> str:
        return self.line


def test_an_address_of_nobody_is_refused(capsys):
    with pytest.raises(CannotRunError, match=r"^No one here has the address nobody@lisle\.example\.$"):
        call_command("person", "forget", "nobody@lisle.example", yes=True)
    assert not Erasure.objects.exists()


def test_an_address_that_only_a_text_contains_is_refused_and_the_place_is_named(capsys):
    make_report(problem="Write to desk@lisle.example.")
    with pytest.raises(CannotRunError, match="No one here has the address"):
        call_command("person", "forget", "desk@lisle.example", yes=True)
    assert "site_report (problem): 1 row" in capsys.readouterr().err


@pytest.mark.usefixtures("person")
def test_a_second_time_nothing_is_left_to_forget():
    run()
    with pytest.raises(CannotRunError, match="No one here has the address"):
        call_command("person", "forget", ADDRESS, yes=True)


@pytest.mark.django_db(transaction=True)
def test_it_is_recorded_without_the_address_or_a_name():
    make_person(has_by_line=False)
    addresses.copy_addresses(Event.objects.latest("at").at)
    assert NAME in erasures.path().read_text(), "This person has erased a passage."
    assert ADDRESS in addresses._copy_path().read_text()
    run()
    lines = [line for line in erasures.read(erasures.path()) if line.scope == forget.SCOPE]
    assert [line.state for line in lines] == [LineState.BEGUN, LineState.DONE]
    row = Erasure.objects.get(scope=forget.SCOPE)
    assert (lines[0].id, lines[0].uid, lines[0].by) == (row.line_id, str(row.uid), "")
    assert row.closed_at is not None
    assert {line.by for line in erasures.read(erasures.path()) if line.scope == "passage"} == {FORMER}
    assert not any(word in erasures.path().read_text() for word in WORDS)
    assert stat.S_IMODE(erasures.path().stat().st_mode) == 0o600
    assert ADDRESS not in json.dumps(addresses._copy_path().read_text())


@pytest.mark.django_db(transaction=True)
def test_somebody_else_with_the_same_name_is_not_taken_for_the_person():
    make_person()
    namesake = make_erasure(by=make_user(role="Administrator", first_name="Ana", last_name="Kestrel"), by_name=NAME)
    failed = replace(to_line(namesake), id=uuid4(), state=LineState.FAILED)  # without a row
    add_missing_lines(clock.now())
    erasures.append(failed)
    run()
    names = {line.id: line.by for line in erasures.read(erasures.path())}
    assert (names[namesake.line_id], names[failed.id]) == (NAME, FORMER)


@pytest.mark.django_db(transaction=True)
def test_without_the_record_nothing_is_forgotten(monkeypatch):
    make_person()
    before, content = find_cells(ADDRESS), erasures.path().read_bytes()

    def refuse(line):
        raise NotRecordedError(Path("erasures.jsonl"), "No space left on device")

    monkeypatch.setattr(erasures, "append", refuse)
    with pytest.raises(CannotRunError, match="nothing is erased without it: No space left on device"):
        call_command("person", "forget", ADDRESS, yes=True)
    assert (find_cells(ADDRESS), erasures.path().read_bytes()) == (before, content)


def test_a_restored_site_forgets_the_person_again(person):
    run()
    [line] = [each for each in erasures.list_effective(erasures.read(erasures.path())) if each.scope == forget.SCOPE]
    assert forget.replay(line) == (Outcome.RECORDED, "")
    # A backup of before has neither the record of the erasure nor its effects.
    restore_backup(person)
    make_report(email="other@lisle.example")
    outcome, stays = forget.replay(line)
    assert outcome == Outcome.ERASED
    assert "published story stays" in stays
    assert not find_cells(ADDRESS, USERNAME)
    assert Report.objects.get().email == "other@lisle.example"
    assert forget.replay(line) == (Outcome.RECORDED, "")
    row = Erasure.objects.get(line_id=line.id)
    assert (row.opened_at, row.reason) == (line.time, forget.REASON)


def restore_backup(person: User) -> None:
    """Give the account its data back, and remove the records of all erasures."""
    with connection.cursor() as cursor:
        triggers.remove(connection)
        cursor.execute("DELETE FROM record_erasure")
        triggers.install(connection)
    User.objects.filter(pk=person.pk).update(
        username=USERNAME, first_name="Ana", last_name="Kestrel", email=ADDRESS, is_active=True
    )
    make_report(email=ADDRESS)


@pytest.mark.usefixtures("person")
def test_a_person_who_is_not_in_the_backup_is_recorded_once():
    run()
    [line] = [each for each in erasures.list_effective(erasures.read(erasures.path())) if each.scope == forget.SCOPE]
    other = replace(line, id=uuid4())
    assert forget.replay(other) == (Outcome.ABSENT, "")
    assert forget.replay(other) == (Outcome.RECORDED, "")


def test_an_older_key_still_finds_the_person(person, settings):
    run()
    [line] = [each for each in erasures.list_effective(erasures.read(erasures.path())) if each.scope == forget.SCOPE]
    restore_backup(person)
    settings.SECRET_KEY_FALLBACKS = [settings.DIGEST_KEY]
    settings.DIGEST_KEY = "another-key-that-is-long-enough-to-please-the-checks-of-django"
    assert forget.replay(line)[0] == Outcome.ERASED


def test_works_of_the_person_stay(person):
    works = list(Work.objects.order_by("pk").values("pk", "owner", "state"))
    run()
    assert list(Work.objects.order_by("pk").values("pk", "owner", "state")) == works
