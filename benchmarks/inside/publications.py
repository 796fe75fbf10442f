"""Measure the cost of a change: its publication, and the first reads after it, including rendering and storing."""

from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from random import Random
from urllib.parse import unquote

from django.urls import reverse

from benchmarks.inside import edits
from benchmarks.inside.counters import Counter
from benchmarks.inside.profiler import PackageProfile
from benchmarks.processes import HOST
from benchmarks.progress import Progress
from newsroom.accounts.models import User
from stories.models import FAQ, Story, Work, WorkTopic

_SEED = 1
# Stories to publish and read first without counting, because a server compiles SQL and loads templates only once.
_WARM_UP_STORIES = 5
_PROFILED_STORIES = 20  # to profile after all other measurements, because the profiler itself takes time
_LOOKUP_STATEMENTS = 1  # the statement that looks up a stored page bypasses Django's connection


def measure_changes(count: str, server: str = "") -> dict[str, object]:
    """Publish changes to ``count`` stories one by one, read pages that show them, then publish the stories together.

    ``server`` is the pid of the database server, if there is one. Return the fields of ``results.Publishing``,
    ``results.FirstReads`` and ``results.Profile``. Raise RuntimeError if a page cannot be read.
    """
    run = _Run(int(server) if server else None, by=edits.get_publisher())
    stories = _draw_stories(int(count))
    run.warm_up(stories[:_WARM_UP_STORIES])
    for number, story in run.iterate_with_progress("publishing one by one", stories):
        run.change(story, f"measured {number}")
    for _, story in run.iterate_with_progress("reading stories for the first time", stories):
        run.read("story", reverse("story", args=[story.slug]))
    for number, story in run.iterate_with_progress(
        "reading lists for the first time", stories[: max(len(stories) // 4, 1)]
    ):
        run.change(story, f"measured again {number}")
        run.read("front", reverse("front_page"))
        run.read("stories", reverse("stories"))
        run.read("topic", reverse("topic", args=[_topic_of(story)]))
    questions = list(FAQ.objects.order_by("pk")[: len(stories)])
    for number, question in run.iterate_with_progress("reading questions for the first time", questions):
        run.change_question(question, f"measured {number}")
        run.read("question", reverse("question", args=[question.slug]))
    run.change_together(stories)
    for number, story in run.iterate_with_progress("looking where the time goes", stories[:_PROFILED_STORIES]):
        run.profile(story, f"measured in parts {number}")
    return run.collect_figures()


def _draw_stories(count: int) -> list[Story]:
    keys = list(Story.objects.filter(editions__isnull=False).distinct().order_by("pk").values_list("pk", flat=True))
    selected = Random(_SEED).sample(keys, min(count, len(keys)))  # noqa: S311  # the same stories each time
    return list(Story.objects.filter(pk__in=selected).order_by("pk"))


def _topic_of(story: Story) -> str:
    topics = WorkTopic.objects.filter(work=story.pk, topic__isnull=False).order_by("position")
    return topics.values_list("topic__slug", flat=True)[0]


class _Run:
    """One run of the measurements, with its counters and profiles."""

    def __init__(self, server: int | None, *, by: User) -> None:
        from newsroom.wsgi import application

        self._application = application
        self._server = server
        self._by = by
        self._publishing, self._publishing_together, self._uncounted = Counter(server), Counter(server), Counter(server)
        self._first_reads: dict[str, Counter] = {}
        self._profiles = {"publishing one story": PackageProfile(), "reading it for the first time": PackageProfile()}
        self._published_together = 1
        self._progress = Progress()

    def iterate_with_progress[Item](self, part: str, items: Sequence[Item]) -> Iterator[tuple[int, Item]]:
        """Yield the items with their indexes, and show the progress."""
        for number, item in enumerate(items):
            self._progress.show(part, number, len(items))
            yield number, item
        self._progress.clear()

    def warm_up(self, stories: Sequence[Story]) -> None:
        """Publish and read some stories without counting the cost. Raise RuntimeError if one cannot be read."""
        for number, story in enumerate(stories):
            self._change(story, f"warming up {number}", self._uncounted)
            self._request(reverse("story", args=[story.slug]))

    def change(self, work: Work, words: str) -> None:
        """Save new text and publish it, counting only the cost of the publication."""
        self._change(work, words, self._publishing)

    def change_question(self, work: Work, words: str) -> None:
        """Save new text and publish it without counting, because only publications of stories are reported."""
        self._change(work, words, self._uncounted)

    def _change(self, work: Work, words: str, counter: Counter) -> None:
        edits.save(work, words, by=self._by)
        with counter.count():
            edits.publish(work, by=self._by)

    def change_together(self, works: list[Story]) -> None:
        """Save new text in all works and publish them with one call, counting only the cost of the publication."""
        for number, work in self.iterate_with_progress("saving what is published together", works):
            edits.save(work, f"measured together {number}", by=self._by)
        with self._publishing_together.count():
            self._published_together = len(edits.publish_together(works, by=self._by))

    def profile(self, story: Story, words: str) -> None:
        """Save new text, publish it and read the story; profile the last two steps.

        Raise RuntimeError unless the status is 200.
        """
        publishing, reading = self._profiles.values()
        edits.save(story, words, by=self._by)
        with publishing.profile():
            edits.publish(story, by=self._by)
        with reading.profile():
            self._request(reverse("story", args=[story.slug]))

    def read(self, page: str, path: str) -> None:
        """Request a page from the WSGI application and count the cost. Raise RuntimeError unless the status is 200."""
        with self._first_reads.setdefault(page, Counter(self._server)).count():
            self._request(path)

    def _request(self, path: str) -> None:
        statuses: list[str] = []
        written: list[bytes] = []
        environ = {
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote(path).encode().decode("latin-1"),
            "QUERY_STRING": "",
            "SERVER_NAME": HOST,
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": HOST,
            "HTTP_HOST": HOST,
            "HTTP_ACCEPT_ENCODING": "gzip",
            "wsgi.input": BytesIO(),
            "wsgi.url_scheme": "http",
        }

        def start_response(status: str, headers: object, error: object = None, /) -> Callable[[bytes], object]:
            statuses.append(status)
            return written.append

        response = self._application(environ, start_response)
        b"".join(response)
        if close := getattr(response, "close", None):
            close()
        if statuses != ["200 OK"]:
            raise RuntimeError(f"{path} was answered {statuses}")

    def collect_figures(self) -> dict[str, object]:
        """Return all figures: CPU milliseconds per story or per read, stories per second, queries, and profiles."""
        single, together = self._publishing, self._publishing_together
        return {
            "profiles": [{"work": work, "shares": profile.shares()} for work, profile in self._profiles.items()],
            "first_reads": [
                {
                    "page": page,
                    "count": counter.blocks,
                    "queries": _LOOKUP_STATEMENTS + sum(counter.statements) / counter.blocks,
                    "most_queries": _LOOKUP_STATEMENTS + max(counter.statements),
                    "cpu": 1_000 * counter.cpu / counter.blocks,
                    "database_cpu": 1_000 * counter.database_cpu / counter.blocks,
                }
                for page, counter in self._first_reads.items()
            ],
            "publishing": {
                "count": single.blocks,
                "cpu": 1_000 * single.cpu / single.blocks,
                "database_cpu": 1_000 * single.database_cpu / single.blocks,
                "per_second": single.blocks / single.seconds,
                "many_count": self._published_together,
                "many_cpu": 1_000 * together.cpu / self._published_together,
                "many_database_cpu": 1_000 * together.database_cpu / self._published_together,
                "many_per_second": self._published_together / together.seconds,
            },
        }
