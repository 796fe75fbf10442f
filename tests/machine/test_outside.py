"""The doctor asks the site from outside, through Caddy and nginx with the configurations of ``deploy/proxy``."""

import pytest

from newsroom.operations.doctor import proxy as examination
from tests.machine.proxies import PROXIES, proxy
from tests.servers.server_process import run_server

AUTHORITIES = {"caddy": "storage/pki/authorities/local/root.crt", "nginx": "certificate.pem"}


@pytest.mark.parametrize("name", PROXIES)
def test_the_proxies_of_the_installer_are_in_order(transactional_db, tmp_path, settings, monkeypatch, name):
    variables = {
        "DJANGO_SETTINGS_MODULE": "newsroom.settings",
        "SECRET_KEY": settings.SECRET_KEY,
        "ALLOWED_HOSTS": "localhost",
        "SITE_URL": "https://localhost",
        "TRUSTED_PROXY_COUNT": "1",
        "VAR_DIR": str(tmp_path / "var"),
    }
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    folder = tmp_path / "proxy"
    folder.mkdir()
    with run_server("serve", tmp_path, variables) as port, proxy(name, folder, (port, port)) as ports:
        monkeypatch.setenv("SSL_CERT_FILE", str(folder / AUTHORITIES[name]))
        settings.SITE_URL = f"https://localhost:{ports.https}"
        found = [str(each) for each in examination.examine_proxy()]
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
        wrong = [str(each) for each in examination.examine_proxy()]
    # The certificates that Caddy makes itself are valid for half a day.
    assert [words for words in found if not words.startswith("The certificate ends on")] == []
    assert any("Set TRUSTED_PROXY_COUNT=1." in words for words in wrong)
