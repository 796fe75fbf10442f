"""Typed access to environment variables."""

import os
import threading
import traceback
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


def test_a_choice_is_one_of_its_words_and_the_first_by_default():
    choices = ("text", "json")
    assert Environment({}).choice("LOG_FORMAT", choices) == "text"
    assert Environment({"LOG_FORMAT": "json"}).choice("LOG_FORMAT", choices) == "json"


def test_the_address_of_postgresql_is_no_file_of_sqlite():
    address = "postgres://newsroom@db.example/newsroom"
    assert Environment({}).postgresql_address("DATABASE_DIRECT_URL") == ""
    assert Environment({"DATABASE_DIRECT_URL": address}).postgresql_address("DATABASE_DIRECT_URL") == address
    for wrong in ("sqlite:////var/newsroom.sqlite3", "mysql://newsroom@db.example/newsroom", "newsroom"):
        with pytest.raises(ImproperlyConfigured, match="DATABASE_DIRECT_URL must be"):
            Environment({"DATABASE_DIRECT_URL": wrong}).postgresql_address("DATABASE_DIRECT_URL")


def test_names_are_separated_by_commas():
    assert Environment({"LANGUAGES": "en-gb, de ,,ar"}).names("LANGUAGES") == ["en-gb", "de", "ar"]


def test_the_trailing_slash_of_an_address_is_removed():
    assert Environment({"SITE_URL": "https://news.example/"}).web_address("SITE_URL", "") == "https://news.example"


@pytest.mark.parametrize(
    ("read", "name", "value"),
    [
        (lambda env: env.flag("DEBUG"), "DEBUG", "perhaps"),
        (lambda env: env.number("TRUSTED_PROXY_COUNT", 0), "TRUSTED_PROXY_COUNT", "-1"),
        (lambda env: env.choice("LOG_FORMAT", ("text", "json")), "LOG_FORMAT", "xml"),
        (lambda env: env.web_address("SITE_URL", ""), "SITE_URL", "news.example"),
        (lambda env: env.mailer("EMAIL_URL"), "EMAIL_URL", "mail.example"),
        (lambda env: env.contact("SECURITY_CONTACT"), "SECURITY_CONTACT", "the desk"),
        (lambda env: env.required("SECRET_KEY", "it signs sessions."), "SECRET_KEY", " "),
    ],
)
def test_an_invalid_value_raises_an_error_that_names_the_variable(read, name, value):
    with pytest.raises(ImproperlyConfigured, match=rf"\b{name}\b.*\.\)?$"):
        read(Environment({name: value}))


HIDDEN = "tell-nobody"


@pytest.mark.parametrize(
    ("method", "value", "further"),
    [
        ("flag", HIDDEN, ()),
        ("number", HIDDEN, (0,)),
        ("file", HIDDEN, ()),
        ("folder", HIDDEN, (Path("/"),)),
        ("web_address", HIDDEN, ()),
        ("web_address", f"https://desk:pass/{HIDDEN}@hub.example", ()),
        ("web_address", f"https://[{HIDDEN}/", ()),
        ("key", f"{HIDDEN}!", ()),
        ("header", HIDDEN, ()),
        ("contact", HIDDEN, ()),
        ("mailer", f"smtps://desk:{HIDDEN}", ()),
        ("mailer", f"smtps://desk@mail.example:0{HIDDEN}", ()),
        ("database", f"postgres://desk:{HIDDEN}#@database.example/newsroom", ("",)),
        ("database", f"{HIDDEN}://database.example/newsroom", ("",)),
    ],
)
def test_no_error_shows_a_value(method, value, further):
    with pytest.raises(ImproperlyConfigured, match=r"\bNAME\b.*\.$") as refused:
        getattr(Environment({"NAME": value}), method)("NAME", *further)
    # Python also prints the error during which another was raised, unless that is suppressed.
    assert HIDDEN not in "".join(traceback.format_exception(refused.value))


def test_a_language_without_a_translation_is_refused_with_the_languages_that_have_one(tmp_path):
    (tmp_path / "de").mkdir()
    with pytest.raises(ImproperlyConfigured) as refused:
        Environment({"LANGUAGES": "de, eo"}).languages("LANGUAGES", "en-gb", catalogues=tmp_path)
    assert (
        str(refused.value) == "LANGUAGES names a language without a translation of the interface. Use one of: en, de."
    )


def test_a_value_may_be_in_a_file(tmp_path):
    path = tmp_path / "email_url"
    path.write_text("smtps://desk:secret@mail.example\n")
    env = Environment({"EMAIL_URL_FILE": f" {path} "})
    assert env.text("EMAIL_URL") == "smtps://desk:secret@mail.example"
    assert env.mailer("EMAIL_URL")["OPTIONS"]["password"] == "secret"  # noqa: S105 -- the password in the file


def test_a_file_is_read_once(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=("secret",))
    writer.start()
    env = Environment({"EMAIL_URL_FILE": str(pipe)})
    assert env.text("EMAIL_URL") == "secret"
    writer.join()
    assert env.text("EMAIL_URL") == "secret"


def test_a_variable_and_its_file_are_not_both_set(tmp_path):
    (tmp_path / "key").write_text("in the file")
    env = Environment({"SECRET_KEY": "in the variable", "SECRET_KEY_FILE": str(tmp_path / "key")})
    with pytest.raises(ImproperlyConfigured) as refused:
        env.required("SECRET_KEY", "it signs sessions.")
    assert str(refused.value) == "Set SECRET_KEY or SECRET_KEY_FILE, not both."


def test_an_empty_variable_gives_way_to_its_file(tmp_path):
    (tmp_path / "key").write_text("in the file")
    assert Environment({"KEY": " ", "KEY_FILE": str(tmp_path / "key")}).text("KEY") == "in the file"
    assert Environment({"KEY": "in the variable", "KEY_FILE": " "}).text("KEY") == "in the variable"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "cannot be read: No such file or directory."),
        (b" \n", "is empty."),
        (f"{HIDDEN}ÿ".encode("latin-1"), "is not text in UTF-8."),
    ],
)
def test_an_unreadable_file_is_refused_by_its_path_alone(tmp_path, content, reason):
    path = tmp_path / "key"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ImproperlyConfigured) as refused:
        Environment({"SECRET_KEY_FILE": str(path)}).text("SECRET_KEY", "a default")
    assert str(refused.value) == f"SECRET_KEY_FILE names {path}, which {reason}"
    assert HIDDEN not in "".join(traceback.format_exception(refused.value))


def test_a_folder_in_place_of_a_file_is_refused(tmp_path):
    with pytest.raises(ImproperlyConfigured, match="which cannot be read: Is a directory"):
        Environment({"SECRET_KEY_FILE": str(tmp_path)}).text("SECRET_KEY")


def test_an_old_name_is_refused_as_a_file_too(tmp_path):
    (tmp_path / "count").write_text("1")
    with pytest.raises(ImproperlyConfigured, match="TRUSTED_PROXIES is called TRUSTED_PROXY_COUNT now"):
        Environment({"TRUSTED_PROXIES_FILE": str(tmp_path / "count")}).refuse_renamed(
            {"TRUSTED_PROXIES": "TRUSTED_PROXY_COUNT"}
        )


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


def test_the_path_of_a_file_is_absolute_and_the_file_may_be_missing():
    assert Environment({}).file("LIST_FILE") == ""
    assert Environment({"LIST_FILE": "/nowhere/list"}).file("LIST_FILE") == "/nowhere/list"
    with pytest.raises(ImproperlyConfigured, match="LIST_FILE must be an absolute path"):
        Environment({"LIST_FILE": "list"}).file("LIST_FILE")


def test_a_relative_folder_is_refused_because_each_process_would_have_another():
    with pytest.raises(ImproperlyConfigured, match="VAR_DIR must be an absolute path"):
        Environment({"VAR_DIR": "var"}).folder("VAR_DIR", Path("/"))


def test_a_folder_that_cannot_be_created_is_refused_with_the_reason(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(
        ImproperlyConfigured, match=r"VAR_DIR is “.*/file/var”, which cannot be created: Not a directory\."
    ):
        Environment({"VAR_DIR": str(tmp_path / "file" / "var")}).folder("VAR_DIR", tmp_path)


def test_a_missing_web_address_is_empty():
    assert Environment({}).web_address("WEBSUB_HUB") == ""


@pytest.mark.parametrize(
    ("value", "days"),
    [("", {}), ("notices=365", {"notices": 365}), (" notices = 365 , tasks=0,", {"notices": 365, "tasks": 0})],
)
def test_days_are_read_by_name(value, days):
    assert Environment({"RETENTION": value}).days("RETENTION") == days


@pytest.mark.parametrize(
    "value",
    [
        "tasks=1,notices",
        "tasks=1,notices=",
        "tasks=1,=3",
        "tasks=1,notices=-3",
        "tasks=1,notices=a year",
        "tasks=1,notices=123456",
        "tasks=1,tasks=2",
    ],
)
def test_invalid_days_are_refused_with_the_number_of_the_entry(value):
    with pytest.raises(ImproperlyConfigured, match=r"Entry 2 of RETENTION (must be|has the same name)"):
        Environment({"RETENTION": value}).days("RETENTION")


def test_a_bucket_that_does_not_answer_is_given_up_soon():
    storage = Environment({"AWS_STORAGE_BUCKET_NAME": "pictures"}).storage("AWS_STORAGE_BUCKET_NAME")
    config = storage["OPTIONS"]["client_config"]
    assert (config.connect_timeout, config.read_timeout, config.retries["total_max_attempts"]) == (10, 10, 2)


def test_folders_are_absolute_paths():
    assert Environment({}).folders("DISK_FOLDERS") == []
    assert Environment({"DISK_FOLDERS": "/srv/wal, /srv/data"}).folders("DISK_FOLDERS") == [
        Path("/srv/wal"),
        Path("/srv/data"),
    ]
    with pytest.raises(ImproperlyConfigured, match="DISK_FOLDERS must be absolute paths"):
        Environment({"DISK_FOLDERS": "/srv/wal,data"}).folders("DISK_FOLDERS")
