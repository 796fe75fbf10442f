from django.db import migrations, models
from django.db.models import Q

from newsroom.db.migrations import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("stories", "0009_author_pages")]

    operations = [
        AddIndexConcurrently(
            model_name="work",
            index=models.Index(
                fields=["duplicated_from"], condition=Q(duplicated_from__isnull=False), name="work_duplicated_from"
            ),
        ),
    ]
