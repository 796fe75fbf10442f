"""Move a question whose slug is ``open`` to ``open-question``, because its address is that of the list of open questions.

Its editions, revisions and documents get the new slug too: otherwise the next edition that is made from one of them
would have the old address again.
"""

from itertools import chain, count
from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from stories.documents import upgrade

OLD, NEW = "open", "open-question"


def forwards(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Move the draft and the editions of the question. The triggers are not installed while migrations run."""
    works: Any = apps.get_model("stories", "Work")._default_manager.filter(kind="question")
    editions: Any = apps.get_model("stories", "Edition")._default_manager.filter(work_kind="question", slug=OLD)
    addresses: Any = apps.get_model("addresses", "Address")._default_manager
    for work in works.filter(slug=OLD).union(works.filter(pk__in=editions.values("work"))):
        taken = addresses.filter(kind="question").exclude(uid=work.uid)
        slug = next(
            each
            for each in chain([NEW], (f"{NEW}-{number}" for number in count(2)))
            if not taken.filter(slug=each).exists() and not works.filter(slug=each).exclude(pk=work.pk).exists()
        )
        if editions.filter(work=work.pk).exists():
            addresses.get_or_create(kind="question", slug=slug, defaults={"uid": work.uid})
        works.filter(pk=work.pk, slug=OLD).update(slug=slug)
        _move_documents(apps, work.pk, slug)
        editions.filter(work=work.pk).update(slug=slug)


def _move_documents(apps: Apps, work: int, slug: str) -> None:
    """Replace the documents of a question that have the old slug with documents that have the new one."""
    documents: Any = apps.get_model("stories", "Document")._default_manager
    rows = [apps.get_model("stories", name)._default_manager.filter(work=work) for name in ("Revision", "Edition")]
    for row in chain.from_iterable(each.select_related("document") for each in rows):
        if row.document and row.document.body.get("slug") == OLD:
            document = upgrade(row.document.body).model_copy(update={"slug": slug})
            body = document.body()
            fields = {"kind": body["kind"], "schema": body["schema"], "body": body}
            moved, _ = documents.get_or_create(digest=document.digest(), defaults=fields)
            type(row)._default_manager.filter(pk=row.pk).update(document=moved)


class Migration(migrations.Migration):
    dependencies = [
        ("addresses", "0002_words"),
        ("stories", "0013_known_codes"),
    ]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop, hints={"rows": "few"})]
