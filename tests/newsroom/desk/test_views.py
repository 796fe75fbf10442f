"""The base of the desk's screens."""

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


def sent(method, *, role):
    request = RequestFactory().generic(method, "/")
    request.user = make_user(role=role) if role else AnonymousUser()
    return WithdrawPage.as_view()(request)


def test_a_screen_is_for_those_who_have_its_permission():
    assert sent("POST", role="Editor").content == b"Withdrawn."
    for role in ("Writer", None):
        with pytest.raises(PermissionDenied):
            sent("POST", role=role)


def test_a_method_that_a_screen_does_not_have_is_refused_whoever_asks():
    for role in ("Editor", "Writer", None):
        assert [sent(method, role=role).status_code for method in ("GET", "PUT")] == [405, 405]
