"""Questions, their answers, and the questions that stories ask."""

import re
import uuid
from typing import ClassVar, Self, get_args

from django.db import models
from django.db.models import Q

from newsroom.text.fold import fold
from stories.documents.as_shown import shows_short_answer
from stories.documents.schema.question import AnswerState
from stories.models.story import Story
from stories.models.work import Work, WorkKind, WorkQuerySet

_CITATION = re.compile(r" *\[@[0-9]{1,6}\]", re.ASCII)


def choose_teaser(short_answer: str, introduction: str, *, state: str) -> str:
    """Return the teaser of a question: its short answer, or else its introduction.

    Readers do not see the short answer of a question that is not known yet. The teaser has no citations, because their
    numbers belong to the question and not to the story.
    """
    short_text = _CITATION.sub("", short_answer).strip() if shows_short_answer(state) else ""
    return short_text or _CITATION.sub("", introduction).strip()


class FAQQuerySet(WorkQuerySet["FAQ"]):
    def with_wording(self, words: str) -> Self:
        """Return the questions whose folded text equals the folded ``words``, oldest first."""
        return self.filter(folded_question=fold(words)[:300]).order_by("pk")

    def with_short_answer(self, has_one: bool) -> Self:
        """Return the questions with a short answer or, if ``has_one`` is false, those without one."""
        return self.exclude(short_answer="") if has_one else self.filter(short_answer="")


class FAQ(Work):
    """A common question with its short answer and its introduction. The answers are separate rows."""

    question = models.CharField(max_length=300, blank=True)
    folded_question = models.CharField(max_length=300, blank=True, editable=False, db_index=True)
    question_confirmed = models.BooleanField(default=False, help_text="Tick once an editor has approved the wording.")
    short_answer = models.TextField(
        blank=True,
        default="",
        db_default="",
        help_text="Answer the question in 25 to 40 words, with a source. Also used as the teaser in stories.",
    )
    short_answer_as_of = models.DateField(
        "short answer as of", null=True, blank=True, help_text="The day on which the short answer was true."
    )
    short_answer_expires_on = models.DateField(
        "short answer valid until", null=True, blank=True, help_text="The last day on which the short answer is valid."
    )
    # The state of the question. “state” is the state of the work.
    answer_state = models.CharField("state of the question", max_length=10, blank=True, default="", db_default="")
    open_since = models.DateField("open since", null=True, blank=True)
    missing = models.TextField("what would answer it", blank=True, default="", db_default="")
    could_answer = models.CharField("who could say", max_length=300, blank=True, default="", db_default="")
    introduction = models.TextField(
        blank=True, help_text="Used as the teaser in stories if there is no short answer and they don’t have their own."
    )

    objects: ClassVar = FAQQuerySet.as_manager()

    class Meta:
        verbose_name = "question"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="faq_answer_state_is_known",
                condition=Q(answer_state__in=get_args(AnswerState)),
                violation_error_message="Choose a state from the list.",
            )
        ]

    @property
    def usual_teaser(self) -> str:
        """The teaser of the question in stories that don't have their own."""
        return choose_teaser(self.short_answer, self.introduction, state=self.answer_state)

    def story_questions_outside_trash(self) -> "models.QuerySet[StoryQuestion]":
        """Return the rows with which stories outside the trash ask this question."""
        return self.story_questions.filter(story__binned_at=None)

    def __str__(self) -> str:
        return self.question or f"Untitled question ({self.slug})"

    def save(self, **kwargs: object) -> None:
        """Derive the folded question, and save."""
        self.folded_question = fold(self.question)[:300]
        super().save(**kwargs)  # type: ignore[arg-type]  # passed through unchanged

    def clean(self) -> None:
        # Set before Work.clean(), which compares the slug with those of other works of this kind.
        self.kind = WorkKind.QUESTION
        super().clean()


class Answer(models.Model):
    """A narrower question with its answer, which is true as of a day."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    faq = models.ForeignKey(FAQ, on_delete=models.CASCADE, related_name="answers")
    question = models.CharField(max_length=300)
    folded_question = models.CharField(max_length=300, editable=False)
    text = models.TextField()
    as_of = models.DateField("as of", null=True, blank=True, help_text="The day on which this was true.")
    state = models.CharField(max_length=10, blank=True, default="", db_default="")
    expires_on = models.DateField("valid until", null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["faq", "folded_question"],
                name="answer_once_per_question",
                violation_error_message="This question is already answered here.",
            ),
            models.CheckConstraint(
                name="answer_state_is_known",
                condition=Q(state__in=get_args(AnswerState)),
                violation_error_message="Choose a state from the list.",
            ),
        ]

    def __str__(self) -> str:
        return self.question

    def save(self, **kwargs: object) -> None:
        """Derive the folded question, and save."""
        self.folded_question = fold(self.question)[:300]
        super().save(**kwargs)  # type: ignore[arg-type]  # passed through unchanged


class StoryQuestion(models.Model):
    """A question as one story asks it.

    If ``wording`` is empty, the page shows the wording of the question itself. If ``teaser`` is empty, it shows the
    short answer of the question or, without one, its introduction.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="story_questions")
    faq = models.ForeignKey(FAQ, on_delete=models.PROTECT, related_name="story_questions", verbose_name="question")
    wording = models.CharField(max_length=300, blank=True)
    teaser = models.TextField(blank=True, help_text="Leave empty to use the question’s short answer or introduction.")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = "question of the story"
        verbose_name_plural = "questions of the story"
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["story", "faq"],
                name="story_asks_once",
                violation_error_message="This story already has this question.",
            ),
            models.CheckConstraint(
                name="story_question_not_of_itself",
                condition=~Q(story=models.F("faq")),
                violation_error_message="A question can’t contain itself.",
            ),
        ]

    def __str__(self) -> str:
        return self.wording or str(self.faq)
