"""The check of log lines knows what is typed as a password or a code in Chromium, also if no form is sent."""

import logging
import re
import time

import pytest

from newsroom.http import clock
from stories.workflow import shared_previews
from tests.browser.conftest import PHONE, sign_in
from tests.factories import make_story, make_user
from tests.log_lines import LogLines

pytestmark = pytest.mark.django_db(transaction=True)


def wait_for_secret(page, log_lines: LogLines, secret: str) -> None:
    end = time.monotonic() + 15
    while secret not in log_lines.secrets:
        assert time.monotonic() < end, f"{secret} is not known."
        page.wait_for_timeout(20)


def test_what_is_typed_as_a_password_a_passcode_or_a_code_may_be_in_no_line(open_page, log_lines):
    ends_at = clock.now() + shared_previews.DEFAULT_LIFETIME
    link = shared_previews.create_link(
        make_story(), by=make_user(), label="Lawyer", ends_at=ends_at, passcode="slate harbour"
    )
    page = open_page(viewport=PHONE)
    sign_in(page, make_user(role="Editor").username)
    for address, label, secret in (
        ("/accounts/2fa/totp/activate/", "^code", "941276"),
        (f"/preview/{link.token}/", "^passcode", "never sent either"),
        ("/accounts/password/change/", "^current password", "not-sent-by-any-form"),
    ):
        page.goto(address)
        page.get_by_label(re.compile(label, re.IGNORECASE)).first.fill(secret)
        page.keyboard.press("Tab")
        wait_for_secret(page, log_lines, secret)
        logging.getLogger("tests").warning("Somebody typed %s.", secret)
        with pytest.raises(AssertionError, match=secret):
            log_lines.check()
