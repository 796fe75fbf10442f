"""Gives articles their number in a work: once, for ever."""

from django.db import transaction

from stories.models import Article, Citation, Story, Work


@transaction.atomic
def cite(work: Work, article: Article) -> Citation:
    """Return the citation of ``article`` in ``work``, giving it the next number when it has none.

    A number that was given once is never given again, also not after its citation is gone.
    """
    locked = Work.objects.select_for_update().get(pk=work.pk)
    if existing := Citation.objects.filter(work=locked, article=article).first():
        return existing
    locked.citations_given += 1
    locked.save(update_fields=["citations_given"])
    work.citations_given = locked.citations_given
    return Citation.objects.create(work=locked, article=article, number=locked.citations_given)


def cite_passages(story: Story) -> None:
    """Give a number to each article that a passage of the story draws on and that has none yet."""
    uncited = (
        Article.objects.filter(passages__story=story)
        .exclude(citations__work=story)
        .order_by("passages__position", "passages__pk", "pk")
    )
    for article in dict.fromkeys(uncited):
        cite(story, article)
