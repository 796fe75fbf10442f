"""Measure the cost of a change: its publication, and the first reads after it, rendering and storing included."""

from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from random import Random
from urllib.parse import unquote

from django.urls import reverse

from benchmarks.inside import edits
from benchmarks.inside.counters import Counter
from benchmarks.inside.profiler import Places
from benchmarks.processes import HOST
from benchmarks.progress import Progress
from newsroom.accounts.models import User
from stories.models import FAQ, Story, Work, WorkTopic

_SEED = 1
_WARM = 5  # so many are published and read first, uncounted: a server compiles SQL and loads templates once
_PROFILED = 20  # stories, apart from the counted ones: a profiler takes time itself
_LOOKED_UP = 1  # the statement that looks for a stored page bypasses Django's connection


def changes(count: str, server: str = "") -> dict[str, object]:
    """Publish new words of ``count`` stories one by one, read the pages that show them, and publish as many together.

    ``server`` is the pid of the database's server, if there is one. Return the fields of ``results.Publishing``,
    ``results.FirstReads`` and ``results.Profile``.
    """
    run = _Run(int(server) if server else None, by=edits.publisher())
    stories = _drawn(int(count))
    run.warm_up(stories[:_WARM])
    for number, story in run.told("publishing one by one", stories):
        run.change(story, f"measured {number}")
    for _, story in run.told("reading stories for the first time", stories):
        run.read("story", reverse("story", args=[story.slug]))
    for number, story in run.told("reading lists for the first time", stories[: max(len(stories) // 4, 1)]):
        run.change(story, f"measured again {number}")
        run.read("front", reverse("front_page"))
        run.read("stories", reverse("stories"))
        run.read("topic", reverse("topic", args=[_topic_of(story)]))
    questions = list(FAQ.objects.order_by("pk")[: len(stories)])
    for number, question in run.told("reading questions for the first time", questions):
        run.change_question(question, f"measured {number}")
        run.read("question", reverse("question", args=[question.slug]))
    run.change_together(stories)
    for number, story in run.told("looking where the time goes", stories[:_PROFILED]):
        run.profile(story, f"measured in parts {number}")
    return run.found()


def _drawn(count: int) -> list[Story]:
    keys = list(Story.objects.filter(editions__isnull=False).distinct().order_by("pk").values_list("pk", flat=True))
    drawn = Random(_SEED).sample(keys, min(count, len(keys)))  # noqa: S311  # the same stories each time
    return list(Story.objects.filter(pk__in=drawn).order_by("pk"))


def _topic_of(story: Story) -> str:
    named = WorkTopic.objects.filter(work=story.pk, topic__isnull=False).order_by("position")
    return named.values_list("topic__slug", flat=True)[0]


class _Run:
    """The counters of one run."""

    def __init__(self, server: int | None, *, by: User) -> None:
        from newsroom.wsgi import application

        self._application = application
        self._server = server
        self._by = by
        self._publishing, self._together, self._aside = Counter(server), Counter(server), Counter(server)
        self._first: dict[str, Counter] = {}
        self._profiles = {"publishing one story": Places(), "reading it for the first time": Places()}
        self._many = 1
        self._progress = Progress()

    def told[Thing](self, part: str, things: Sequence[Thing]) -> Iterator[tuple[int, Thing]]:
        """Yield the items with their numbers, and show the progress."""
        for number, thing in enumerate(things):
            self._progress.show(part, number, len(things))
            yield number, thing
        self._progress.clear()

    def warm_up(self, stories: Sequence[Story]) -> None:
        """Publish and read some stories without counting."""
        for number, story in enumerate(stories):
            self._change(story, f"warming up {number}", self._aside)
            self._ask(reverse("story", args=[story.slug]))

    def change(self, work: Work, words: str) -> None:
        """Save new words, uncounted, and publish them."""
        self._change(work, words, self._publishing)

    def change_question(self, work: Work, words: str) -> None:
        """Save and publish without counting: only publications of stories are reported."""
        self._change(work, words, self._aside)

    def _change(self, work: Work, words: str, counter: Counter) -> None:
        edits.save(work, words, by=self._by)
        with counter.count():
            edits.publish(work, by=self._by)

    def change_together(self, works: list[Story]) -> None:
        """Save new words of all works, uncounted, and publish them with one call."""
        for number, work in self.told("saving what is published together", works):
            edits.save(work, f"measured together {number}", by=self._by)
        with self._together.count():
            self._many = len(edits.publish_together(works, by=self._by))

    def profile(self, story: Story, words: str) -> None:
        """Save new words uncounted, publish them and read the story; profile the last two."""
        publishing, reading = self._profiles.values()
        edits.save(story, words, by=self._by)
        with publishing.profile():
            edits.publish(story, by=self._by)
        with reading.profile():
            self._ask(reverse("story", args=[story.slug]))

    def read(self, page: str, path: str) -> None:
        """Read a page as the server would; raise RuntimeError unless its status is 200."""
        with self._first.setdefault(page, Counter(self._server)).count():
            self._ask(path)

    def _ask(self, path: str) -> None:
        said: list[str] = []
        sent: list[bytes] = []
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

        def begin(status: str, headers: object, error: object = None, /) -> Callable[[bytes], object]:
            said.append(status)
            return sent.append

        answer = self._application(environ, begin)
        b"".join(answer)
        if close := getattr(answer, "close", None):
            close()
        if said != ["200 OK"]:
            raise RuntimeError(f"{path} was answered {said}")

    def found(self) -> dict[str, object]:
        """Return all figures: milliseconds for each story or each read, and stories a second."""
        one, many = self._publishing, self._together
        return {
            "profiles": [{"work": work, "shares": places.shares()} for work, places in self._profiles.items()],
            "first_reads": [
                {
                    "page": page,
                    "count": counter.blocks,
                    "queries": _LOOKED_UP + sum(counter.statements) / counter.blocks,
                    "most_queries": _LOOKED_UP + max(counter.statements),
                    "cpu": 1_000 * counter.cpu / counter.blocks,
                    "database_cpu": 1_000 * counter.database_cpu / counter.blocks,
                }
                for page, counter in self._first.items()
            ],
            "publishing": {
                "count": one.blocks,
                "cpu": 1_000 * one.cpu / one.blocks,
                "database_cpu": 1_000 * one.database_cpu / one.blocks,
                "per_second": one.blocks / one.seconds,
                "many_count": self._many,
                "many_cpu": 1_000 * many.cpu / self._many,
                "many_database_cpu": 1_000 * many.database_cpu / self._many,
                "many_per_second": self._many / many.seconds,
            },
        }
