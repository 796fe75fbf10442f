"""E-mails about accounts have the words of this product, not those of allauth."""

from pathlib import Path

from django.conf import settings
from django.template.loader import get_template

from tests.loops import for_each

MAILS = (
    "account/email/password_changed",
    "account/email/password_reset",
    "account/email/password_reset_key",
    "account/email/password_set",
    "account/email/unknown_account",
    "mfa/email/recovery_codes_generated",
    "mfa/email/totp_activated",
    "mfa/email/totp_deactivated",
    "mfa/email/webauthn_added",
    "mfa/email/webauthn_removed",
)


@for_each(f"{mail}_{part}.txt" for mail in MAILS for part in ("subject", "message"))
def test_an_email_has_our_words(name):
    assert Path(get_template(name).origin.name).is_relative_to(settings.BASE_DIR / "templates")
