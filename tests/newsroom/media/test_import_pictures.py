"""The command that imports pictures from files."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files import File
from django.core.management import CommandError, call_command

from newsroom.audit.models import Event
from newsroom.media import images
from newsroom.media.models import Image
from tests.factories import make_user
from tests.newsroom.media.processing.pictures import draw_image, draw_patches, encode_image
from tests.newsroom.media.stored_files import list_files


def import_pictures(*arguments: object, **options: object) -> None:
    call_command("import_pictures", *arguments, **options)


@pytest.mark.django_db
def test_a_folder_of_pictures_is_imported_with_shared_fields(tmp_path: Path, capsys: Any) -> None:
    curator = make_user(role="Curator")
    (tmp_path / "more").mkdir()
    for number, name in enumerate(("north_pier.png", "more/quay.png", ".hidden.png")):
        (tmp_path / name).write_bytes(encode_image(draw_patches(64, 48, seed=number + 3)))
    import_pictures(tmp_path, credit="Ida Sund", licence="Our own", tags="pier; Quay, pier", by=curator.username)
    assert {image.title for image in Image.objects.all()} == {"north pier", "quay"}
    assert set(Image.objects.values_list("credit", "licence", "tags", "created_by")) == {
        ("Ida Sund", "Our own", "pier, Quay", curator.pk)
    }
    assert Event.objects.filter(verb="added", by=curator).count() == 2
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(" ")[0] for line in lines] == ["1/2", "2/2"]
    assert lines[1].endswith("north_pier.png: Uploaded as “north pier”.")


@pytest.mark.django_db
def test_an_existing_picture_is_skipped_unless_both_are_kept(tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(encode_image(draw_image()))
    for _ in range(2):
        import_pictures(path)
    assert "already has this picture, as “a”" in capsys.readouterr().out
    assert Image.objects.count() == 1
    import_pictures(path, keep_both=True)
    assert Image.objects.count() == 2


@pytest.mark.django_db
def test_an_interrupted_import_can_be_repeated_with_the_same_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        (tmp_path / f"{number}.png").write_bytes(encode_image(draw_patches(64, 48, seed=number + 3)))
    decode = images.decode_upload

    def interrupt_at_second_file(upload: File[bytes]) -> images.PreparedImage:
        if upload.name == "1.png":
            raise KeyboardInterrupt
        return decode(upload)

    monkeypatch.setattr(images, "decode_upload", interrupt_at_second_file)
    with pytest.raises(KeyboardInterrupt):
        import_pictures(tmp_path)
    assert [image.title for image in Image.objects.all()] == ["0"]
    monkeypatch.setattr(images, "decode_upload", decode)
    import_pictures(tmp_path)
    assert sorted(image.title for image in Image.objects.all()) == ["0", "1", "2"]
    assert len(list_files()) == 3


@pytest.mark.django_db
def test_a_refused_file_stops_no_other_but_the_command_fails(tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "b.png").write_bytes(b"no picture")
    (tmp_path / "c.png").write_bytes(encode_image(draw_image()))
    (tmp_path / "d.jpg").write_bytes(encode_image(draw_patches(200, 200), "JPEG")[:-600])
    with pytest.raises(CommandError, match=r"3 of 4 refused\."):
        import_pictures(tmp_path / "a.png", tmp_path)
    output = capsys.readouterr().err
    assert "a.png: Not uploaded. The file cannot be read: No such file or directory." in output
    assert "b.png: Not uploaded. This is not a picture" in output
    assert "d.jpg: Not uploaded. The file is damaged." in output
    assert Image.objects.get().title == "c"
    assert list_files() == {f"originals/{Image.objects.get().uid}.png"}


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "reason"), [("nobody", "no account"), ("reader", "permission to add pictures")])
def test_pictures_are_imported_only_for_an_account_with_permission(tmp_path: Path, name: str, reason: str) -> None:
    make_user(role="", username="reader")
    with pytest.raises(CommandError, match=reason):
        import_pictures(tmp_path, by=name)
