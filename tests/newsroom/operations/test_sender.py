"""The records of the sender of our mail, which a real name server on this machine has."""

import dns.resolver
import pytest

from newsroom.operations.doctor import sender
from tests.dns_server import name_server

SPF = {"news.example": ["v=spf1 mx -all"]}
DKIM = {"2026._domainkey.news.example": ["v=DKIM1; p=MIIB"]}
DMARC = {"_dmarc.news.example": ["v=DMARC1; p=quarantine"]}


@pytest.fixture
def examine(monkeypatch):
    """Return a function that examines the sender with these TXT records, and returns the sentences."""

    def examine_with(texts, address="Newsroom <desk@news.example>"):
        with name_server(texts) as resolver:
            monkeypatch.setattr(dns.resolver, "default_resolver", resolver)
            return [each.sentence for each in sender.examine_sender(address)]

    return examine_with


def test_a_sender_with_all_records_is_in_order(examine):
    assert examine(SPF | DKIM | DMARC) == []


@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        (DKIM | DMARC, "news.example has no SPF record."),
        (SPF | DMARC, "news.example has no DKIM key."),
        (SPF | DKIM, "news.example has no DMARC record."),
        (SPF | DKIM | {"_dmarc.news.example": ["something else"]}, "news.example has no DMARC record."),
        (DKIM | DMARC | {"news.example": ["v=spf10"]}, "news.example has no SPF record."),
    ],
)
def test_each_record_that_is_missing_is_named(examine, texts, sentence):
    assert examine(texts) == [sentence]


def test_two_spf_records_are_as_good_as_none(examine):
    two = {"news.example": ["v=spf1 mx -all", "v=spf1 -all"]}
    assert examine(two | DKIM | DMARC) == ["news.example has 2 SPF records, so that none of them counts."]


def test_key_and_policy_of_a_parent_domain_count(examine):
    own = {"desk.news.example": ["v=spf1 mx -all"]}
    assert examine(own | DKIM | DMARC, "newsroom@desk.news.example") == []


def test_a_domain_that_does_not_exist_lacks_everything(examine):
    assert len(examine({"other.example": ["v=spf1 -all"]})) == 3


def test_a_name_server_that_does_not_answer_is_one_warning(monkeypatch):
    with name_server({}) as resolver:
        pass
    monkeypatch.setattr(dns.resolver, "default_resolver", resolver)
    monkeypatch.setattr(sender, "LIFETIME", 0.2)
    [diagnosis] = sender.examine_sender("desk@news.example")
    assert diagnosis.severity == "warning"
    assert diagnosis.sentence.startswith("SPF, DKIM and DMARC of news.example could not be read: ")


def test_an_address_of_this_machine_has_no_records(examine):
    assert examine({}, "newsroom@localhost") == []
