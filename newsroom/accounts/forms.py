"""The forms that replace allauth's: sign-in, and the request to reset a password."""

from allauth.account.adapter import get_adapter
from allauth.account.forms import LoginForm, ResetPasswordForm
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest

MAX_LOGIN_LENGTH = 254  # the maximum length of an e-mail address; usernames are shorter


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth has no type annotations
    """The sign-in form. A login name longer than ``MAX_LOGIN_LENGTH`` is refused without a query."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].validators.append(MaxLengthValidator(MAX_LOGIN_LENGTH))


class RequestPasswordResetForm(ResetPasswordForm):  # type: ignore[misc]  # allauth has no type annotations
    """The form that requests a mail for resetting a password."""

    def save(self, request: HttpRequest, **kwargs: object) -> str:
        """Send a mail, whether or not an account has the address, and return the address."""
        # Neither the response nor the response time may reveal whether an account exists.
        if self.users:
            address: str = super().save(request, **kwargs)
            return address
        address = self.cleaned_data["email"]
        # allauth's own mail links to a sign-up page, which does not exist here.
        get_adapter(request).send_mail("account/email/unknown_account", address, {})
        return address
