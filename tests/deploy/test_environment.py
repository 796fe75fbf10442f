"""The file with the settings of a site."""

import pytest

from deploy.environment import format_variable, parse, update

FILE = """\
# The settings of the site.
SITE_NAME="The \\"Lisle\\" \\$5"
  TIME_ZONE = ignored, because systemd allows no space there
EMAIL_URL='smtps://desk:p$w@mail.example'
#LANGUAGES=de
ALLOWED_HOSTS=news.example, www.news.example
"""


def test_the_variables_of_a_file_are_read_as_systemd_reads_them():
    assert parse(FILE) == {
        "SITE_NAME": 'The "Lisle" $5',
        "EMAIL_URL": "smtps://desk:p$w@mail.example",
        "ALLOWED_HOSTS": "news.example, www.news.example",
    }


@pytest.mark.parametrize(
    "value", ["", "plain", "two words", 'a "quoted" $word', r"back\slash", "ünïcode", "a#b", "it's"]
)
def test_a_value_that_was_written_is_read_again(value):
    assert parse(format_variable("NAME", value)) == {"NAME": value}


def test_an_update_leaves_everything_else_as_it_is():
    lines = update(FILE, {"EMAIL_URL": "smtp://mail.example", "VAR_DIR": "/var/lib/newsroom"}).splitlines()
    before = FILE.splitlines()
    assert lines[:3] == before[:3]
    assert lines[3:] == ["EMAIL_URL=smtp://mail.example", *before[4:], "VAR_DIR=/var/lib/newsroom"]


def test_an_update_with_the_same_values_changes_nothing():
    assert update(FILE, parse(FILE)) == FILE


def test_a_variable_that_is_set_twice_is_set_once_afterwards():
    assert update("A=1\nB=2\nA=3\n", {"A": "4"}) == "A=4\nB=2\n"
