"""Fixtures for the tests of the desk."""

import pytest
from django.urls import reverse

from tests.factories import make_user
from tests.stories.admin.form_data import filled


@pytest.fixture
def editor(db, client):
    """Return an editor, and sign in ``client`` as this user."""
    user = make_user(role="Editor", first_name="Ana", last_name="Kestrel")
    client.force_login(user)
    return user


@pytest.fixture
def save(db, client):
    """Return a function that submits the form of a work with changed fields, without JavaScript."""

    def save_form(work, *, then="save", by=client, expect=302, **changes):
        address = reverse(work.change_view_name, args=[work.pk])
        form = filled(by.get(address))
        form |= {name.replace("__", "-"): value for name, value in changes.items()}
        response = by.post(address, form | {"_continue": then})
        assert response.status_code == expect, [p.message for p in response.context["problems"]]
        return response

    return save_form


@pytest.fixture
def messages_of():
    """Return a function that lists the messages for the next page, including earlier ones that no page has shown."""

    def list_messages(response):
        return [str(message) for message in response.wsgi_request._messages]

    return list_messages
