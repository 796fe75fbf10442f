"""Every address of the desk, requested with every role: what a role may not do is refused and changes nothing."""

import json
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import reverse

from newsroom.accounts.models import Contributor, User
from newsroom.audit import access
from stories import drafts
from stories.documents import AnyDocument, AskedQuestion, NamedContributor
from stories.models import FAQ, Edition, Story
from tests.conftest import signed_in
from tests.factories import (
    PASSWORD,
    make_article,
    make_outlet,
    make_question,
    make_story,
    make_user,
)
from tests.journeys.desk import DESK, OPEN_TO_ALL, PEOPLE, SCREENS, Attempt, desk_routes, list_rights, make_attempts
from tests.recorded_sql import writes
from tests.stories.admin.form_data import filled
from tests.transactions import of_the_test

pytestmark = [pytest.mark.audit, pytest.mark.portable, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _without_access_events(monkeypatch):
    """Record no access events: a refusal is one, and here refusals must change nothing."""
    monkeypatch.setattr(access, "store", lambda entries: None)


@pytest.fixture
def chief():
    return User.objects.create_superuser("chief", password=PASSWORD)


@pytest.fixture
def attempts(chief):
    return make_attempts(chief)


def client_of(letter: str) -> Client:
    """Return a client that is signed in as a user of this kind."""
    person = make_user(role=PEOPLE[letter])
    if letter == "N":
        person.is_staff = True
        person.save()
    return signed_in(person)


def read_all_rows() -> dict[str, list[tuple[object, ...]]]:
    """Return all rows of our own apps, keyed by model."""
    labels = ("accounts", "addresses", "jobs", "listing", "media", "notices", "record", "site", "stories", "topics")
    models = [model for label in labels for model in apps.get_app_config(label).get_models(include_auto_created=True)]
    rows = {model._meta.label: list(model._default_manager.order_by("pk").values_list()) for model in models}
    # Leave out the date of the last login.
    rows["accounts.User"] = list(User.objects.order_by("pk").values_list("pk", "username", "password", "is_staff"))
    return rows


def complete_form(attempt: Attempt, chief: User) -> dict[str, object]:
    """Return the form data that the browser of a user with every right would send from this address."""
    client = signed_in(chief)
    page = client.get(attempt.address)
    fields = filled(page) if page.status_code == 200 and "html" in page["Content-Type"] else {}
    return {name: value for name, value in fields.items() if name != "csrfmiddlewaretoken"} | attempt.body


def is_refused(response) -> bool:
    """Return whether a response is an error for lack of rights or a redirect to the sign-in page."""
    redirects_to_login = response.status_code == 302 and "/login/" in response["Location"]
    return response.status_code in {403, 404, 405} or redirects_to_login


def test_the_table_of_rights_has_every_route_of_the_desk():
    assert desk_routes() - OPEN_TO_ALL == set(list_rights())


def test_a_screen_opens_only_for_users_who_may_see_it(attempts):
    rights, wrong = list_rights(), []
    for letter in PEOPLE:
        client = client_of(letter)
        for attempt in attempts:
            response = client.get(attempt.address)
            if is_refused(response) == (letter in rights[attempt.route][0]):
                wrong.append((letter, attempt.route, response.status_code))
    assert not wrong


def test_a_post_without_the_right_is_refused_and_changes_nothing(attempts, chief):
    # The forms are read once for all users, because reading one takes ten times as long as a refused POST.
    forms = [complete_form(attempt, chief) for attempt in attempts]
    rights, wrong = list_rights(), []
    for letter in ("", *PEOPLE):
        client = client_of(letter) if letter else Client()
        before = read_all_rows()
        for attempt, form in zip(attempts, forms, strict=True):
            if letter and (letter in rights[attempt.route][1] or _is_own_password(attempt.route, letter)):
                continue
            with writes() as written:
                response = client.post(attempt.address, form)
            if not is_refused(response) and (not letter or response.status_code not in {200, 302}):
                wrong.append((letter, attempt.route, response.status_code))
            if written and (after := read_all_rows()) != before:
                wrong.append((letter, attempt.route, "changed something"))
                before = after
    assert not wrong


def _is_own_password(route: str, letter: str) -> bool:
    return route.startswith("password_change") and letter in DESK


def test_anonymous_users_cannot_open_any_address_of_the_desk(attempts, client):
    before = read_all_rows()
    for attempt in attempts:
        assert is_refused(client.get(attempt.address)), attempt.route
    assert read_all_rows() == before


@pytest.mark.audit
def test_the_same_attempts_succeed_for_an_administrator(attempts, chief):
    without_effect, before = set(), read_all_rows()
    for attempt in attempts:
        if not list_rights()[attempt.route][1]:
            continue
        client = signed_in(chief)
        with of_the_test():
            with writes() as written:
                client.post(attempt.address, complete_form(attempt, chief))
            if not written or read_all_rows() == before:
                without_effect.add(attempt.route)
            transaction.set_rollback(True)
    without_effect -= {
        f"stories_{model}_{screen}" for model in ("story", "faq") for screen in ("live_preview", "live_preview_new")
    }
    without_effect -= {"stories_story_look", "stories_story_look_new", "stories_story_unsaved_points"}
    assert without_effect == {
        "markdown_preview",
        "propose_expiry",
        "upload_editor_image",
        "media_image_add",
        "media_image_choose",
        "media_image_upload",
        "replace_image",
    }


def import_document(client: Client, document: AnyDocument) -> None:
    """Import a document with the form of the desk."""
    client.post(reverse("admin:import_text"), {"text": json.dumps(document.body()), "take_in": "yes"})


@pytest.mark.parametrize(("letter", "is_confirmed"), [("W", False), ("E", True)])
def test_an_imported_headline_is_confirmed_only_if_the_user_may_confirm_it(letter, is_confirmed):
    document = drafts.build_document(make_story()).changed(uid=uuid4(), slug="brought-in", headline="Words of a file")
    import_document(client_of(letter), document)
    assert Story.objects.get(slug="brought-in").headline_confirmed is is_confirmed
    page = drafts.build_document(make_question()).changed(uid=uuid4(), slug="brought-in", question="Words of a file?")
    import_document(client_of(letter), page)
    assert FAQ.objects.get(slug="brought-in").question_confirmed is is_confirmed


@pytest.mark.parametrize(("letter", "is_confirmed"), [("W", False), ("E", True)])
def test_a_question_of_an_imported_story_is_confirmed_only_if_the_user_may_confirm_it(letter, is_confirmed):
    asked = AskedQuestion(uid=uuid4(), question="Who checks the gates?")
    story = drafts.build_document(make_story()).changed(uid=uuid4(), slug="brought-in", questions=(asked,))
    import_document(client_of(letter), story)
    assert FAQ.objects.get(uid=asked.uid).question_confirmed is is_confirmed


def test_a_confirmed_headline_stays_confirmed_when_a_writer_imports_the_same_words():
    story = make_story(headline="Words that an editor confirmed")
    import_document(client_of("W"), drafts.build_document(story).changed(standfirst="A new summary."))
    story.refresh_from_db()
    assert (story.standfirst, story.headline_confirmed) == ("A new summary.", True)


@pytest.mark.parametrize(("letter", "count"), [("W", 0), ("E", 1)])
def test_a_new_name_is_imported_only_if_the_user_may_add_it(letter, count):
    name = NamedContributor(uid=uuid4(), name="Out of a file")
    import_document(
        client_of(letter), drafts.build_document(make_story()).changed(uid=uuid4(), slug="brought-in", byline=(name,))
    )
    assert Contributor.objects.filter(name="Out of a file").count() == count
    assert Story.objects.filter(slug="brought-in").count() == count


def test_a_writer_cannot_confirm_or_move_anything_with_forged_fields():
    story, other = make_story(headline_confirmed=False), make_story()
    foreign = other.sections.get(kind="behind")
    client = client_of("W")
    address = reverse("admin:stories_story_change", args=[story.pk])
    form = filled(client.get(address)) | {
        "headline_confirmed": "on", "kind": "question", "state": "approved", "uid": str(other.uid), "id": other.pk,
        "work_ptr": other.pk, "binned_at": "2026-01-01", "citations_given": 99, "headline": "By a writer",
        "sections-0-row": str(foreign.uid), "sections-0-id": foreign.pk,
        "sections-0-text": "Taken over", "sections-0-kind": "free", "_continue": "publish",
    }  # fmt: skip
    before = drafts.build_document(other)
    assert client.post(address, form).status_code == 302
    after = Story.objects.get(pk=story.pk)
    assert (after.headline, after.headline_confirmed, after.kind, after.state) == (
        "By a writer",
        False,
        "story",
        "draft",
    )
    assert (after.uid, after.binned_at, after.citations_given) == (story.uid, None, 0)
    assert drafts.build_document(other) == before
    assert not Edition.objects.exists()


def test_a_row_of_another_story_cannot_be_changed_by_its_uid_or_key():
    article = make_article()
    story, other = make_story(outlets=(make_outlet(),)), make_story(outlets=(make_outlet(),), articles=(article,))
    before, client = drafts.build_document(other), client_of("E")
    address = reverse("admin:stories_story_change", args=[story.pk])
    form = filled(client.get(address))
    rows = {"sections": other.sections.all(), "passages": other.passages.all(), "citations": other.citations.all()}
    for prefix, foreign in rows.items():
        for place, row in enumerate(foreign):
            form |= {
                f"{prefix}-{place}-row": str(getattr(row, "uid", "") or row.number),
                f"{prefix}-{place}-id": row.pk,
                f"{prefix}-{place}-text": "Taken over",
                f"{prefix}-{place}-title": "Taken over",
                f"{prefix}-{place}-DELETE": "on",
            }
        form[f"{prefix}-TOTAL_FORMS"] = max(int(form[f"{prefix}-TOTAL_FORMS"]), len(foreign))
    assert client.post(address, form).status_code == 302
    assert drafts.build_document(other) == before
    article.refresh_from_db()
    assert article.title != "Taken over"


def test_a_writer_cannot_change_a_cited_article():
    article = make_article()
    story = make_story(articles=(article,))
    client = client_of("W")
    address = reverse("admin:stories_story_change", args=[story.pk])
    form = filled(client.get(address)) | {"citations-0-title": "By a writer", "citations-0-url": "https://w.example/"}
    assert client.post(address, form).status_code == 302
    before = article.title, article.url
    article.refresh_from_db()
    assert (article.title, article.url) == before


@pytest.mark.parametrize("query", ["owner__password__startswith=m", "owner__groups__name=Editor", "binned_by__email=x"])
def test_no_list_can_be_filtered_by_fields_of_accounts(query):
    make_story(owner=make_user())
    response = client_of("W").get(f"{reverse('admin:stories_story_changelist')}?{query}")
    assert response.status_code == 400 or (response.status_code == 302 and "e=1" in response["Location"])


def test_an_administrator_cannot_give_rights_beyond_a_role(administrator_client):
    somebody = make_user(role="Writer")
    address = reverse("admin:accounts_user_change", args=[somebody.pk])
    form = filled(administrator_client.get(address)) | {"is_superuser": "on", "user_permissions": ["1", "2"]}
    assert administrator_client.post(address, form).status_code == 302
    somebody.refresh_from_db()
    assert not somebody.is_superuser
    assert not somebody.user_permissions.exists()


@pytest.mark.parametrize("key", ["9" * 23, "-1", "abc", "%C2%B2", "1%002"])
def test_an_invalid_key_causes_no_server_error(editor_client, key):
    for model in SCREENS:
        for screen in ("change", "delete", "history", "bin", "withdraw"):
            address = f"/admin/{model.replace('_', '/')}/{key}/{screen}/"
            assert editor_client.get(address).status_code in {302, 403, 404, 405}, address
