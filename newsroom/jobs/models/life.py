"""Which workers live: each says so every few seconds, in the time of the database, which all machines share."""

from datetime import timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models.functions import Now

# A worker that was silent for this long is dead: what it had in hand is taken up by another.
SILENCE = timedelta(seconds=60)


class WorkerLifeQuerySet(models.QuerySet["WorkerLife"]):
    """Questions about workers."""

    def alive(self) -> Self:
        """Keep the workers that gave a sign of life within ``SILENCE`` and have not said goodbye."""
        return self.filter(ended_at=None, seen_at__gt=Now() - SILENCE)

    def is_any_alive(self) -> bool:
        """Say whether somebody does the background work now."""
        return self.alive().exists()

    def beat(self, worker_id: str) -> bool:
        """Write down that this worker lives; return False when it was itself silent for so long that it passed for dead.

        A machine that slept, or a database that was locked, silences all workers alike: who wakes up first must not
        bury the others.
        """
        known = self.filter(worker_id=worker_id)
        was_silent = known.exists() and not known.alive().exists()
        self.update_or_create(worker_id=worker_id, defaults={"seen_at": Now(), "ended_at": None})
        return not was_silent

    def end(self, worker_id: str) -> None:
        """Write down that this worker has ended: nobody needs to wait for its silence."""
        self.filter(worker_id=worker_id).update(seen_at=Now(), ended_at=Now())

    def newest(self) -> "WorkerLife | None":
        """Return the worker that was seen last."""
        return self.order_by("-seen_at", "-pk").first()


class WorkerLife(models.Model):
    """One worker from its start to its end: ``seen_at`` is its last sign of life."""

    worker_id = models.CharField(max_length=64, unique=True)
    begun_at = models.DateTimeField(db_default=Now(), editable=False)
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = WorkerLifeQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering: ClassVar = ["-seen_at", "-pk"]

    def __str__(self) -> str:
        return self.worker_id
