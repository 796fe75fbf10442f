"""A server with the API of S3 in this process, and a bucket in it as the storage of images."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from moto.server import ThreadedMotoServer

BUCKET = "newsroom"
CREDENTIALS = {"access_key": "for-tests", "secret_key": "for-tests"}


@contextmanager
def run_s3_server() -> Iterator[str]:
    """Run the server, create the bucket, and yield the address of the server."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # it logs each request
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    try:
        connect(address).create_bucket(Bucket=BUCKET)
        yield address
    finally:
        server.stop()


def connect(address: str) -> Any:
    """Return a client of the server."""
    return boto3.client(
        "s3",
        endpoint_url=address,
        region_name="us-east-1",
        aws_access_key_id=CREDENTIALS["access_key"],
        aws_secret_access_key=CREDENTIALS["secret_key"],
    )


def bucket_storage(address: str, **options: object) -> dict[str, object]:
    """Return an entry of Django's ``STORAGES``, as the settings make it for a bucket."""
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": BUCKET,
            "endpoint_url": address,
            "region_name": "us-east-1",
            "file_overwrite": True,
            **CREDENTIALS,
            **options,
        },
    }
