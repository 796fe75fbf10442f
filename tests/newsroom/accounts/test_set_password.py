"""The screen on which an administrator sets the password of another account."""

import pytest
from django.urls import reverse

from tests.conftest import signed_in
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator_client(administrator):
    return signed_in(administrator)


def test_a_refused_password_is_listed_with_a_link_to_its_field(administrator_client):
    address = reverse("admin:auth_user_password_change", args=[make_user(role="Writer").pk])
    page = administrator_client.post(address, {"usable_password": "true", "password1": "kestrel", "password2": "other"})
    assert page.status_code == 200
    (problem, *_) = page.context["problems"]
    assert problem.field in {"id_password1", "id_password2"}
    assert f'href="#{problem.field}"' in page.rendered_content


def test_a_password_is_required_unless_the_account_shall_have_none(administrator_client):
    user = make_user(role="Writer")
    address = reverse("admin:auth_user_password_change", args=[user.pk])
    assert administrator_client.post(address, {"usable_password": "true", "set-password": ""}).context["problems"]
    assert administrator_client.post(address, {"usable_password": "false", "unset-password": ""}).status_code == 302
    user.refresh_from_db()
    assert not user.has_usable_password()
    page = administrator_client.get(address)
    assert 'name="unset-password"' not in page.rendered_content
