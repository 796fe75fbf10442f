import uuid

import django.db.models.lookups
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("stories", "0005_revision_of_desk"),
    ]

    operations = [
        migrations.AddField(
            model_name="rerendering",
            name="uid",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
        migrations.AddConstraint(
            model_name="rerendering",
            constraint=models.UniqueConstraint(
                django.db.models.lookups.IsNull(models.F("finished_at"), True),
                condition=models.Q(("finished_at", None)),
                name="rerendering_one_unfinished",
                violation_error_message="Another run is not finished yet.",
            ),
        ),
    ]
