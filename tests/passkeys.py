"""A passkey without a device. Its signatures are real, so the server can verify them."""

import json
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlsplit

from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.test import Client
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from newsroom.accounts.models import User

ORIGIN = "https://testserver"
ADDRESS = "/accounts/2fa/webauthn/login/"
_FLAGS = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV
_RP_ID_HASH = sha256(str(urlsplit(ORIGIN).hostname).encode()).digest()


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey of a user. Its private key is a number, so that the passkey can be passed to another process."""

    user_handle: str
    secret: int

    @property
    def _key(self) -> ec.EllipticCurvePrivateKey:
        return ec.derive_private_key(self.secret, ec.SECP256R1())

    @property
    def _credential_id(self) -> bytes:
        return self.user_handle.encode().rjust(16, b"0")

    def register(self, user: User) -> None:
        """Store the public key for the user."""
        public_key = ES256.from_cryptography_key(self._key.public_key())
        credential_data = AttestedCredentialData.create(bytes(16), self._credential_id, public_key)
        flags = _FLAGS | AuthenticatorData.FLAG.AT
        data = AuthenticatorData.create(_RP_ID_HASH, flags, 0, credential_data)
        client_data = CollectedClientData.create("webauthn.create", b"", ORIGIN)
        response = {
            "clientDataJSON": websafe_encode(client_data),
            "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
        }
        credential = {**self._identify(), "response": response}
        Authenticator.objects.create(user=user, type="webauthn", data={"name": "Key", "credential": credential})

    def sign_in(self, client: Client) -> int:
        """Sign in over HTTPS with the passkey alone, and return the status of the response."""
        ajax = {"X-Requested-With": "XMLHttpRequest"}
        options = client.get(ADDRESS, headers=ajax, secure=True).json()["request_options"]
        client_data = CollectedClientData.create("webauthn.get", options["publicKey"]["challenge"], ORIGIN)
        data = AuthenticatorData.create(_RP_ID_HASH, _FLAGS, 1)
        signature = self._key.sign(data + client_data.hash, ec.ECDSA(SHA256()))
        response = {
            "clientDataJSON": websafe_encode(client_data),
            "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(signature),
            "userHandle": websafe_encode(self.user_handle.encode()),
        }
        form = {"credential": json.dumps({**self._identify(), "response": response})}
        return client.post(ADDRESS, form, secure=True).status_code

    def _identify(self) -> dict[str, object]:
        identifier = websafe_encode(self._credential_id)
        return {"id": identifier, "rawId": identifier, "type": "public-key", "clientExtensionResults": {}}


def add_passkey(user: User) -> Passkey:
    """Return a new passkey with which the user can sign in."""
    passkey = Passkey(user_pk_to_url_str(user), secret=user.pk + 1)
    passkey.register(user)
    return passkey
