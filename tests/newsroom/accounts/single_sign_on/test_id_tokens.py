"""Signatures of ID tokens: which keys and algorithms are accepted."""

import base64
import hmac
import json

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from newsroom.accounts.single_sign_on.errors import InvalidAnswerError
from newsroom.accounts.single_sign_on.id_tokens import verify_id_token
from newsroom.http import clock
from tests.newsroom.accounts.single_sign_on.stub_provider import CLIENT_SECRET, make_key, to_jwk

ISSUER = "https://sso.example"


def make_claims(**replaced):
    now = int(clock.now().timestamp())
    claims = {"iss": ISSUER, "sub": "1", "aud": "newsroom", "iat": now, "exp": now + 60, "nonce": "the-nonce"}
    return {**claims, **replaced}


def sign(algorithm="RS256", key=None, **headers):
    return jwt.encode(make_claims(), key or make_key(algorithm), algorithm, headers={"kid": algorithm, **headers})


def verify(token, *keys):
    listed = {"keys": list(keys)} if keys else {"keys": [to_jwk(each, make_key(each)) for each in ("RS256", "ES256")]}
    return verify_id_token(token, keys=listed, issuer=ISSUER, client_id="newsroom", nonce="the-nonce", at=clock.now())


def encode(part):
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_a_token_that_a_key_of_the_issuer_signed_is_accepted(algorithm):
    assert verify(sign(algorithm))["sub"] == "1"


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_a_token_that_another_key_signed_is_refused(algorithm):
    with pytest.raises(InvalidAnswerError):
        verify(sign(algorithm, make_key(algorithm, 1)))


@pytest.mark.parametrize("name", ["none", "None", "NONE", "", None, 3], ids=repr)
@pytest.mark.parametrize("signature", ["", "c2ln"])
def test_a_token_without_a_signature_is_refused(name, signature):
    with pytest.raises(InvalidAnswerError):
        verify(f"{encode({'alg': name, 'kid': 'RS256'})}.{encode(make_claims())}.{signature}")


def test_a_token_signed_with_a_shared_secret_is_refused():
    """Neither the secret of the client nor the public key of the issuer may be the key of an HMAC."""
    public = make_key("RS256").public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for secret in (CLIENT_SECRET.encode(), public):
        signed = f"{encode({'alg': 'HS256', 'kid': 'RS256'})}.{encode(make_claims())}"
        signature = base64.urlsafe_b64encode(hmac.digest(secret, signed.encode(), "sha256")).rstrip(b"=").decode()
        with pytest.raises(InvalidAnswerError, match="neither RS256 nor ES256"):
            verify(f"{signed}.{signature}")


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256"])
def test_other_algorithms_of_the_same_key_are_refused(algorithm):
    with pytest.raises(InvalidAnswerError, match="neither RS256 nor ES256"):
        verify(jwt.encode(make_claims(), make_key("RS256"), algorithm, headers={"kid": "RS256"}))


def test_a_key_for_another_purpose_or_algorithm_is_not_used():
    for members in ({"use": "enc"}, {"alg": "RS512"}, {"kid": "another"}):
        with pytest.raises(InvalidAnswerError, match="0 keys"):
            verify(sign(), to_jwk("RS256", make_key("RS256"), **members))


def test_the_algorithm_must_be_that_of_the_key():
    token = sign("ES256", kid="RS256")
    with pytest.raises(InvalidAnswerError, match="0 keys"):
        verify(token)


def test_without_a_key_id_the_issuer_must_have_one_key_only():
    first, second = (to_jwk("RS256", make_key("RS256", number), kid=str(number)) for number in (0, 1))
    token = jwt.encode(make_claims(), make_key("RS256", 0), "RS256")
    assert verify(token, first)["sub"] == "1"
    with pytest.raises(InvalidAnswerError, match="2 keys"):
        verify(token, first, second)


def test_a_short_key_is_refused():
    short = make_key("RS256", bits=1024)
    with pytest.raises(InvalidAnswerError), pytest.warns(match="."):
        verify(sign("RS256", short), to_jwk("RS256", short))


def test_a_key_in_the_header_is_not_used():
    key = make_key("RS256", 1)
    with pytest.raises(InvalidAnswerError):
        verify(sign("RS256", key, jwk=to_jwk("RS256", key), jku="https://evil.example/keys"))


def test_an_unknown_critical_header_is_refused():
    with pytest.raises(InvalidAnswerError):
        verify(sign(crit=["b64"]))


@pytest.mark.parametrize(
    "keys", [{}, {"keys": None}, {"keys": "x"}, {"keys": [3]}, {"keys": [{"kty": "RSA", "kid": "RS256"}]}]
)
def test_unusable_keys_are_refused(keys):
    with pytest.raises(InvalidAnswerError):
        verify_id_token(sign(), keys=keys, issuer=ISSUER, client_id="newsroom", nonce="the-nonce", at=clock.now())


@pytest.mark.parametrize("member", [{"n": 3}, {"n": "%"}, {"e": ""}, {"n": None}])
def test_a_key_with_unusable_numbers_is_refused(member):
    with pytest.raises(InvalidAnswerError):
        verify(sign(), to_jwk("RS256", make_key("RS256"), **member))


@pytest.mark.parametrize("token", [None, 3, "", ".", "a.b.c", "a.b.c.d.e", f"{encode([])}.{encode({})}.", "\u00e9.a.b"])
def test_something_other_than_a_token_is_refused(token):
    with pytest.raises(InvalidAnswerError):
        verify(token)
