"""The pages of the user's own account, and the page that accepts an invitation."""

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.password_validation import password_validators_help_texts
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from newsroom.accounts import invitations, login, sessions
from newsroom.accounts.models import Invitation, User
from newsroom.accounts.permissions import signed_in_user
from newsroom.accounts.second_factor import has_second_factor
from newsroom.audit import access
from newsroom.audit.models import AccessVerb
from newsroom.desk.responses import focus_first_error
from newsroom.http.client_ip import client_address
from newsroom.http.clock import request_time


class AcceptInvitationForm(forms.Form):
    """The form for the name and password with which an invited person creates an account."""

    first_name = forms.CharField(
        label="First name", max_length=150, widget=forms.TextInput({"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label="Last name", max_length=150, required=False, widget=forms.TextInput({"autocomplete": "family-name"})
    )
    username = forms.CharField(
        label="User name",
        max_length=150,
        widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
        help_text="For signing in. Letters, digits and @ . + - _ only.",
    )
    password = forms.CharField(
        label="Password",
        max_length=4_096,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="Password again",
        max_length=4_096,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # the arguments of forms.Form
        self.fields["password"].help_text = " ".join(password_validators_help_texts())
        if settings.OIDC_ONLY:
            del self.fields["password"], self.fields["again"]
        elif settings.OIDC_ISSUER:
            self.fields["password"].required = self.fields["again"].required = False
            self.fields["password"].help_text += f" Leave empty to sign in with {settings.OIDC_NAME}."

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean() or self.cleaned_data
        if "again" in cleaned and cleaned.get("password", cleaned["again"]) != cleaned["again"]:
            self.add_error("again", "The two passwords differ.")
        return cleaned


@require_safe
@never_cache
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Show the user's account, with links to all its settings."""
    user, current = signed_in_user(request), request.session.session_key or ""
    context = {
        "roles": [group.name for group in user.groups.order_by("pk")],
        "has_second_factor": has_second_factor(request, user),
        "is_second_factor_demanded": settings.REQUIRE_SECOND_FACTOR,
        "session_count": len(sessions.list_sessions(user, current=current, at=request_time(request))),
    }
    return render(request, "accounts/account.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def list_sessions(request: HttpRequest) -> HttpResponse:
    """List the sessions of the user. A POST ends all except the current one."""
    user, current = signed_in_user(request), request.session.session_key or ""
    if request.method == "POST":
        sessions.end_other_sessions(user, current=current, at=request_time(request))
        messages.success(request, "All other sessions ended.")
        return redirect("usersessions_list")
    open_sessions = sessions.list_sessions(user, current=current, at=request_time(request))
    return render(request, "accounts/sessions.html", {"sessions": open_sessions})


@require_POST
@login_required
def end_session(request: HttpRequest, key: int) -> HttpResponse:
    """End a session of the user. Raise Http404 if the user has no session with this key."""
    if not sessions.end_session(signed_in_user(request), key, at=request_time(request)):
        raise Http404
    messages.success(request, "Session ended. That browser has to sign in again.")
    return redirect("usersessions_list")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Ask an invited person for a name and a password, create the account, and sign the person in.

    All invalid links get the same 404 response. After too many attempts from a network address, the response is 429.
    A user who is signed in gets a 409 response. A person who chose no password is redirected to the sign-in page.
    """
    network_address, at = client_address(request), request_time(request)
    open_invitation = invitations.find_open_invitation(token, at=at)
    if (open_invitation is None or request.method == "POST") and not login.allow_attempt("invitation", network_address):
        return _render_expired(request, status=429)
    if open_invitation is None:
        return _render_expired(request, status=404)
    if request.user.is_authenticated:
        return _hide_referrer(render(request, "accounts/invitation_signed_in.html", status=409))
    form = AcceptInvitationForm(request.POST or None, initial=_get_initial_names(open_invitation))
    if request.method == "POST" and form.is_valid():
        user = _accept(token, form, request)
        if user is not None:
            access.record(AccessVerb.TOKEN_USED, request, account=user)
            if not user.has_usable_password():
                messages.success(request, f"Your account is ready. Sign in with {settings.OIDC_NAME}.")
                return redirect("account_login")
            messages.success(request, f"Welcome, {user}.")
            response: HttpResponse = perform_password_login(request, {"username": user.username}, Login(user=user))
            return response
        if not form.errors:
            return _render_expired(request, status=404)
    context = {
        "form": focus_first_error(form),
        "invitation": open_invitation,
        "has_password": "password" in form.fields,
    }
    return _hide_referrer(render(request, "accounts/invitation.html", context, status=422 if form.errors else 200))


def _accept(token: str, form: AcceptInvitationForm, request: HttpRequest) -> User | None:
    values = {name: form.cleaned_data.get(name, "") for name in ("username", "first_name", "last_name", "password")}
    try:
        return invitations.accept_invitation(token, **values, at=request_time(request))
    except ValidationError as error:
        form.add_error(None, error)
        return None


def _get_initial_names(open_invitation: Invitation) -> dict[str, str]:
    first, _, last = open_invitation.full_name.strip().partition(" ")
    return {"first_name": first, "last_name": last.strip()}


def _render_expired(request: HttpRequest, *, status: int) -> HttpResponse:
    return _hide_referrer(
        render(request, "accounts/invitation_expired.html", {"is_too_often": status == 429}, status=status)
    )


def _hide_referrer(response: HttpResponse) -> HttpResponse:
    """Set a Referrer-Policy, so that other sites do not see the token in the address."""
    response["Referrer-Policy"] = "same-origin"
    return response
