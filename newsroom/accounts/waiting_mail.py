"""Mail that contains a secret link and waits in the queue while the site is quiet."""

from cryptography.fernet import MultiFernet
from django.conf import settings
from django.tasks import task

from newsroom.accounts.ciphers import make_cipher
from newsroom.notifications.mail import send_mail
from newsroom.task_queue import enqueue, outbound

_PURPOSE = "newsroom.accounts.waiting_mail:v1"


def enqueue_secret_mail(*, to: str, subject: str, text: str) -> None:
    """Enqueue a plain-text e-mail. Its text is encrypted in the queue, because anybody who reads the link could use it."""
    enqueue(mail_encrypted_text, to, subject, _get_cipher().encrypt(text.encode()).decode())


@outbound
@task(priority=50)  # the priority of all mail
def mail_encrypted_text(address: str, subject: str, encrypted_text: str) -> None:
    """Send an e-mail. Raise NotSentError if this fails, or InvalidToken if no key in the settings decrypts the text."""
    send_mail(to=address, subject=subject, text=_get_cipher().decrypt(encrypted_text).decode())


def _get_cipher() -> MultiFernet:
    return make_cipher(_PURPOSE, settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
