"""The passcode page for shared previews, and the cookie that records that the passcode was entered."""

import re
import secrets

from django import forms
from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from newsroom.desk.responses import focus_first_error
from newsroom.http.client_ip import client_address
from newsroom.http.cookies import path_cookie
from stories.workflow import shared_previews

SEAL_LIFETIME = 60 * 60  # seconds
_NONCE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


class PasscodeForm(forms.Form):
    """The passcode, and a seal that proves the origin of the form: see ``_is_own_form``."""

    passcode = forms.CharField(
        label=_("Passcode"),
        max_length=200,
        help_text=_("This browser will remember it for two hours, for this link only."),
        error_messages={"required": _("Enter the passcode you were given.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    seal = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)


def has_access(request: HttpRequest, opened: shared_previews.OpenedLink) -> bool:
    """Return whether the link needs no passcode, or its passcode was recently entered in this browser."""
    return not opened.requires_passcode or shared_previews.verify_pass(
        opened.link, request.COOKIES.get(path_cookie("preview_pass"), "")
    )


def ask_passcode(request: HttpRequest, opened: shared_previews.OpenedLink, token: str) -> HttpResponse:
    """Ask for the passcode of a link, or check a submitted one and redirect to the draft if it is correct.

    Return a 429 response after too many wrong attempts. The page reveals nothing about the draft, not even its
    language.
    """
    if request.method != "POST":
        return _render_form(request, PasscodeForm(), token)
    form = PasscodeForm(request.POST)
    if not form.is_valid():
        return _render_form(request, form, token, status=403)
    if not _is_own_form(request, form.cleaned_data["seal"], token):
        form.add_error("passcode", _("This form has expired. Enter the passcode again."))
        return _render_form(request, form, token, status=403)
    address = client_address(request)
    match shared_previews.try_passcode(opened.link, form.cleaned_data["passcode"], address=address):
        case shared_previews.AttemptResult.RIGHT:
            response: HttpResponse = redirect("shared_preview", token)
            _set_cookie(
                response,
                path_cookie("preview_pass"),
                shared_previews.sign_pass(opened.link),
                token,
                max_age=shared_previews.PASS_LIFETIME,
            )
            return response
        case shared_previews.AttemptResult.WRONG:
            form.add_error("passcode", _("Wrong passcode."))
            return _render_form(request, form, token, status=403)
        case _:
            minutes = shared_previews.MAX_ATTEMPTS_INTERVAL // 60
            response = render(request, "shared_previews/too_many_attempts.html", {"minutes": minutes}, status=429)
            response["Retry-After"] = str(shared_previews.MAX_ATTEMPTS_INTERVAL)
            return response


def _render_form(request: HttpRequest, form: PasscodeForm, token: str, *, status: int = 200) -> HttpResponse:
    nonce = request.COOKIES.get(path_cookie("preview_form"), "")
    if not _NONCE.fullmatch(nonce):
        nonce = secrets.token_urlsafe(32)
    context = {"form": focus_first_error(form), "seal": _make_seal(nonce, token)}
    response = render(request, "shared_previews/passcode.html", context, status=status)
    _set_cookie(response, path_cookie("preview_form"), nonce, token, max_age=SEAL_LIFETIME)
    return response


def _is_own_form(request: HttpRequest, seal: str, token: str) -> bool:
    """Return whether the form was sent from our own page, which sets a cookie for this path in the browser."""
    nonce = request.COOKIES.get(path_cookie("preview_form"), "")
    # Not Django's CSRF check, because it sets a cookie for the whole site and reads Origin. Browsers send Origin as
    # null if a page sends no referrer (Fetch Standard, 3.1). A missing referrer does not affect Sec-Fetch-Site (Fetch
    # Metadata, 2.3).
    is_same_origin = request.headers.get("Sec-Fetch-Site", "none") in {"same-origin", "none"}
    return is_same_origin and bool(nonce) and _is_seal(seal, nonce, token)


def _make_seal(nonce: str, token: str) -> str:
    return _signer().signature(f"{nonce} {token}")


def _is_seal(seal: str, nonce: str, token: str) -> bool:
    try:
        _signer().unsign(f"{nonce} {token}:{seal}")
    except BadSignature:
        return False
    return True


def _signer() -> Signer:
    return Signer(sep=":", salt="stories.views.passcode.seal")


def _set_cookie(response: HttpResponse, name: str, value: str, token: str, *, max_age: int) -> None:
    """Set a cookie that browsers send only to the pages of this link, and never with requests from other sites."""
    response.set_cookie(
        name,
        value,
        max_age=max_age,
        path=reverse("shared_preview", args=[token]),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
