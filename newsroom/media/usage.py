"""Usage of images: queries through the models that refer to images. This package does not import these models."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import BooleanField, ExpressionWrapper, Model, Prefetch, Q, QuerySet
from django.template.defaultfilters import date
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from newsroom.desk.changelists.filters import is_referred_to
from newsroom.media.models import Image

MAX_EDITIONS = 50


class Use(NamedTuple):
    """A work, edition, topic or byline that uses an image. ``address`` is the path of its admin screen, or ""."""

    label: str
    address: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Uses:
    """The uses of an image, as far as the user may see them.

    ``hidden`` is the number of works, topics and bylines that the user may not see. ``more_editions`` is the number of
    older editions that are not listed.
    """

    drafts: list[Use]
    editions: list[Use]
    topics: list[Use]
    bylines: list[Use]
    more_editions: int = 0
    hidden: int = 0

    def __bool__(self) -> bool:
        return bool(self.drafts or self.editions or self.topics or self.bylines or self.hidden)


def _is_used() -> Q:
    """Return the condition that an image is used. Each table is queried through its own index."""
    return is_referred_to(Image, "leading_stories", "uses", "topics", "contributors", "editions")


def annotate_usage(images: QuerySet[Image]) -> QuerySet[Image]:
    """Annotate images with ``is_used``: whether a work, an edition, a topic or a byline uses the image."""
    return images.annotate(is_used=ExpressionWrapper(_is_used(), output_field=BooleanField()))


def filter_by_usage(images: QuerySet[Image], *, is_used: bool) -> QuerySet[Image]:
    """Filter to the images that are used or, if ``is_used`` is False, to all others."""
    return images.filter(_is_used() if is_used else ~_is_used())


def find_uses(image: Image, *, user: AbstractBaseUser | AnonymousUser, at: datetime) -> Uses:
    """Return the uses of an image: works, editions with their state at ``at``, topics and bylines.

    At most ``MAX_EDITIONS`` editions are listed, newest first.
    """
    works = _list_works(image)
    drafts, hidden_drafts = _split_by_permission(user, works)
    topics, hidden_topics = _split_by_permission(user, image.topics.all())
    bylines, hidden_bylines = _split_by_permission(user, image.contributors.all())
    rows = image.editions.order_by("-live_from", "-pk").prefetch_related(_prefetch_editions(image.editions.model))
    editions = [_edition_use(row, at) for row in rows[:MAX_EDITIONS] if _may_see(user, _work_of(row.edition))]
    hidden = hidden_drafts + hidden_topics + hidden_bylines
    return Uses(drafts, editions, topics, bylines, max(0, rows.count() - MAX_EDITIONS), hidden)


def _prefetch_editions(projection: type[Model]) -> Prefetch[str]:
    edition: Any = projection._meta.get_field("edition").related_model
    editions = edition._default_manager.with_ordinals()
    return Prefetch("edition", editions.defer("fragments").select_related("work__story", "work__faq"))


def _list_works(image: Image) -> list[Model]:
    using = [_work_of(row) for row in image.uses.select_related("work__story", "work__faq")]
    return list({instance.pk: instance for instance in [*image.leading_stories.all(), *using]}.values())


def _work_of(row: Any) -> Model:
    work: Model = row.work
    return getattr(work, "story", None) or getattr(work, "faq", None) or work


def _may_see(user: AbstractBaseUser | AnonymousUser, instance: Model) -> bool:
    return bool(user.has_perm(f"{instance._meta.app_label}.view_{instance._meta.model_name}"))  # type: ignore[union-attr]


def _split_by_permission(user: AbstractBaseUser | AnonymousUser, instances: Iterable[Model]) -> tuple[list[Use], int]:
    instances = list(instances)
    visible = [instance for instance in instances if _may_see(user, instance)]
    return [Use(str(instance), admin_address(instance)) for instance in visible], len(instances) - len(visible)


def _edition_use(row: Any, at: datetime) -> Use:
    edition = row.edition
    if row.live_from > at:
        note = f"scheduled for {_format_day(row.live_from)}"
    else:
        note = "live" if at < row.live_until else f"live until {_format_day(row.live_until)}"
    return Use(f"{edition.title}, edition {edition.label}", admin_address(_work_of(edition), "history"), note)


def _format_day(moment: datetime) -> str:
    return date(timezone.localtime(moment), "j F Y")


def admin_address(instance: Model, screen: str = "change") -> str:
    """Return the address of the admin screen of an object, or an empty string if it has none."""
    meta = instance._meta
    try:
        return reverse(f"admin:{meta.app_label}_{meta.model_name}_{screen}", args=[instance.pk])
    except NoReverseMatch:
        return ""
