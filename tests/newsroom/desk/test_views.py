"""The base class of the desk's screens."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from newsroom.desk.views import DeskView
from tests.factories import make_user

pytestmark = pytest.mark.django_db


class WithdrawPage(DeskView):
    permission = "stories.publish_work"

    def post(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("Withdrawn.")


def send_request(method, *, role):
    request = RequestFactory().generic(method, "/")
    request.user = make_user(role=role) if role else AnonymousUser()
    return WithdrawPage.as_view()(request)


def test_a_screen_requires_its_permission():
    assert send_request("POST", role="Editor").content == b"Withdrawn."
    for role in ("Writer", None):
        with pytest.raises(PermissionDenied):
            send_request("POST", role=role)


def test_an_unsupported_method_answers_405_for_every_user():
    for role in ("Editor", "Writer", None):
        assert [send_request(method, role=role).status_code for method in ("GET", "PUT")] == [405, 405]
