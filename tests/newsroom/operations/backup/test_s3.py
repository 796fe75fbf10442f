"""Backups in a bucket of S3, on a real server with its API."""

import socket
from contextlib import suppress

import boto3
import pytest
from django.core.files.storage import FileSystemStorage
from django.core.management.base import CommandError

from newsroom.http import clock
from newsroom.operations.backup import store as stores
from newsroom.operations.backup.create import create_backup
from newsroom.operations.backup.manifest import list_backups
from newsroom.operations.backup.prune import Pruned, prune_backups
from newsroom.operations.backup.restore import Source, restore_backup
from newsroom.operations.backup.store import S3Store, open_store
from newsroom.operations.backup.verify import verify_backup
from newsroom.operations.commands import UsageError
from tests.backups import contents_of
from tests.newsroom.media.s3_server import BUCKET, CREDENTIALS, run_s3_server

pytestmark = [pytest.mark.audit, pytest.mark.portable]


@pytest.fixture
def bucket():
    with run_s3_server() as address:
        yield address


def open_bucket(address: str, prefix: str = "/newsroom"):
    options = {
        "endpoint_url": address,
        "region_name": "us-east-1",
        "aws_access_key_id": CREDENTIALS["access_key"],
        "aws_secret_access_key": CREDENTIALS["secret_key"],
    }
    return open_store(f"s3://{BUCKET}{prefix}", s3_options=options)


def test_a_backup_in_a_bucket_is_checked_restored_and_deleted(site, target, bucket, tmp_path):
    store = open_bucket(bucket)
    name = create_backup(store).name
    assert list_backups(store) == [(name, True)]
    assert verify_backup(store, name, is_deep=True) == []
    storage = FileSystemStorage(tmp_path / "elsewhere")
    assert restore_backup(Source(store), target, storage=storage).missing == []
    assert contents_of(target).counts["stories_edition"] == 3
    assert storage.exists(site.images[0].file.name)
    assert prune_backups(store, daily=7, weekly=4, at=clock.now()) == Pruned([], 0, [])


def test_a_lost_and_a_changed_file_in_a_bucket_are_named(site, bucket):
    store = open_bucket(bucket)
    name = create_backup(store).name
    lost, changed = sorted(store.names("media/"))
    store.delete(lost)
    client = boto3.client("s3", **store._options)
    client.put_object(Bucket=BUCKET, Key=f"newsroom/{changed}", Body=b"changed")
    assert verify_backup(store, name) == [f"{lost}: the file is missing.", f"{changed}: SHA-256 differs."]


def test_a_bucket_that_does_not_exist_or_answer_is_named(site, bucket):
    absent = S3Store("absent", "", open_bucket(bucket)._options)
    with pytest.raises(CommandError, match=r"could not be stored: s3://absent: .*NoSuchBucket"):
        create_backup(absent)
    silent = S3Store(BUCKET, "", {**open_bucket(bucket)._options, "endpoint_url": "http://127.0.0.1:9"})
    with pytest.raises(CommandError, match=f"could not be stored: s3://{BUCKET}: "):
        create_backup(silent)


def test_a_bucket_that_never_answers_is_given_up_after_three_requests(monkeypatch):
    monkeypatch.setattr(stores, "READ_TIMEOUT", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        store = open_bucket(f"http://127.0.0.1:{silent.getsockname()[1]}")
        with pytest.raises(OSError, match="Read timeout"):
            list(store.names())
        assert count_connections(silent) == 3


def count_connections(server: socket.socket) -> int:
    """Return the number of connections that wait to be accepted."""
    server.setblocking(False)
    count = 0
    with suppress(BlockingIOError):
        while True:
            server.accept()[0].close()
            count += 1
    return count


@pytest.mark.parametrize("address", ["", "s3://", "s3://[bucket", "ftp://host/folder"])
def test_an_address_that_is_no_place_for_backups_is_wrong_usage(address):
    with pytest.raises(UsageError, match="neither a folder nor an address") as refusal:
        open_store(address, s3_options={})
    assert refusal.value.returncode == 2
