"""None of the ways in which words enter the site changes or removes a forecast that readers have seen."""

from contextlib import suppress
from datetime import date, timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from newsroom.http import clock
from stories import drafts, imports, publishing
from stories.documents import Forecast
from stories.documents.export import to_json, to_markdown, to_text
from stories.documents.parse import UnreadableDocumentError
from stories.drafts import revisions
from stories.drafts.publication_status import annotate_publication_status
from stories.models import Edition, Story
from stories.publishing import ScheduleResolution
from stories.publishing.errors import MergeConflictError, NothingNewError, NotReadyError
from stories.workflow import bulk
from tests.conftest import signed_in
from tests.factories import make_published_story, make_update
from tests.stories.admin.form_data import filled

pytestmark = pytest.mark.django_db
FORECAST = Forecast(uid=uuid4(), speaker="Finance ministry", expected="It opens.", due_on=date(2096, 12, 31))
CHANGED = FORECAST.model_copy(update={"expected": "It closes."})
REFUSAL = "The forecast by Finance ministry is public and cannot be changed or removed."


def save_draft(story, by, *forecasts, **fields):
    """Save the draft with these forecasts and no others, and return the story."""
    drafts.restore(story, drafts.build_document(story).changed(forecasts=forecasts, **fields), by=by)
    revisions.record_revision(story, by=by)
    return Story.objects.get(pk=story.pk)


def publish_draft(story, by, **options):
    publishing.publish(Story.objects.get(pk=story.pk), by=by, change=make_update(), **options)


@pytest.fixture(params=["live", "withdrawn and returned"])
def story(request, administrator):
    """Return a story with a forecast that readers see, or see again."""
    first = make_published_story(by=administrator, slug="tunnel")
    # All sections are new, so that a file which is exported, changed and imported is taken for one of this edition.
    sections = drafts.build_document(first).sections
    new = tuple(each.model_copy(update={"uid": uuid4()}) for each in sections)
    draft = save_draft(first, administrator, FORECAST, sections=new, standfirst="More is known.")
    publishing.publish(draft, by=administrator, change=make_update())
    if request.param != "live":
        publishing.withdraw(Story.objects.get(pk=draft.pk), by=administrator, notice="It was wrong.")
        publishing.republish(Story.objects.get(pk=draft.pk), by=administrator, note="It was right.")
    return Story.objects.get(pk=draft.pk)


def save_form(story, by, *forecasts):
    client, address = signed_in(by), reverse(story.change_view_name, args=[story.pk])
    form = filled(client.get(address))
    form |= {"forecasts-0-expected": CHANGED.expected} if forecasts else {"forecasts-0-DELETE": "on"}
    assert client.post(address, form | {"_continue": "save"}).status_code == 302
    publish_draft(story, by)


def import_in(to_format, ending):
    def import_file(story, by, *forecasts):
        data = to_format(drafts.build_document(story).changed(forecasts=forecasts)).encode()
        prepared = imports.prepare_import(data, name=f"tunnel.{ending}", into=story, at=clock.now())
        imports.save_import(prepared, by=by, publication=imports.PublicationOptions(change=make_update()))

    return import_file


def import_at_the_console(story, by, *forecasts, folder):
    path, out = folder / "tunnel.json", StringIO()
    path.write_text(to_json(drafts.build_document(story).changed(forecasts=forecasts)))
    options = ("--into", story.slug, "--by", by.username, "--publish", "--note", "The weights were measured again.")
    with suppress(CommandError):
        call_command("import_explainer", str(path), *options, stdout=out, stderr=out)
    raise CommandError(out.getvalue())


def publish_merged(story, by, *forecasts):
    """Publish before an edition that is scheduled, into which the change is merged."""
    later = save_draft(story, by, FORECAST, standfirst="It opens, or not.")
    scheduled = publishing.schedule(later, by=by, at=clock.now() + timedelta(days=2), change=make_update())
    save_draft(story, by, *forecasts, standfirst="More is known.")
    publish_draft(story, by, resolutions={scheduled.pk: ScheduleResolution.CARRY})


def restore_revision(story, by, *forecasts):
    save_draft(story, by, *forecasts)
    wanted = revisions.get_newest_revision(story)
    save_draft(story, by, FORECAST)
    revisions.restore_revision(story, wanted, by=by)
    publish_draft(story, by)


def publish_in_bulk(story, by, *forecasts):
    save_draft(story, by, *forecasts)
    selected = annotate_publication_status(Story.objects.filter(pk=story.pk), at=clock.now())
    run = bulk.prepare_run(bulk.Verb.PUBLISH, selected, by=by)
    bulk.start_run(run, {"note": "The weights were measured again.", "change": "update"}, by=by, at=clock.now())
    bulk.work_through.call(run.pk)
    raise CommandError(run.items.get().words)


WAYS = {
    "the form": save_form,
    "an imported text": import_in(to_text, "txt"),
    "imported Markdown": import_in(to_markdown, "md"),
    "imported JSON": import_in(to_json, "json"),
    "the console": import_at_the_console,
    "a merge": publish_merged,
    "a restored revision": restore_revision,
    "many at once": publish_in_bulk,
}


def refusal_of(way, story, by, *forecasts, **options) -> str:
    """Publish in this way, and return why it was refused, or an empty text."""
    try:
        WAYS[way](story, by, *forecasts, **options)
    except (NotReadyError, UnreadableDocumentError, CommandError, NothingNewError) as error:
        return str(error)
    return ""


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("forecasts", [(CHANGED,), ()], ids=["changes", "removes"])
def test_no_way_changes_or_removes_a_public_forecast(way, forecasts, story, administrator, tmp_path):
    words = refusal_of(way, story, administrator, *forecasts, **({"folder": tmp_path} if way == "the console" else {}))
    for at in (clock.now(), clock.now() + timedelta(days=3)):
        assert Edition.objects.live(at).get(work=story).document.value().forecasts == (FORECAST,)
    # The form has no fields for the words, and a text without forecasts leaves those of the story.
    is_kept = way == "the form" or (way, forecasts) == ("an imported text", ())
    assert (REFUSAL in words) != is_kept


def test_a_form_that_was_opened_before_the_forecast_was_public_does_not_change_it(administrator):
    story = save_draft(make_published_story(by=administrator), administrator, FORECAST)
    client, address = signed_in(administrator), reverse(story.change_view_name, args=[story.pk])
    form = filled(client.get(address))
    publish_draft(story, administrator)
    client.post(address, form | {"forecasts-0-expected": CHANGED.expected, "_continue": "publish"})
    assert drafts.build_document(story).forecasts == (FORECAST,)


def test_a_schedule_gets_the_forecast_that_is_published_before_it(administrator):
    story = make_published_story(by=administrator)
    at = clock.now() + timedelta(days=2)
    scheduled = publishing.schedule(
        save_draft(story, administrator, standfirst="More is known."), by=administrator, at=at, change=make_update()
    )
    save_draft(story, administrator, FORECAST, standfirst="")
    publish_draft(story, administrator, resolutions={scheduled.pk: ScheduleResolution.CARRY})
    assert Edition.objects.live(at).get(work=story).document.value().forecasts == (FORECAST,)


def test_a_schedule_with_other_words_of_the_forecast_is_a_conflict(administrator):
    story = make_published_story(by=administrator)
    at = clock.now() + timedelta(days=2)
    scheduled = publishing.schedule(
        save_draft(story, administrator, CHANGED), by=administrator, at=at, change=make_update()
    )
    save_draft(story, administrator, FORECAST)
    with pytest.raises(MergeConflictError):
        publish_draft(story, administrator, resolutions={scheduled.pk: ScheduleResolution.CARRY})


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_api_writes_no_forecast(method, story, client):
    for address in ("/api/v1/forecasts", "/api/v1/stories/tunnel"):
        response = getattr(client, method)(address, {"forecasts": []}, content_type="application/json")
        assert response.status_code == 405
    assert drafts.build_document(story).forecasts == (FORECAST,)
