"""Real servers that exchange their keys one after the other accept what the others signed."""

import pytest

from tests.factories import PASSWORD, make_user
from tests.servers.server_process import run_server
from tests.stories.admin.form_data import filled_of
from tests.visitors import Account, Visitor

pytestmark = pytest.mark.django_db(transaction=True)
OLD, NEW = (f"the-{age}-key-of-this-test-and-long-enough-for-the-checks" for age in ("old", "new"))


def test_nobody_is_signed_out_while_one_server_has_the_new_key_and_the_other_the_old_one(tmp_path):
    editor = make_user(role="Editor")
    variables = {"DJANGO_SETTINGS_MODULE": "tests.servers.settings_with_keys"}
    for name in ("before", "after"):
        (tmp_path / name).mkdir()

    def run(name, *keys):
        folder = tmp_path / name
        return run_server("serve", folder, variables | {"FOLDER_OF_TEST": str(folder), "KEYS_OF_TEST": " ".join(keys)})

    with run("before", OLD, NEW) as before, run("after", NEW, OLD) as after:
        servers = [f"http://127.0.0.1:{port}" for port in (before, after)]
        for first, second in (servers, reversed(servers)):
            visitor = Visitor(before)
            visitor.address = first
            assert visitor.sign_in(Account(editor.username, PASSWORD)).path == "/admin/"
            form = visitor.get("/accounts/logout/")
            visitor.address = second
            assert visitor.get("/accounts/").path == "/accounts/"
            visitor.address = first
            assert visitor.get("/accounts/").path == "/accounts/"
            visitor.address = second
            signed_out = visitor.post("/accounts/logout/", filled_of(form.body))
            assert (signed_out.status, signed_out.path) == (200, "/accounts/login/")
