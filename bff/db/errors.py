"""What goes wrong between the program and its database."""

from bff.core.faults import UnavailableError


class DatabaseUnavailableError(UnavailableError):
    """There is no database to read from or to write to now: the same may go well later.

    Whether a write that it ends was committed is unknown; one that is asked for again under its
    idempotency key is done once.
    """


class BackupError(Exception):
    """Why there is no backup, in words for operators."""


class CopyError(Exception):
    """Why nothing was copied, in words for operators."""


class NoDatabaseError(Exception):
    """What is named is no database of this program, or one that it cannot use. Says why."""
