"""The base class of errors that say why an operation was refused."""


class RefusedError(Exception):
    """Raised when an operation is refused and changes nothing. The message tells an editor why."""
