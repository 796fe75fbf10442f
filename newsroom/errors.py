"""The error that a verb raises when it refuses and changes nothing."""


class RefusedError(Exception):
    """A verb changed nothing; the message says why, in words for an editor."""
