"""The limit on the number of further hosts of an outlet."""

import re

import pytest
from django.urls import reverse

from stories.models import Outlet
from tests.stories.admin.form_data import filled


@pytest.mark.parametrize(("count", "is_saved"), [(200, True), (201, False), (5_000, False)])
def test_too_many_further_hosts_are_refused_before_any_is_looked_up(
    editor, client, count, is_saved, django_assert_max_num_queries
):
    address = reverse("admin:stories_outlet_add")
    hosts = "\n".join(f"h{number}.example" for number in range(count))
    form = filled(client.get(address)) | {"name": "Ansgar Wire", "further_hosts": hosts}
    with django_assert_max_num_queries(1_000 if is_saved else 40):
        response = client.post(address, form)
    assert Outlet.objects.exists() is is_saved
    if not is_saved:
        (problem,) = response.context["problems"]
        assert problem.field == "id_further_hosts"
        assert re.findall(r"[\d,]*\d", problem.message) == ["200", f"{count:,}"]
