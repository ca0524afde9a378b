"""The sandbox beside Postfix's smtp-sink, which keeps nothing."""

import watch
from peers import SmtpSink
from postroom import Sandbox
from report import attempt, row, value_of
from servers import tool, users

KEPT, FRESH = 10000, 5000
RECIPIENTS = ",".join(users(20))


def rate(server, mode, mails):
    count, seconds = tool("smtp_load", server.at("smtp"), mode, 10, mails, 10240, "load@load.test", RECIPIENTS)[0]
    return int(count) / float(seconds)


def figures(kind):
    with kind() as server:
        values = {"sandbox-start": server.start_ms,
                  "sandbox-memory": watch.memory_octets(server.pids()) / (1 << 20)}
        values["sandbox-kept"] = attempt(rate, server, "smtp", KEPT)
        values["sandbox-fresh"] = attempt(rate, server, "fresh", FRESH)
        return values


def run():
    ours, sink = (attempt(figures, kind) for kind in (Sandbox, SmtpSink))
    for key in "sandbox-start", "sandbox-memory", "sandbox-kept", "sandbox-fresh":
        row(key, value_of(ours, key), {"smtp-sink": value_of(sink, key)})
