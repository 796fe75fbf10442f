"""Signing in with a browser."""

import pytest
from playwright.sync_api import expect

from tests.factories import make_user


@pytest.mark.journey
@pytest.mark.django_db(transaction=True)
def test_an_editor_signs_in_and_sees_the_desk(open_page):
    page = open_page(as_=make_user(role="Editor"))
    expect(page.get_by_role("main")).to_be_visible()
    assert page.url.endswith("/admin/")
