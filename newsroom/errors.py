"""The base class of the errors by which verbs refuse to act."""


class RefusedError(Exception):
    """A verb refused and changed nothing; the message tells an editor why."""
