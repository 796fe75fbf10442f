"""Typed access to environment variables."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from newsroom.env import Environment


def test_a_missing_or_blank_variable_gives_the_default():
    assert Environment({}).text("SITE_NAME", "Newsroom") == "Newsroom"
    assert Environment({"SITE_NAME": "  "}).text("SITE_NAME", "Newsroom") == "Newsroom"


@pytest.mark.parametrize(("word", "expected"), [("1", True), ("True", True), ("on", True), ("0", False), ("no", False)])
def test_a_flag_has_several_spellings(word, expected):
    assert Environment({"DEBUG": word}).flag("DEBUG") is expected


def test_a_flag_that_is_not_set_has_its_default():
    assert Environment({}).flag("DEBUG", default=True) is True


def test_names_are_separated_by_commas():
    assert Environment({"LANGUAGES": "en-gb, de ,,ar"}).names("LANGUAGES") == ["en-gb", "de", "ar"]


def test_the_trailing_slash_of_an_address_is_removed():
    assert Environment({"SITE_URL": "https://news.example/"}).web_address("SITE_URL", "") == "https://news.example"


@pytest.mark.parametrize(
    ("read", "name", "value"),
    [
        (lambda env: env.flag("DEBUG"), "DEBUG", "perhaps"),
        (lambda env: env.number("TRUSTED_PROXY_COUNT", 0), "TRUSTED_PROXY_COUNT", "-1"),
        (lambda env: env.web_address("SITE_URL", ""), "SITE_URL", "news.example"),
        (lambda env: env.mailer("EMAIL_URL"), "EMAIL_URL", "mail.example"),
        (lambda env: env.required("SECRET_KEY", "it signs sessions."), "SECRET_KEY", " "),
    ],
)
def test_an_invalid_value_raises_an_error_that_names_the_variable(read, name, value):
    with pytest.raises(ImproperlyConfigured, match=rf"\b{name}\b.*\.\)?$"):
        read(Environment({name: value}))


def test_all_variables_with_old_names_are_reported_together():
    names = {"APPROVE_OWN": "ALLOW_SELF_APPROVAL", "TRUSTED_PROXIES": "TRUSTED_PROXY_COUNT", "COLOUR": "TINT"}
    Environment({"TRUSTED_PROXIES": " ", "TINT": "blue"}).refuse_renamed(names)
    with pytest.raises(ImproperlyConfigured) as refused:
        Environment({"TRUSTED_PROXIES": "1", "COLOUR": "blue"}).refuse_renamed(names)
    message = "TRUSTED_PROXIES is called TRUSTED_PROXY_COUNT now. COLOUR is called TINT now."
    assert str(refused.value) == f"{message} Set the new name and remove the old one."


def test_without_an_address_no_mail_is_sent():
    assert Environment({}).mailer("EMAIL_URL") == {"BACKEND": "django.core.mail.backends.dummy.EmailBackend"}


@pytest.mark.parametrize(
    ("address", "port", "starts_tls", "is_tls"),
    [
        ("smtp://mail.example", 25, False, False),
        ("smtp+tls://mail.example", 587, True, False),
        ("smtps://mail.example:4465", 4465, False, True),
    ],
)
def test_the_scheme_of_the_mail_server_determines_the_encryption(address, port, starts_tls, is_tls):
    options = Environment({"EMAIL_URL": address}).mailer("EMAIL_URL")["OPTIONS"]
    assert (options["port"], options["use_tls"], options["use_ssl"]) == (port, starts_tls, is_tls)


def test_the_password_of_the_mail_server_may_contain_any_character():
    options = Environment({"EMAIL_URL": "smtps://desk:p%40ss%2Fword@mail.example"}).mailer("EMAIL_URL")["OPTIONS"]
    assert (options["username"], options["password"]) == ("desk", "p@ss/word")


@pytest.mark.parametrize(
    ("value", "key"), [("", ""), ("0123456789abcdef", "0123456789abcdef"), ("A-key-of-ours", "A-key-of-ours")]
)
def test_a_key_is_returned_unchanged(value, key):
    assert Environment({"KEY": value}).key("KEY") == key


@pytest.mark.parametrize("value", ["short", "with space", "../../etc", "a" * 129])
def test_a_key_that_is_not_valid_in_an_address_is_refused(value):
    with pytest.raises(ImproperlyConfigured, match="KEY must be"):
        Environment({"KEY": value}).key("KEY")


@pytest.mark.parametrize(
    ("value", "header"),
    [
        ("", None),
        ("Fastly-Key: 0123", ("Fastly-Key", "0123")),
        ("Authorization:Bearer a:b", ("Authorization", "Bearer a:b")),
    ],
)
def test_a_header_is_read_as_name_and_value(value, header):
    assert Environment({"HEADER": value}).header("HEADER") == header


@pytest.mark.parametrize(
    "value", ["secret", ": secret", "X Y: secret", "X-Key:", "X-Key: sécret", "X-Key: secret\nX: y"]
)
def test_an_invalid_header_is_refused_without_showing_its_secret(value):
    with pytest.raises(ImproperlyConfigured, match="HEADER must be a header") as refused:
        Environment({"HEADER": value}).header("HEADER")
    assert "cret" not in str(refused.value)


def test_a_folder_is_created(tmp_path):
    folder = tmp_path / "a" / "b"
    assert Environment({"VAR_DIR": str(folder)}).folder("VAR_DIR", tmp_path) == folder
    assert folder.is_dir()


def test_a_relative_folder_is_refused_because_each_process_would_have_another():
    with pytest.raises(ImproperlyConfigured, match="VAR_DIR is “var”; it must be an absolute path"):
        Environment({"VAR_DIR": "var"}).folder("VAR_DIR", Path("/"))


def test_a_folder_that_cannot_be_created_is_refused_with_the_reason(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(
        ImproperlyConfigured, match=r"VAR_DIR is “.*/file/var”, which cannot be created: Not a directory\."
    ):
        Environment({"VAR_DIR": str(tmp_path / "file" / "var")}).folder("VAR_DIR", tmp_path)


def test_a_missing_web_address_is_empty():
    assert Environment({}).web_address("WEBSUB_HUB") == ""
