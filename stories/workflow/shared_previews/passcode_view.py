"""The passcode page of shared previews, and the cookie by which a browser is remembered for one link."""

import re
import secrets

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from newsroom.desk.responses import focus_first_error
from newsroom.http.client_ip import client_address
from stories.workflow import shared_previews

PASS = "preview_pass"  # noqa: S105  # the name of a cookie
SEAL = "preview_form"
SEAL_LASTS = 60 * 60  # seconds
_SEAL = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


class PasscodeForm(forms.Form):
    """The passcode, and a seal that proves where the form came from: see ``_is_ours``."""

    passcode = forms.CharField(
        label=_("Passcode"),
        max_length=200,
        help_text=_("For two hours this browser remembers, for this link alone, that you knew it."),
        error_messages={"required": _("Type the passcode that came with the link.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    seal = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)


def has_access(request: HttpRequest, shared: shared_previews.OpenedLink) -> bool:
    """Return whether the link needs no passcode, or this browser gave it recently."""
    return not shared.asks_passcode or shared_previews.verify_pass(shared.link, request.COOKIES.get(PASS, ""))


def ask_passcode(request: HttpRequest, shared: shared_previews.OpenedLink, token: str) -> HttpResponse:
    """Ask for the passcode of a link, or check a submitted one and redirect to the draft if it is right.

    Answer 429 after too many wrong attempts. The page reveals nothing about the draft, not even its language.
    """
    if request.method != "POST":
        return _asked(request, PasscodeForm(), token)
    form = PasscodeForm(request.POST)
    if not form.is_valid():
        return _asked(request, form, token, status=403)
    if not _is_ours(request, form.cleaned_data["seal"], token):
        form.add_error("passcode", _("The form was open too long. Type the passcode once more."))
        return _asked(request, form, token, status=403)
    address = client_address(request)
    match shared_previews.try_passcode(shared.link, form.cleaned_data["passcode"], address=address):
        case shared_previews.AttemptResult.RIGHT:
            response: HttpResponse = redirect("shared_preview", token)
            _set(response, PASS, shared_previews.sign_pass(shared.link), token, max_age=shared_previews.PASS_LASTS)
            return response
        case shared_previews.AttemptResult.WRONG:
            form.add_error("passcode", _("This is not the passcode of this link."))
            return _asked(request, form, token, status=403)
        case _:
            minutes = shared_previews.WAIT // 60
            response = render(request, "shared_previews/too_many_attempts.html", {"minutes": minutes}, status=429)
            response["Retry-After"] = str(shared_previews.WAIT)
            return response


def _asked(request: HttpRequest, form: PasscodeForm, token: str, *, status: int = 200) -> HttpResponse:
    nonce = request.COOKIES.get(SEAL, "")
    if not _SEAL.fullmatch(nonce):
        nonce = secrets.token_urlsafe(32)
    context = {"form": focus_first_error(form), "seal": _sealed(nonce, token)}
    response = render(request, "shared_previews/passcode.html", context, status=status)
    _set(response, SEAL, nonce, token, max_age=SEAL_LASTS)
    return response


def _is_ours(request: HttpRequest, seal: str, token: str) -> bool:
    """Return whether the form was sent from our page, for which this browser has a cookie with this path."""
    nonce = request.COOKIES.get(SEAL, "")
    # Django's CSRF check sets a cookie for the whole site. It also reads Origin, which browsers empty if a page sends
    # no referrer (Fetch Standard, 3.1). That does not affect Sec-Fetch-Site (Fetch Metadata, 2.3).
    is_from_here = request.headers.get("Sec-Fetch-Site", "none") in {"same-origin", "none"}
    return is_from_here and bool(nonce) and constant_time_compare(seal, _sealed(nonce, token))


def _sealed(nonce: str, token: str) -> str:
    return salted_hmac("stories.views.passcode.seal", f"{nonce} {token}", algorithm="sha256").hexdigest()


def _set(response: HttpResponse, name: str, value: str, token: str, *, max_age: int) -> None:
    """Set a cookie that is sent to the pages of this link only, and never from the page of another site."""
    response.set_cookie(
        name,
        value,
        max_age=max_age,
        path=reverse("shared_preview", args=[token]),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
