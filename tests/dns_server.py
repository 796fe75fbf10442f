"""A name server on a port of this machine, which answers for the names of a test."""

import socketserver
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Thread

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset

type Texts = Mapping[str, Sequence[str]]


class _Server(socketserver.ThreadingUDPServer):
    daemon_threads = True

    def __init__(self, texts: Texts) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.texts = texts


class _Handler(socketserver.BaseRequestHandler):
    server: _Server

    def handle(self) -> None:
        """Answer a question for TXT records. A name above one of the names exists, too, but without records."""
        data, connection = self.request
        query = dns.message.from_wire(data)
        name = query.question[0].name.to_text(omit_final_dot=True)
        response = dns.message.make_response(query)
        response.flags |= dns.flags.AA
        texts = self.server.texts
        if not any(each == name or each.endswith(f".{name}") for each in texts):
            response.set_rcode(dns.rcode.NXDOMAIN)
        elif found := texts.get(name):
            records = [f'"{text}"' for text in found]
            response.answer.append(dns.rrset.from_text_list(query.question[0].name, 60, "IN", "TXT", records))
        connection.sendto(response.to_wire(), self.client_address)


@contextmanager
def name_server(texts: Texts) -> Iterator[dns.resolver.Resolver]:
    """Answer with these TXT records, keyed by name, during the block. Yield a resolver that asks this server."""
    with _Server(texts) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], server.server_address[1]
        try:
            yield resolver
        finally:
            server.shutdown()
            thread.join()
