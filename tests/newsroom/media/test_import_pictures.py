"""Many pictures are taken in from files."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files import File
from django.core.management import CommandError, call_command

from newsroom.audit.models import Event
from newsroom.media import images
from newsroom.media.models import Image
from tests.factories import make_user
from tests.newsroom.media.processing.pictures import drawn, encoded, patches
from tests.newsroom.media.stored_files import files


def bring_in(*arguments: object, **options: object) -> None:
    call_command("import_pictures", *arguments, **options)


@pytest.mark.django_db
def test_a_folder_of_pictures_is_taken_in_with_what_is_said_of_all(tmp_path: Path, capsys: Any) -> None:
    curator = make_user(role="Curator")
    (tmp_path / "more").mkdir()
    for number, name in enumerate(("north_pier.png", "more/quay.png", ".hidden.png")):
        (tmp_path / name).write_bytes(encoded(patches(64, 48, seed=number + 3)))
    bring_in(tmp_path, credit="Ida Sund", licence="Our own", tags="pier; Quay, pier", by=curator.username)
    assert {image.title for image in Image.objects.all()} == {"north pier", "quay"}
    assert set(Image.objects.values_list("credit", "licence", "tags", "created_by")) == {
        ("Ida Sund", "Our own", "pier, Quay", curator.pk)
    }
    assert Event.objects.filter(verb="added", by=curator).count() == 2
    said = capsys.readouterr().out.splitlines()
    assert [line.partition(" ")[0] for line in said] == ["1/2", "2/2"]
    assert said[1].endswith("north_pier.png: Taken in as “north pier”.")


@pytest.mark.django_db
def test_what_is_there_already_is_left_alone_unless_both_are_kept(tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(encoded(drawn()))
    for _ in range(2):
        bring_in(path)
    assert "is in the library already, as “a”" in capsys.readouterr().out
    assert Image.objects.count() == 1
    bring_in(path, keep_both=True)
    assert Image.objects.count() == 2


@pytest.mark.django_db
def test_who_was_interrupted_begins_again_with_the_same_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        (tmp_path / f"{number}.png").write_bytes(encoded(patches(64, 48, seed=number + 3)))
    decode = images.decode_upload

    def interrupted_at_the_second(upload: File[bytes]) -> images.PreparedImage:
        if upload.name == "1.png":
            raise KeyboardInterrupt
        return decode(upload)

    monkeypatch.setattr(images, "decode_upload", interrupted_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        bring_in(tmp_path)
    assert [image.title for image in Image.objects.all()] == ["0"]
    monkeypatch.setattr(images, "decode_upload", decode)
    bring_in(tmp_path)
    assert sorted(image.title for image in Image.objects.all()) == ["0", "1", "2"]
    assert len(files()) == 3


@pytest.mark.django_db
def test_one_that_is_refused_stops_no_other_and_fails_the_command(tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "b.png").write_bytes(b"no picture")
    (tmp_path / "c.png").write_bytes(encoded(drawn()))
    (tmp_path / "d.jpg").write_bytes(encoded(patches(200, 200), "JPEG")[:-600])
    with pytest.raises(CommandError, match=r"3 of 4 refused\."):
        bring_in(tmp_path / "a.png", tmp_path)
    said = capsys.readouterr().err
    assert "a.png: Not taken in. The file cannot be read: No such file or directory." in said
    assert "b.png: Not taken in. This is not a picture" in said
    assert "d.jpg: Not taken in. The picture is broken or not complete." in said
    assert Image.objects.get().title == "c"
    assert files() == {f"originals/{Image.objects.get().uid}.png"}


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "reason"), [("nobody", "no account"), ("reader", "may not add pictures")])
def test_pictures_come_in_only_in_the_name_of_somebody_who_may(tmp_path: Path, name: str, reason: str) -> None:
    make_user(role="", username="reader")
    with pytest.raises(CommandError, match=reason):
        bring_in(tmp_path, by=name)
