"""The lists of the desk in a browser: saved views, bulk actions and imported tables."""

import re

import pytest
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import expect

from stories.models import BulkRun, BulkState, Work
from stories.workflow import bulk
from tests.browser.faults import find_faults
from tests.factories import make_published_story, make_story, make_topic, make_user
from topics.models import Topic

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/admin/stories/story/"


@pytest.mark.journey
def test_a_view_is_saved_and_shared_and_another_user_opens_it(open_page):
    ana, ben = make_user(first_name="Ana", last_name="Kestrel"), make_user(role="Writer")
    make_story(headline="Why the ferry is late", owner=ana)
    make_story(headline="Why another ferry is late", owner=ben)
    make_story(headline="Why the pier is closed", owner=ben)
    page = open_page(f"{LIST}?q=ferry&owner=me", as_=ana)
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    page.get_by_text("Columns", exact=True).click()
    page.get_by_label("Saved").uncheck()
    page.get_by_label("Language").check()
    page.locator(".list-tools").get_by_role("button", name="Apply").click()
    expect(page.get_by_role("columnheader", name="Language")).to_be_visible()
    page.get_by_text("Save view").click()
    page.get_by_role("textbox", name="Name", exact=True).fill("My ferries")
    page.get_by_label("Share with everyone at the desk").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("link", name="My ferries")).to_have_attribute("aria-current", "page")

    other = open_page(LIST, as_=ben)
    expect(other.get_by_role("columnheader", name="Saved")).to_be_visible()
    other.get_by_role("link", name="My ferries by Ana Kestrel").click()
    expect(other.locator("#result_list tbody tr")).to_have_count(1)
    expect(other.get_by_role("link", name="Why another ferry is late")).to_be_visible()
    expect(other.get_by_role("columnheader", name="Language")).to_be_visible()
    expect(other.get_by_text("This view", exact=True)).to_have_count(0)


def test_last_weeks_story_on_a_topic_is_found_in_three_clicks(open_page):
    ana = make_user(first_name="Ana", last_name="Kestrel")
    make_published_story(headline="Why two gates stayed open", by=ana, topics=(make_topic(name="Port Lisle"),))
    make_published_story(headline="Why bread costs more", by=ana)
    page = open_page(LIST, as_=ana)
    page.get_by_role("link", name="Last 7 days").click()
    page.get_by_label("Topic").click()
    page.keyboard.type("port l")
    page.get_by_role("option", name="Port Lisle").click()
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    expect(page.get_by_role("link", name="Why two gates stayed open")).to_be_visible()
    assert find_faults(page, 1440) == []
    page.get_by_role("link", name="Remove filter Topic: Port Lisle").click()
    expect(page.locator("#result_list tbody tr")).to_have_count(2)


@pytest.mark.journey
def test_the_worker_runs_a_bulk_action_on_all_matches_and_one_is_refused(open_page, monkeypatch):
    monkeypatch.setattr("stories.workflow.bulk.BATCH_SIZE", 3)
    ana = make_user(first_name="Ana", last_name="Kestrel")
    for number in range(6):
        make_story(headline=f"Why ferry {number} is late")
    live = make_published_story(headline="Why the seventh ferry is late", by=ana)
    make_story(headline="Why the pier is closed")
    monkeypatch.setattr("stories.admin.changelists.WorkChangeListMixin.list_per_page", 4)
    page = open_page(f"{LIST}?q=ferry", as_=ana)
    page.get_by_label("Select all on this page").check()
    expect(page.get_by_text("4 selected")).to_be_visible()
    page.get_by_label("Select all 7 matches").check()
    page.get_by_label("With selected").select_option(label="Move to bin")
    page.get_by_role("button", name="Apply", exact=True).click()
    expect(page.get_by_role("heading", name="Move to bin: 7 pages")).to_be_visible()
    page.get_by_role("button", name="Move to bin").click()
    expect(page.locator(".attention")).to_be_visible()
    expect(page.locator("[data-run-status]")).to_have_text(re.compile(r"^0\D+0\D+7\D+$"))
    page.evaluate("document.querySelector('[data-progress-address]').dataset.interval = '100'")
    run = BulkRun.objects.get()
    bulk.work_through.call(run.pk)
    expect(page.locator("[data-run-status]")).to_have_text(re.compile(r"\D4\D+$"))
    call_command("worker", batch=True, interval=0)
    expect(page.locator("[data-run-status]")).to_have_text(re.compile(r"^6\D+1\D+$"))
    refused = page.get_by_role("row", name="Why the seventh ferry is late")
    expect(refused).to_contain_text("Withdraw it instead")
    assert page.locator("progress").get_attribute("value") == "7"
    assert Work.objects.exclude(binned_at=None).count() == 6
    assert run.items.get(state=BulkState.REFUSED).work_id == live.pk
    page.get_by_role("link", name="Why the seventh ferry is late").click()
    expect(page).to_have_url(f"{page.url.split('/admin/')[0]}{reverse(live.change_view_name, args=[live.pk])}")


@pytest.mark.journey
def test_a_table_is_previewed_before_it_is_imported(open_page):
    curator = make_user(role="Curator")
    topic = make_topic(name="Norrhavn", kind="place", description="A port.")
    page = open_page("/admin/topics/topic/", as_=curator)
    page.get_by_role("link", name="Import a spreadsheet").click()
    table = f"uid;name;kind;description;mood\n{topic.uid};Norrhavn;place;A port in the north.;good\n;Kelmar;place;;\n;Odd;planet;;\n"
    page.get_by_label("Spreadsheet").set_input_files(
        {"name": "topics.csv", "mimeType": "text/csv", "buffer": table.encode()}
    )
    page.get_by_role("button", name="Preview import").click()
    expect(page.get_by_text("1 new, 1 changed, 0 unchanged, 1 rejected.")).to_be_visible()
    expect(page.get_by_text("Unknown columns, not imported: “mood”.")).to_be_visible()
    expect(page.get_by_role("row", name="Norrhavn")).to_contain_text("Before: A port.")
    expect(page.get_by_role("row", name="Odd")).to_contain_text("“planet” is not a known value")
    assert Topic.objects.count() == 1
    page.get_by_label("Import the rest, skip the 1 rejected row").check()
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_text("Imported: 1 new, 1 changed.")).to_be_visible()
    assert set(Topic.objects.values_list("name", "description")) == {
        ("Norrhavn", "A port in the north."),
        ("Kelmar", ""),
    }


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (768, "dark"), (1440, "light")])
def test_no_screen_of_lists_has_faults(open_page, width, scheme):
    ana = make_user(role="Administrator")
    for number in range(3):
        make_story(headline=f"Why ferry {number} is late", owner=ana)
    make_topic(name="Norrhavn")
    page = open_page(as_=ana, viewport={"width": width, "height": 7_000}, color_scheme=scheme)
    page.goto(f"{LIST}?q=ferry")
    for summary in page.locator(".list-tools summary").all():
        summary.click()
    assert find_faults(page, width) == []
    page.locator(".action-select").first.check()
    page.get_by_label("With selected").select_option(label="Reassign")
    page.locator(".actions").get_by_role("button", name="Apply").click()
    expect(page.get_by_role("heading", name="Reassign: 1 page")).to_be_visible()
    assert find_faults(page, width) == []
    page.get_by_label("New owner").select_option(index=1)
    page.get_by_role("button", name="Reassign").click()
    expect(page.locator("[data-run-status]")).to_have_text(re.compile(r"^0\D+0\D+1\D+$"))
    call_command("worker", batch=True, interval=0)
    page.reload()
    assert find_faults(page, width) == []
    page.goto("/admin/bulk/")
    assert find_faults(page, width) == []
    page.goto("/admin/topics/topic/import/")
    assert find_faults(page, width) == []
    page.get_by_label("Spreadsheet").set_input_files(
        {
            "name": "t.csv",
            "mimeType": "text/csv",
            "buffer": b"name,kind,odd\nNorrhavn,place,x\nKelmar,place,\nX,planet,\n",
        }
    )
    page.get_by_role("button", name="Preview import").click()
    expect(page.get_by_text("1 new, 1 changed, 0 unchanged, 1 rejected.")).to_be_visible()
    assert find_faults(page, width) == []
