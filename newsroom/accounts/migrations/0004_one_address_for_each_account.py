from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.functions import Lower

import newsroom.accounts.models


def forget_further_addresses(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Delete all additional e-mail addresses of accounts.

    An open session could add one without proof that it belonged to the user, and each of them could reset the password.
    Only the address that administrators see remains.
    """
    apps.get_model("account", "EmailAddress").objects.all().delete()


def write_in_lower_case(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Store addresses in lower case, in which they are looked up."""
    apps.get_model("accounts", "User").objects.exclude(email=Lower("email")).update(email=Lower("email"))


class Migration(migrations.Migration):
    dependencies = [
        ("account", "0009_emailaddress_unique_primary_email"),
        ("accounts", "0003_remember_what_was_mailed"),
    ]

    operations = [
        migrations.AlterModelManagers("user", [("objects", newsroom.accounts.models.AccountManager())]),
        migrations.RunPython(forget_further_addresses, migrations.RunPython.noop),
        migrations.RunPython(write_in_lower_case, migrations.RunPython.noop),
    ]
