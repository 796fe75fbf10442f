"""The forms that replace allauth's: sign-in, second factors, and the request to reset a password."""

from allauth.account.adapter import get_adapter
from allauth.account.forms import LoginForm, ResetPasswordForm
from allauth.core import context
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm, LoginWebAuthnForm, ReauthenticateWebAuthnForm
from allauth.mfa.webauthn.internal import auth
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest

from newsroom.accounts import lockout, signals
from newsroom.accounts.models import User
from newsroom.audit import access
from newsroom.audit.models import AccessVerb
from newsroom.http.client_ip import client_address
from newsroom.http.clock import ensure_request_time

MAX_LOGIN_LENGTH = 254  # the maximum length of an e-mail address; usernames are shorter


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth has no type annotations
    """The sign-in form. A login name longer than ``MAX_LOGIN_LENGTH`` is refused without a query."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].validators.append(MaxLengthValidator(MAX_LOGIN_LENGTH))


class LimitedCodeForm(BaseAuthenticateForm):  # type: ignore[misc]  # as above
    """Base class for the forms for a code of an authenticator app, or a recovery code."""

    def clean_code(self) -> str:
        """Return the code. Raise ValidationError if it is wrong, or if a limit on wrong codes is reached.

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
        attempt.withdraw()
        return code


class CodeForm(LimitedCodeForm, AuthenticateForm):  # type: ignore[misc]  # as above
    """The form for a code as a second factor."""


class CodeReauthenticationForm(LimitedCodeForm, ReauthenticateForm):  # type: ignore[misc]  # as above
    """The form for a code with which a signed-in user confirms who they are."""


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


class RequestPasswordResetForm(ResetPasswordForm):  # type: ignore[misc]  # allauth has no type annotations
    """The form that requests an e-mail for resetting a password."""

    users: list[User]

    def clean_email(self) -> str:
        """Return the address. Store in ``users`` the accounts that have it and can use a password."""
        address: str = super().clean_email()
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
