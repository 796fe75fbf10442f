"""What readers and editors get from a site whose disk is full, and that nothing is lost once there is space again."""

import re
import secrets
from collections.abc import Callable
from io import BytesIO
from urllib.parse import urlencode

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from newsroom.site.errors import UNSAVED
from tests.factories import PASSWORD
from tests.stories.admin.form_data import filled_of
from tests.visitors import Account, Page, Visitor, list_pages, list_stories

PICTURE = re.compile(r'"(/media/[^"\s]+)')
ATTEMPTS = 12  # more than the wrong passwords that are allowed for an account from a connection
ALWAYS_ANSWERED = ("/search/?q=pier", "/api/v1/topics", "/healthz", "/readyz", "/metrics")


def make_words() -> str:
    """Return a text that does not fit into the space that a full database has left, even compressed."""
    return " ".join(secrets.token_hex(4) for _ in range(8_000))


def make_picture() -> SimpleUploadedFile:
    buffer = BytesIO()
    Image.new("RGB", (640, 480), (40, 60, 120)).save(buffer, "PNG")
    return SimpleUploadedFile("pier.png", buffer.getvalue(), content_type="image/png")


def assert_refused(page: Page) -> None:
    """Raise AssertionError unless the page is a 503 with the reason."""
    assert page.status == 503, (page.path, page.status, page.body[-2_000:])
    assert UNSAVED in page.body, page.body


def assert_served(reader: Visitor, *paths: str) -> None:
    for path in paths:
        page = reader.get(path)
        assert page.status == 200, (path, page.status, page.body[-2_000:])


def assert_nothing_is_lost(port: int, *, fill: Callable[[], None], make_space: Callable[[], None]) -> None:
    """Read, sign in, save, publish, upload, report and call the API while the disk is full, and again with space.

    The site has a user ``editor``, and a published story with a picture.
    """
    reader, editor = Visitor(port), Visitor(port)
    desk, upload = reverse("admin:index"), reverse("admin:upload_editor_image")
    assert editor.sign_in(Account("editor", PASSWORD)).path == desk
    change = list_stories(editor)[0]
    form = filled_of(editor.get(change).body)
    ready = editor.post(change, {**form, "method_note": make_words(), "_continue": "publish"})
    assert ready.path.endswith("/publish/")
    change_note = {"kind": "update", "note": "The method is told."}
    words = make_words()
    typed = {**filled_of(editor.get(change).body), "method_note": words, "_continue": "publish"}
    picture = {"csrfmiddlewaretoken": typed["csrfmiddlewaretoken"], "alt": "The pier"}
    story, reports = reverse("story", args=[form["slug"]]), reverse("reader_report")
    report = filled_of(reader.get(f"{reports}?{urlencode({'page': story})}").body)
    report |= {"sentence": "The pier is in the north.", "problem": "It is in the south."}
    pages = list_pages(reader)
    pictures = PICTURE.findall(reader.get(story).body)
    assert pictures

    fill()
    assert_served(reader, *pages, *pictures, *ALWAYS_ANSWERED)
    for _ in range(ATTEMPTS):
        assert_refused(Visitor(port).sign_in(Account("editor", PASSWORD)))
        assert_served(reader, "/api/v1/stories")
    refused = editor.post(change, typed)
    assert_refused(refused)
    assert words in refused.body
    assert_refused(editor.post(ready.path, {**filled_of(ready.body), **change_note}))
    assert_refused(editor.upload(upload, {**picture, "image": make_picture()}))
    assert_refused(reader.post(reports, report))
    assert editor.get(change).status == 200

    make_space()
    assert Visitor(port).sign_in(Account("editor", PASSWORD)).path == desk
    assert reader.post(reports, report).path == reverse("reader_report_thanks")
    assert editor.upload(upload, {**picture, "image": make_picture()}).status == 200
    saved = editor.post(change, typed)
    assert saved.path == ready.path
    assert filled_of(editor.get(change).body)["method_note"] == words
    assert editor.post(saved.path, {**filled_of(saved.body), **change_note}).status == 200
    assert words in reader.get(story).body
