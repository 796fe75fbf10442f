"""A site in Chromium, and a certified OpenID Connect provider that runs beside it."""

import json
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site_settings
from django.core.cache import cache

from newsroom.accounts.single_sign_on import discovery
from tests.browser.conftest import chromium, open_page
from tests.newsroom.accounts.single_sign_on import urls

__all__ = ["chromium", "open_page", "run_provider"]

FOLDER = Path(site_settings.BASE_DIR) / ".tools" / "npm" / "provider"
SCRIPT = Path(__file__).parent / "provider.mjs"
PEOPLE: dict[str, dict[str, Any]] = {
    "ana": {"email": "ana@lisle.example", "email_verified": True},
    "cem": {"email": "cem@lisle.example", "email_verified": False},
    "eve": {"email": "eve@evil.example", "email_verified": True},
}

type RunProvider = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def run_provider(live_server, settings) -> Iterator[RunProvider]:
    """Return a function that starts a provider, which signs with the given algorithm, and configures the site for it."""
    processes: list[subprocess.Popen[str]] = []

    def run(algorithm: str = "RS256") -> subprocess.Popen[str]:
        node = shutil.which("node")
        assert node, "Node.js is not installed: `make audit` installs it with npm, or says how."
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        settings.OIDC_ISSUER, settings.OIDC_NAME = f"http://127.0.0.1:{port}", "Example SSO"
        settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = "newsroom", "the-secret-of-the-client"
        settings.SITE_URL = live_server.url
        # The URLs of the site itself were made when the tests started, without single sign-on.
        settings.ROOT_URLCONF = urls.__name__
        configuration = {
            "folder": str(FOLDER),
            "port": port,
            "algorithm": algorithm,
            "clientId": settings.OIDC_CLIENT_ID,
            "clientSecret": settings.OIDC_CLIENT_SECRET,
            "redirectUri": f"{live_server.url}/accounts/sso/callback/",
            "people": PEOPLE,
        }
        process = subprocess.Popen([node, str(SCRIPT), json.dumps(configuration)], stdout=subprocess.PIPE, text=True)
        processes.append(process)
        assert process.stdout is not None
        while line := process.stdout.readline():
            if line == "ready\n":
                return process
        raise AssertionError("The provider has ended.")

    cache.clear()
    discovery.forget_configurations()
    yield run
    discovery.forget_configurations()
    for process in processes:
        process.terminate()
        process.wait(timeout=10)
        assert process.stdout is not None
        process.stdout.close()
