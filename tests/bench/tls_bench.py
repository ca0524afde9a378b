"""TLS connections that begin and end: what a handshake costs the server beside the library's own."""

import watch
from postroom import FOLDER, Postroom
from report import attempt, row, value_of
from servers import HOST, Server, tool

CONNECTIONS = 3000
LINE = "hello"


class Library(Server):
    """OpenSSL's test server with our certificate: the handshake, and hardly anything beside it."""

    name = "openssl"
    ports = {"imaps": 20994}
    first_service = "imaps"

    def commands(self):
        return [["openssl", "s_server", "-accept", f"{HOST}:{self.ports['imaps']}", "-rev", "-quiet",
                 "-cert", f"{FOLDER}/tls/certificate.pem", "-key", f"{FOLDER}/tls/key.pem"]]

    def wait_for_banner(self):
        """It has none: a line must be said first."""
        for _ in range(50):
            if isinstance(attempt(tool, "tls_load", self.at("imaps"), "full", 1, LINE), list):
                return
        raise RuntimeError("openssl s_server does not start: see build/bench/var/log/openssl.log")


def cost(server, mode, *line):
    """CPU ms of the server for each"""
    cpu = watch.cpu_seconds(server.pids())
    tool("tls_load", server.at("imaps"), mode, CONNECTIONS, *line)
    return 1000 * (watch.cpu_seconds(server.pids()) - cpu) / CONNECTIONS


def figures(kind, *line):
    with kind() as server:
        return {f"tls-{mode}": attempt(cost, server, mode, *line) for mode in ("full", "resumed")}


def run():
    ours, theirs = attempt(figures, Postroom), attempt(figures, Library, LINE)
    for key in "tls-full", "tls-resumed":
        row(key, value_of(ours, key), {"OpenSSL": value_of(theirs, key)})
