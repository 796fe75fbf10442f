"""Show a document as the page that readers would see, using an edition that is never stored."""

from dataclasses import dataclass, replace
from datetime import datetime

from newsroom.page_cache.dependencies import NoDependencies
from stories.documents import AnyDocument, Explainer
from stories.documents.as_shown import as_shown
from stories.documents.render import ExplainerFragments, QuestionFragments, render_for_edition
from stories.drafts.references import list_reporting_outlet_uids
from stories.editions.models import Edition
from stories.models import Work
from stories.public.pages.works.links import DraftAddresses, LiveQuestion
from stories.public.pages.works.question import QuestionPage
from stories.public.pages.works.story import ExplainerPage
from stories.publishing.editions.create import get_direction
from topics.navigation import load_navigation


def build_unsaved_edition(work: Work, document: AnyDocument, *, at: datetime) -> Edition:
    """Return the edition that publishing ``document`` at ``at`` would create, with only the fields that pages need."""
    first = Edition.objects.once_public(at).filter(work=work).order_by("live_from", "pk").first() if work.pk else None
    return Edition(
        work=work,
        uid=work.uid,
        work_kind=work.kind,
        slug=document.slug,
        language=document.language,
        direction=get_direction(document.language),
        translation_group=work.translation_group,
        title=document.headline if isinstance(document, Explainer) else document.question,
        first_published_at=first.first_published_at if first else at,
        updated_at=at,
        outlet_count=len(list_reporting_outlet_uids(document)),
        **render_for_edition(document).columns(),
    )


@dataclass(frozen=True, slots=True)
class DeskBanner:
    """The banner above a preview at the desk; ``desk`` is the address to which it links.

    ``revision`` is the number of the revision, or None for the newest.
    """

    desk: str
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class DraftBanner:
    """The banner above a shared preview; ``until`` is the time when the link expires.

    On the page of a question, ``back`` is the address of the draft that asks it.
    """

    until: datetime
    back: str = ""


@dataclass(frozen=True, slots=True)
class LivePreviewMark:
    """A value that marks a page as a live preview, which has no banner, and no scripts because its frame runs none."""

    is_beside_form: bool = True


UNSAVED = LivePreviewMark()


def build_draft_question(document: AnyDocument, *, url: str, at: datetime) -> LiveQuestion:
    """Return a draft question in the form in which pages show live questions."""
    summary = render_for_edition(document).summary
    if isinstance(document, Explainer):
        return LiveQuestion(url, summary, at.date())
    dates = [answer.as_of for answer in document.answers if answer.as_of]
    open_since = as_shown(document).open_since
    return LiveQuestion(url, summary, max(dates, default=at.date()), state=document.state, open_since=open_since)


def build_draft_page(
    edition: Edition, *, at: datetime, drafts: DraftAddresses | None = None
) -> tuple[str, ExplainerPage | QuestionPage]:
    """Return the name of the public template for an unsaved edition, and its page at ``at``.

    ``drafts`` holds the addresses of questions and images within a shared preview.
    """
    dependencies = NoDependencies(at=at)
    sections = load_navigation(dependencies).list_sections(edition.language)
    if edition.work_kind == "story":
        story = ExplainerFragments.model_validate(edition.fragments)
        page = ExplainerPage.from_fragments(edition, story, dependencies=dependencies, drafts=drafts)
        return "public/story.html", replace(page, sections=sections)
    question = QuestionFragments.model_validate(edition.fragments)
    question_page = QuestionPage.from_fragments(edition, question, dependencies=dependencies, drafts=drafts)
    return "public/question.html", replace(question_page, sections=sections)
