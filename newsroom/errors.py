"""The base class of errors that say why an operation was refused."""


class RefusedError(Exception):
    """An operation was refused and changed nothing. The message tells an editor why."""
