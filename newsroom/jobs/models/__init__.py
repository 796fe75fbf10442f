"""What the database keeps of background work, one file for each concept."""

from newsroom.jobs.models.failure import Failure
from newsroom.jobs.models.job import Job, StoppedError, WorkerEndedError
from newsroom.jobs.models.life import WorkerLife

__all__ = ["Failure", "Job", "StoppedError", "WorkerEndedError", "WorkerLife"]
