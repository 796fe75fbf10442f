"""An HTTP server that stands in for an edge cache in tests.

It caches nothing and records the purges that it receives.
"""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


class Edge(ThreadingHTTPServer):
    """A server that records path, headers and body in ``requests``, and answers with ``status`` and ``location``."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _RequestHandler)
        self.requests, self.status, self.location = [], 200, ""
        Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_port}/purge"

    @property
    def purged_keys(self):
        """The keys of all purges, in order."""
        return [key for _, headers, _ in self.requests for key in headers["Surrogate-Key"].split(" ")]


class _RequestHandler(BaseHTTPRequestHandler):
    server: Edge

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append((self.path, dict(self.headers.items()), body))
        self.send_response(self.server.status)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.end_headers()

    def do_GET(self):
        self.server.requests.append((self.path, dict(self.headers.items()), None))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        """Suppress the request log."""
