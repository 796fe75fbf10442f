"""The pages about us: what each answers, which are still to be written, and who may write them."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from newsroom.record.models import Event
from newsroom.site.models import AboutPage, AboutRole
from stories.demonstration import files

pytestmark = pytest.mark.django_db
LIST = "/admin/site/aboutpage/"


def test_only_one_page_says_what_machines_look_for():
    AboutPage.objects.create(slug="one", title="How we work", text="We read.", role=AboutRole.HOW_WE_WORK)
    other = AboutPage(slug="two", title="How we work too", text="We read.", role=AboutRole.HOW_WE_WORK)
    with pytest.raises(ValidationError, match="Another page says this of us already"):
        other.full_clean()
    with pytest.raises(IntegrityError):
        other.save()


def test_any_number_of_pages_answer_nothing_in_particular():
    for number in range(2):
        AboutPage.objects.create(slug=f"page-{number}", title="Prizes", text="None yet.")
    assert AboutPage.objects.by_role() == {}


def test_pages_are_found_by_what_they_answer():
    page = AboutPage.objects.create(slug="owners", title="Owners", text="Readers.", role=AboutRole.OWNERSHIP)
    assert AboutPage.objects.by_role() == {"ownership": page}


def test_a_fresh_newsroom_has_no_page_and_is_offered_the_four_that_readers_look_for(administrator_client, client):
    assert "/about/" not in client.get("/").content.decode()
    response = administrator_client.get(LIST)
    for title in ("How we work", "Corrections policy", "Who owns us", "Contact"):
        assertContains(response, f">{title}</a>")
    assertContains(response, "add/?title=Who+owns+us&amp;slug=who-owns-us&amp;role=ownership")


def test_what_is_offered_opens_a_form_that_says_what_the_page_answers(administrator_client):
    response = administrator_client.get(f"{LIST}add/?title=Who+owns+us&slug=who-owns-us&role=ownership")
    assertContains(response, 'value="who-owns-us"')
    assertContains(response, '<option value="ownership" selected>')


def test_what_is_begun_is_not_offered_again(administrator_client):
    AboutPage.objects.create(slug="owners", title="Owners", text="Soon.", role=AboutRole.OWNERSHIP, shown=False)
    assertNotContains(administrator_client.get(LIST), "role=ownership")


def test_a_page_is_written_at_the_desk_and_the_record_says_so(administrator_client, client):
    sent = {
        "title": "Contact",
        "slug": "contact",
        "role": "contact",
        "text": "Ring us.",
        "position": "3",
        "shown": "on",
    }
    administrator_client.post(reverse("admin:site_aboutpage_add"), sent)
    assertContains(client.get("/about/contact/"), "Ring us.")
    assert Event.objects.of_kind("about page").get().verb == "added"


def test_pages_that_are_removed_from_the_list_are_gone_and_no_foot_leads_there(administrator_client, client):
    for slug in ("prizes", "jobs"):
        AboutPage.objects.create(slug=slug, title=slug, text="None yet.")
    for _ in range(2):
        assertContains(client.get("/"), "/about/prizes/")
        assertContains(client.get("/about/jobs/"), "None yet.")
    chosen = list(AboutPage.objects.values_list("pk", flat=True))
    administrator_client.post(LIST, {"action": "delete_selected", "_selected_action": chosen, "post": "yes"})
    assert not AboutPage.objects.exists()
    assertNotContains(client.get("/"), "/about/prizes/")
    assert client.get("/about/jobs/").status_code == 404
    assert [event.verb for event in Event.objects.of_kind("about page")] == ["deleted", "deleted"]


def test_the_page_on_corrections_leads_to_all_of_them(client):
    AboutPage.objects.create(slug="policy", title="Policy", text="We correct.", role=AboutRole.CORRECTIONS)
    AboutPage.objects.create(slug="other", title="Other", text="We work.")
    assertContains(client.get("/about/policy/"), 'href="/corrections/">All corrections')
    assertNotContains(client.get("/about/other/"), "All corrections")


def test_a_page_describes_itself_by_its_first_paragraph_and_names_its_one_address(client):
    AboutPage.objects.create(slug="how", title="How", text="We **compare** papers.\n\nAnd more.")
    response = client.get("/about/how/?utm_source=a-friend")
    assertContains(response, '<meta name="description" content="We compare papers.">')
    assertContains(response, '<link rel="canonical" href="http://testserver/about/how/">')


def test_the_demonstration_answers_all_that_readers_look_for():
    assert sorted(page.role for page in files.about_texts()) == sorted(AboutRole.values)
