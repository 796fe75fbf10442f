"""Fixtures for tests with a real Chromium and a real server; each page opens in a browser context of its own."""

import os
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect, sync_playwright

from newsroom.accounts.models import User
from tests.chromium import ARGUMENTS, find_chromium
from tests.conftest import signed_in
from tests.factories import PASSWORD
from tests.log_lines import SECRET_FIELD, LogLines

# Playwright runs an event loop in this thread, so Django would refuse queries. The tests never query concurrently.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1440, "height": 900}

TIMEOUT = 15_000  # milliseconds; two browsers and two servers may share two cores
expect.set_options(timeout=TIMEOUT)

# Reports what is typed as a password, passcode, code or token, wherever a script sends it.
REPORT_TYPED_SECRETS = f"""addEventListener("change", ({{target}}) => {{
  if (target.type === "password" || /{SECRET_FIELD.pattern}/i.test(target.name)) reportSecret(target.value);
}}, true);"""

type OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Return the Chromium that all tests share."""
    executable = find_chromium()
    assert executable, "No Chromium is installed: `make test` installs one, or says how."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser, live_server, log_lines: LogLines) -> Iterator[OpenPage]:
    """Return a function that opens a page in a new browser context: ``open_page("/stories/", as_=editor)``.

    With ``as_``, the browser has the cookies of a session in which that user has just signed in with a password. Other
    keywords are passed to Playwright's ``new_context``.
    Reduced motion is the default, so that smooth scrolling does not move the target of the next click.
    Afterwards, the test fails if the content security policy refused something or a script raised an error. It also
    fails if a log line contains a password or a code that was typed.
    """
    contexts = []
    errors: list[str] = []

    def record(message: ConsoleMessage) -> None:
        # Ignore messages about the tests' own scripts, which have no URL: axe tries styles that the policy refuses.
        if "Content Security Policy" in message.text and message.location["url"]:
            errors.append(message.text)

    def open_page(path: str = "", *, as_: User | None = None, **options: Any) -> Page:
        options = {"base_url": live_server.url, "viewport": DESKTOP, "reduced_motion": "reduce", **options}
        context = chromium.new_context(**options)
        contexts.append(context)
        context.set_default_timeout(TIMEOUT)
        context.expose_function("reportSecret", log_lines.add_secret)
        context.add_init_script(REPORT_TYPED_SECRETS)
        context.on("console", record)
        context.on("weberror", lambda error: errors.append(str(error.error)))
        if as_ is not None:
            cookies = make_session_cookies(as_)
            context.add_cookies([{"name": name, "value": value, "url": options["base_url"]} for name, value in cookies])
        page = context.new_page()
        if path or as_ is not None:
            page.goto(path or "/admin/")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


def make_session_cookies(user: User) -> list[tuple[str, str]]:
    """Return the names and values of the cookies that a user gets by signing in with a password."""
    client = signed_in(user, methods=("password",), at=time.time())
    client.get("/accounts/login/")  # sets the cookie for the desk bar
    return [(name, cookie.value) for name, cookie in client.cookies.items()]


def find_message(page: Page, words: str) -> Locator:
    """Return the success messages at the desk that contain ``words``, such as a number, as whole words."""
    return page.locator(".messagelist .success").filter(has_text=re.compile(rf"\b{re.escape(words)}\b"))


def find_published_message(page: Page, label: str) -> Locator:
    """Return the message that names a published edition and links to its page."""
    return find_message(page, label).filter(has=page.locator('a:not([href^="/admin/"])'))


def sign_in(page: Page, username: str, password: str = PASSWORD) -> None:
    """Sign in with the form, as a user does."""
    page.goto("/accounts/login/")
    page.get_by_label(re.compile("login|user ?name|e-?mail", re.IGNORECASE)).first.fill(username)
    page.get_by_label(re.compile("^password", re.IGNORECASE)).first.fill(password)
    page.get_by_role("button", name=re.compile(r"^\s*sign in\s*$", re.IGNORECASE)).click()
    page.wait_for_url("**/admin/")
