"""A mail server that takes mail or refuses it, for tests that send mail over the network."""

from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.site_process import free_port


class MailServer:
    """A server that stores the messages it takes. It answers ``refusal`` instead if that is not empty."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.refusal = ""
        self.port = free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    def __enter__(self) -> "MailServer":
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    async def handle_MAIL(  # noqa: N802  # the library calls it by this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refusal:
            return self.refusal
        envelope.mail_from = address
        return "250 OK"

    async def handle_DATA(  # noqa: N802  # as above
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        self.messages.append(message_from_bytes(envelope.original_content or b"", policy=policy.default))
        return "250 Message accepted for delivery"

    @property
    def subjects(self) -> list[str]:
        """The subjects of the messages, without line breaks."""
        return [" ".join(str(message["subject"]).split()) for message in self.messages]

    def mailers(self) -> dict[str, dict[str, object]]:
        """Return the setting ``MAILERS`` with which mail goes to this server."""
        options = {"host": "127.0.0.1", "port": self.port, "timeout": 20}
        return {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}}
