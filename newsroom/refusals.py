"""What a verb raises when it changes nothing."""


class RefusedError(Exception):
    """A verb changed nothing; the message says why, in words for an editor."""
