"""The forms of allauth that differ here."""

from allauth.account.adapter import get_adapter
from allauth.account.forms import LoginForm, ResetPasswordForm
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest

LONGEST_LOGIN = 254  # no user name and no e-mail address is longer


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth carries no types
    """Limit the length of a name, so that a longer one is not looked up."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].validators.append(MaxLengthValidator(LONGEST_LOGIN))


class ForgottenPasswordForm(ResetPasswordForm):  # type: ignore[misc]  # allauth carries no types
    """Asks for the address to which another password is sent."""

    def save(self, request: HttpRequest, **kwargs: object) -> str:
        """Send a mail whether or not an account has the address: neither answer nor time tells which."""
        if self.users:
            address: str = super().save(request, **kwargs)
            return address
        address = self.cleaned_data["email"]
        # Not as allauth does it: its mail leads to the page on which people sign up, and there is none.
        get_adapter(request).send_mail("account/email/unknown_account", address, {})
        return address
