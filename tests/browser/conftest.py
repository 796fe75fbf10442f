"""A real Chromium against a real server: each person in a browser of their own."""

import os
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from newsroom.accounts.models import User
from tests.chromium import ARGUMENTS, find_chromium
from tests.factories import PASSWORD

# Playwright keeps an event loop in this thread; the tests ask the database from it one after the other all the same.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1440, "height": 900}

PATIENCE = 15_000  # milliseconds: two cores carry two browsers and two servers
expect.set_options(timeout=PATIENCE)

type OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Return the one Chromium of the run."""
    executable = find_chromium()
    assert executable, "No Chromium is installed: `make test` installs one, or says how."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser, live_server) -> Iterator[OpenPage]:
    """Return a function that opens a page in a new browser of its own: ``open_page("/stories/", as_=editor)``.

    With ``as_`` somebody has signed in there, by the form. Further keywords are those of Playwright's ``new_context``.
    Motion is reduced by default, so that smooth scrolling does not move what the next step clicks.
    At the end nothing may have been refused by the content security policy, and no script may have failed.
    """
    contexts = []
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        # What the tests themselves run in a page has no address: axe tries styles that the policy refuses.
        if "Content Security Policy" in message.text and message.location["url"]:
            complaints.append(message.text)

    def open_page(path: str = "", *, as_: User | None = None, **options: object) -> Page:
        context = chromium.new_context(
            **{"base_url": live_server.url, "viewport": DESKTOP, "reduced_motion": "reduce", **options}
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        context.on("console", hear)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        page = context.new_page()
        if as_ is not None:
            sign_in(page, as_.username)
        if path:
            page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def sign_in(page: Page, username: str, password: str = PASSWORD) -> None:
    """Sign in by the form, as a person does."""
    page.goto("/accounts/login/")
    page.get_by_label(re.compile("login|user ?name|e-?mail", re.IGNORECASE)).first.fill(username)
    page.get_by_label(re.compile("^password", re.IGNORECASE)).first.fill(password)
    page.get_by_role("button", name=re.compile(r"^\s*sign in\s*$", re.IGNORECASE)).click()
    page.wait_for_url("**/admin/")
