"""The errors that keep a person from being signed in."""


class SignInRefusedError(Exception):
    """Raised when a sign-in is refused. The message is a sentence for the person.

    ``reason`` is for the log.
    """

    def __init__(self, message: str, *, reason: str, status: int = 403) -> None:
        super().__init__(message)
        self.reason = reason
        self.status = status


class ProviderError(Exception):
    """Raised if the provider does not answer as it should. The message is for the log."""


class InvalidAnswerError(Exception):
    """Raised if an answer from the provider cannot be trusted. The message is for the log."""
