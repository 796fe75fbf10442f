"""A small newsroom in which tests take random steps that change what readers see."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from django.core.exceptions import ValidationError
from django.utils import timezone

from newsroom.media.models import Image
from newsroom.site.models import AboutPage
from stories import publishing
from stories.drafts import revisions
from stories.models import FAQ, Change, ChangeNote, Edition, Outlet, Story, Work
from stories.publishing import ScheduleResolution
from stories.publishing.errors import RefusedError
from tests.clocks import SetClock
from tests.factories import make_image, make_outlet, make_question, make_story, make_topic, make_user
from tests.transactions import of_the_test
from topics.models import Topic


class Walk:
    """A newsroom, a random generator and a clock. ``path`` lists the seed, the steps taken, and the steps refused."""

    def __init__(self, seed: int, clock: SetClock) -> None:
        self.die = Random(seed)  # noqa: S311  # the same seed takes the same steps
        self.clock = clock
        self.number = self.edits = 0
        self.path: list[str] = [f"Seed {seed}"]
        self.by = make_user(role="Administrator")
        self.pictures = [make_image() for _ in range(3)]
        self.topics = [make_topic(picture=picture, picture_alt="A gate") for picture in (*self.pictures[:2], None)]
        self.outlets = [make_outlet(country="Vessara") for _ in range(3)]
        self.questions = [make_question(topics=(topic,)) for topic in self.topics[:2]]
        self.stories = [
            make_story(
                topics=tuple(self.topics[place : place + 2]),
                outlets=tuple(self.outlets[place : place + 2]),
                questions=tuple(self.questions[: 2 - place]),
                lead_image=self.pictures[place],
                lead_alt="The pier",
            )
            for place in range(2)
        ]
        self.stories.append(make_story(topics=(self.topics[2],), outlets=tuple(self.outlets), language="de"))
        for work in self.works:
            publishing.publish(work, by=self.by)
        AboutPage.objects.create(slug="how-we-work", title="How we work", text="We read.", role="how-we-work")

    @property
    def works(self) -> list[Story | FAQ]:
        """All questions and stories."""
        return [*self.questions, *self.stories]

    def take(self, step: Callable[["Walk"], str | None]) -> bool:
        """Take the step if it is possible now, and return whether it was taken."""
        self.number += 1
        try:
            with of_the_test():
                outcome = step(self)
        except (RefusedError, ValidationError) as refusal:
            outcome = None
            self.path.append(f"- {step.__name__}: {type(refusal).__name__} {refusal}")
        if outcome is not None:
            self.path.append(f"{self.clock():%Y-%m-%d %H:%M} {step.__name__}: {outcome}")
        return outcome is not None

    def any_work(self) -> Story | FAQ:
        """Return a random work, newly loaded."""
        return self.reload(self.die.choice(self.works))

    def any_at(self, kind: str) -> Story | FAQ:
        """Return a random work whose edition in force is of this kind, page or notice, or any work if there is none."""
        in_force = Edition.objects.in_force(self.clock()).filter(kind=kind).values_list("work", flat=True)
        candidates = [work for work in self.works if work.pk in set(in_force)]
        return self.reload(self.die.choice(candidates or self.works))

    def any_story(self) -> Story:
        """Return a random story, newly loaded."""
        return Story.objects.get(pk=self.die.choice(self.stories).pk)

    def reload(self, work: Story | FAQ) -> Story | FAQ:
        """Return the work, newly loaded."""
        return type(work).objects.get(pk=work.pk)

    def edit(self, work: Story | FAQ) -> ChangeNote:
        """Change the draft of the work and record a revision; return a change note."""
        self.edits += 1
        words = f"The lorries were counted {self.edits} times, as {self.some_link()} says."
        if isinstance(work, FAQ):
            work.introduction = words
            work.question = f"May lorries use pier {self.edits} again?"
        else:
            work.standfirst = f"The lorries were counted {self.edits} times."
            work.headline = f"Why pier {self.edits} of Port Lisle is closed to lorries"
            day = timezone.localdate(self.clock()) + timedelta(days=self.die.choice([1, 40]))
            work.sections.filter(kind="background").update(text=words)
            work.sections.filter(kind="timeline").delete()
            work.sections.create(kind="timeline", heading="Timeline", text=f"- {day}: The vote.", position=9)
        work.save()
        revisions.record_revision(work, by=self.by)
        return ChangeNote(Change.UPDATE, f"They were counted again, {self.edits}.")

    def some_link(self) -> str:
        """Return a Markdown link to a random work or topic."""
        target = self.die.choice([*self.works, *self.topics])
        kind = "topic" if isinstance(target, Topic) else target.kind
        return f"[what stands there]({kind}:{target.uid})"

    def pending_edition(self) -> Edition | None:
        """Return a random pending edition, if there is one."""
        pending = list(Edition.objects.pending(self.clock()))
        return self.die.choice(pending) if pending else None

    def replace_deleted_objects(self) -> None:
        """Replace the pictures, topics and outlets that were deleted with an erased work."""
        images, topics, outlets = (set(model.objects.values_list("pk", flat=True)) for model in (Image, Topic, Outlet))
        self.pictures = [each if each.pk in images else make_image() for each in self.pictures]
        self.topics = [each if each.pk in topics else make_topic() for each in self.topics]
        self.outlets = [each if each.pk in outlets else make_outlet() for each in self.outlets]

    def resolutions(self, *works: Work) -> dict[int, ScheduleResolution]:
        """Return a random resolution for each pending edition of these works."""
        pending = Edition.objects.pending(self.clock()).filter(work__in=works)
        return {edition.pk: self.die.choice(list(ScheduleResolution)) for edition in pending}

    def later(self) -> datetime:
        """Return a future time. Steps at the same moment get different times."""
        return self.clock() + timedelta(hours=self.die.choice([1, 5, 30]), seconds=self.number)
