"""What stands in the place of an edge in tests: it keeps nothing, and writes down what it is told to forget."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


class Edge(ThreadingHTTPServer):
    """Writes down each purge: its path, its headers and its body; answers with ``status`` and ``location``."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Answering)
        self.asked, self.status, self.location = [], 200, ""
        Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_port}/purge"

    @property
    def forgotten(self):
        """The keys of all purges, in their order."""
        return [key for _, headers, _ in self.asked for key in headers["Surrogate-Key"].split(" ")]


class _Answering(BaseHTTPRequestHandler):
    server: Edge

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, dict(self.headers.items()), body))
        self.send_response(self.server.status)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.end_headers()

    def do_GET(self):
        self.server.asked.append((self.path, dict(self.headers.items()), None))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        """Say nothing on the terminal."""
