"""The forms that replace allauth's: sign-in, passwords, and second factors."""

from typing import Any, ClassVar

from allauth.account.adapter import get_adapter
from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ReauthenticateForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
)
from allauth.core import context
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateCodeForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from allauth.mfa.webauthn.internal import auth
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest

from newsroom.accounts import lockout, mfa, signals
from newsroom.accounts.models import User
from newsroom.audit import access
from newsroom.audit.models import AccessVerb
from newsroom.http.client_ip import client_address
from newsroom.http.clock import ensure_request_time

MAX_LOGIN_LENGTH = 254  # the maximum length of an e-mail address; usernames are shorter


class OwnLabels(forms.Form):
    """Base class that gives fields of a form of allauth the labels in ``labels``, and no placeholders."""

    labels: ClassVar[dict[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in self.labels.items():
            self.fields[name].label = label
            self.fields[name].widget.attrs.pop("placeholder", None)


class SignInForm(OwnLabels, LoginForm):  # type: ignore[misc]  # allauth has no type annotations
    """The sign-in form. A login name longer than ``MAX_LOGIN_LENGTH`` is refused without a query."""

    labels: ClassVar = {"login": "User name or e-mail address", "password": "Password"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login = self.fields["login"]
        login.validators.append(MaxLengthValidator(MAX_LOGIN_LENGTH))
        login.widget.attrs |= {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}


class NewPasswordForm(OwnLabels):
    """Base class for the forms in which a new password is typed twice."""

    labels: ClassVar = {"password1": "New password", "password2": "New password again"}

    def clean(self) -> dict[str, Any]:
        # allauth's own method is not called, because its error has other words.
        cleaned = forms.Form.clean(self) or self.cleaned_data
        passwords = {cleaned[name] for name in ("password1", "password2") if name in cleaned}
        if len(passwords) > 1:
            self.add_error("password2", "The two passwords differ.")
        return cleaned


class PasswordChangeForm(NewPasswordForm, ChangePasswordForm):  # type: ignore[misc]  # as above
    """The form for changing the password. A wrong current password counts like one for signing in."""

    labels: ClassVar = {"oldpassword": "Current password", **NewPasswordForm.labels}

    def clean_oldpassword(self) -> str:
        """Return the current password. Raise ValidationError if it is wrong, or if a limit is reached."""
        password: str = self.cleaned_data["oldpassword"]
        if not get_adapter().reauthenticate(self.user, password):
            raise get_adapter().validation_error("incorrect_password")
        return password


class PasswordSetForm(NewPasswordForm, SetPasswordForm):  # type: ignore[misc]  # as above
    """The form for the first password of an account that has none."""

    labels: ClassVar = {"password1": "Password", "password2": "Password again"}


class PasswordResetForm(NewPasswordForm, ResetPasswordKeyForm):  # type: ignore[misc]  # as above
    """The form to which the link in an e-mail leads."""


class PasswordReauthenticationForm(OwnLabels, ReauthenticateForm):  # type: ignore[misc]  # as above
    """The form for a password with which a signed-in user confirms who they are."""

    labels: ClassVar = {"password": "Password"}


class LimitedCodeForm(OwnLabels, BaseAuthenticateForm):  # type: ignore[misc]  # as above
    """Base class for the forms for a code of an authenticator app, or a recovery code."""

    labels: ClassVar = {"code": "Code"}

    def clean_code(self) -> str:
        """Return the code. Raise ValidationError if it is wrong or used, or if a limit on wrong codes is reached.

        The limit replaces allauth's own, which counts the codes for an account from all connections together.
        """
        request = context.request
        try:
            attempt = lockout.begin_code_attempt(self.user, client_address(request), at=ensure_request_time(request))
        except lockout.LockedOutError as error:
            if error.is_first:
                access.record(AccessVerb.LOCKED_OUT, request, account=self.user)
            raise get_adapter(request).validation_error("too_many_codes") from error
        code: str = super().clean_code()
        if not mfa.use_code(self.user, code):
            self._emit_authentication_failed(self.authenticator)
            raise get_mfa_adapter().validation_error("incorrect_code")
        attempt.withdraw()
        return code


class CodeForm(LimitedCodeForm, AuthenticateForm):  # type: ignore[misc]  # as above
    """The form for a code as a second factor."""


class CodeReauthenticationForm(LimitedCodeForm, ReauthenticateCodeForm):  # type: ignore[misc]  # as above
    """The form for a code with which a signed-in user confirms who they are."""


class AuthenticatorAppForm(OwnLabels, ActivateTOTPForm):  # type: ignore[misc]  # as above
    """The form that sets up an authenticator app."""

    labels: ClassVar = {"code": "Code from the app"}

    def clean_code(self) -> str:
        """Return the code, which cannot be used again to sign in. Raise ValidationError if it is wrong."""
        code: str = super().clean_code()
        mfa.use_code(self.user, code)
        return code


class NewPasskeyForm(OwnLabels, AddWebAuthnForm):  # type: ignore[misc]  # as above
    """The form that adds a passkey."""

    labels: ClassVar = {"name": "Name", "passwordless": "Sign in without a password"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        help_text = "Your device then asks for a PIN, your fingerprint or your face instead."
        self.fields["passwordless"].help_text = help_text


class PasskeyForm(AuthenticateWebAuthnForm):  # type: ignore[misc]  # allauth has no type annotations
    """The form for a passkey as a second factor. A passkey cannot be guessed, so attempts are not limited."""

    def clean_credential(self) -> Authenticator:
        """Return the passkey. Raise ValidationError, and record a failure, if it is malformed or not the user's."""
        credential, user = self.cleaned_data["credential"], self.user
        try:
            auth.parse_authentication_response(credential)
            user = user or auth.extract_user_from_response(credential)
            return auth.complete_authentication(user, credential)
        except (KeyError, ValidationError) as error:
            self.record_failure(user)
            # KeyError: the library reads the parts of a credential without checking that they are there.
            raise get_mfa_adapter().validation_error("incorrect_passkey") from error

    def record_failure(self, user: User | None) -> None:
        """Record that a passkey was not accepted, unless ``user`` is None because the credential names nobody."""
        if user is not None:
            signals.on_failed_second_factor(request=context.request, user=user)


class PasskeyReauthenticationForm(PasskeyForm, ReauthenticateWebAuthnForm):  # type: ignore[misc]  # as above
    """The form for a passkey with which a signed-in user confirms who they are."""


class PasskeySignInForm(PasskeyForm, LoginWebAuthnForm):  # type: ignore[misc]  # as above
    """The form for a passkey in place of name and password."""

    def record_failure(self, user: User | None) -> None:
        access.record(AccessVerb.FAILED, context.request, account=user)


class RequestPasswordResetForm(OwnLabels, ResetPasswordForm):  # type: ignore[misc]  # allauth has no type annotations
    """The form that requests an e-mail for resetting a password."""

    labels: ClassVar = {"email": "E-mail address"}
    users: list[User]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].error_messages["invalid"] = "Enter an e-mail address, such as name@example.org."

    def clean_email(self) -> str:
        """Return the address. Store in ``users`` the accounts that have it and can use a password.

        Raise ValidationError if a limit on requests is reached. The limits are the same with and without an account.
        """
        address: str = super().clean_email()
        request = context.request
        try:
            lockout.count_reset_request(address, client_address(request))
        except lockout.LockedOutError as error:
            if error.is_first:
                account = next(iter(self.users), None)
                access.record(AccessVerb.LOCKED_OUT, request, account=account, unknown_name="" if account else address)
            raise get_adapter(request).validation_error("too_many_resets") from error
        self.users = [user for user in self.users if user.can_use_password]
        return address

    def save(self, request: HttpRequest, **kwargs: object) -> str:
        """Send an e-mail, whether or not an account has the address, and return the address."""
        # Neither the response nor the response time may reveal whether an account exists.
        if self.users:
            address: str = super().save(request, **kwargs)
            return address
        address = self.cleaned_data["email"]
        # allauth's own e-mail links to a sign-up page, which does not exist here.
        context = {"required_provider": settings.OIDC_NAME if settings.OIDC_ONLY else ""}
        get_adapter(request).send_mail("account/email/unknown_account", address, context)
        return address
