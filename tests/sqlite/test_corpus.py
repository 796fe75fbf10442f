"""Creating a corpus on SQLite."""

import pytest
from django.core.management import CommandError, call_command


@pytest.mark.django_db
def test_more_than_one_process_is_refused():
    with pytest.raises(CommandError, match="1 on SQLite, where one process writes at a time"):
        call_command("make_corpus", stories=1, processes=2)
