"""The forms of allauth that differ here."""

from allauth.account.adapter import get_adapter
from allauth.account.forms import ResetPasswordForm
from django.http import HttpRequest


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
