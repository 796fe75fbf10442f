"""Number the articles that a work cites, and order the outlets of a passage."""

from collections.abc import Collection, Iterable, Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef

from newsroom.text.fold import fold
from stories.documents import NamedOutlet
from stories.models import Article, Citation, Outlet, SourceSummary, Work


@transaction.atomic
def cite_article(work: Work, article: Article) -> Citation:
    """Return the citation of ``article`` in ``work``, with the next number if it is new.

    A number is never reused, not even after its citation is deleted.
    """
    locked = Work.objects.select_for_update().get(pk=work.pk)
    if existing := Citation.objects.filter(work=locked, article=article).first():
        return existing
    locked.citations_given += 1
    locked.save(update_fields=["citations_given"])
    work.citations_given = locked.citations_given
    return Citation.objects.create(work=locked, article=article, number=locked.citations_given)


def cite_passages(keys: Collection[int]) -> None:
    """Assign numbers to articles that passages of these locked stories draw on and that have none yet."""
    cited = Citation.objects.filter(work=OuterRef("sourcesummary__story"), article=OuterRef("article"))
    drawn_on = SourceSummary.articles.through.objects.filter(~Exists(cited), sourcesummary__story__in=keys)
    in_order = drawn_on.order_by("sourcesummary__position", "sourcesummary", "article")
    uncited: dict[int, dict[int, None]] = {}
    for story, article in in_order.values_list("sourcesummary__story", "article"):
        uncited.setdefault(story, {})[article] = None
    for work in Work.objects.select_for_update().filter(pk__in=uncited).order_by("pk") if uncited else ():
        first = work.citations_given + 1
        Citation.objects.bulk_create(
            Citation(work=work, article_id=article, number=number)
            for number, article in enumerate(uncited[work.pk], start=first)
        )
        work.citations_given += len(uncited[work.pk])
        work.save(update_fields=["citations_given"])


def sort_outlets(text: str, outlets: Iterable[Outlet], proposed: Iterable[str]) -> tuple[NamedOutlet, ...]:
    """Return the outlets of a passage in the order of first mention in its text, then by name."""
    known = [(NamedOutlet(uid=outlet.uid, name=outlet.name), outlet.folded_names()) for outlet in outlets]
    return sort_by_mention(text, [*known, *make_proposed_outlets(proposed)])


def make_proposed_outlets(names: Iterable[str]) -> list[tuple[NamedOutlet, list[str]]]:
    """Return outlets that are only proposed, each with its folded name."""
    return [(NamedOutlet(uid=None, name=name), [fold(name)]) for name in names]


def sort_by_mention(text: str, outlets: Iterable[tuple[NamedOutlet, Sequence[str]]]) -> tuple[NamedOutlet, ...]:
    """Return outlets, each given with its folded names, in the order of ``in_canonical_order``."""
    folded = fold(text)

    def place(entry: tuple[NamedOutlet, Sequence[str]]) -> tuple[int, str]:
        outlet, names = entry
        return min((found for name in names if (found := folded.find(name)) >= 0), default=len(folded)), outlet.name

    return tuple(outlet for outlet, _ in sorted(outlets, key=place))
