"""Remove personal data from the task queue."""

from django_tasks_db.models import DBTaskResult

from newsroom.background.models import Failure, Job
from newsroom.operations import personal_data
from newsroom.operations.personal_data import Forgotten, Person
from newsroom.operations.raw_search import find_keys


def forget_tasks(person: Person) -> Forgotten:
    """Delete the tasks that contain the e-mail address or a name of the person, such as mail that waits to be sent."""
    tasks = set(find_keys(person.words, DBTaskResult))
    tasks.update(Failure.objects.filter(pk__in=find_keys(person.words, Failure)).values_list("task", flat=True))
    found = Job.objects.filter(pk__in=tasks)
    count = found.count()
    found.delete()
    return Forgotten(count)


def register() -> None:
    """Register the personal data of this app."""
    personal_data.register("tasks", forget=forget_tasks)
