"""SMTP out of the queue: mail that waits for a server which was not there, until that has it all."""

import dataclasses
import re
import subprocess
import time

import watch
from peers import CountingSink, DistantSink, PostfixDovecot
from postroom import CONFIG, PROGRAM, Postroom
from report import attempt, row
from servers import FORWARDED, tool

RETRY = {Postroom: [PROGRAM, "queue", "retry", "--all", "--config", CONFIG],
         PostfixDovecot: ["/usr/sbin/postqueue", "-f"]}
SINK_LOG = f"/var/log/{CountingSink.name}.log"
TIMEOUT = 120


@dataclasses.dataclass
class Sample:
    mails: int
    seconds: float
    cpu: float


def figures(kind, mails, sink):
    with kind() as server:
        return empty(kind, server, mails, sink)


def command(words):
    done = subprocess.run(words, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        raise RuntimeError(f"{' '.join(words[:3])}: {done.stdout.strip()}")


def taken_by_sink():
    """The last of its counters."""
    with open(SINK_LOG, encoding="ascii", errors="replace") as file:
        found = re.findall(r"mesg=(\d+)", file.read())
    return int(found[-1]) if found else 0


def empty(kind, server, mails, sink):
    """Fills the queue while the sink is away, then measures until the sink has everything."""
    tool("smtp_load", server.at("smtp"), "smtp", 10, mails, 10240, "load@load.test", FORWARDED)
    time.sleep(2)  # until each has been tried
    open(SINK_LOG, "w", encoding="ascii").close()  # its counters begin anew
    with sink():
        cpu, begin = watch.cpu_seconds(server.pids()), time.monotonic()
        command(RETRY[kind])
        while (count := taken_by_sink()) < mails:
            if time.monotonic() - begin > TIMEOUT:
                raise RuntimeError(f"{mails - count} of {mails} did not arrive")
            time.sleep(0.02)
        return Sample(mails, time.monotonic() - begin, watch.cpu_seconds(server.pids()) - cpu)


def run():
    kinds = {Postroom: 2000, PostfixDovecot: 1000}
    plain = {kind: attempt(figures, kind, mails, CountingSink) for kind, mails in kinds.items()}
    slow = {kind: attempt(figures, kind, mails, DistantSink) for kind, mails in kinds.items()}
    for key, measured, value in (("relay-cpu", plain, cpu_ms), ("relay-rate", plain, rate), ("relay-slow", slow, rate)):
        values = {kind: value(one) if isinstance(one, Sample) else one for kind, one in measured.items()}
        row(key, values[Postroom], {"Postfix": values[PostfixDovecot]})


def cpu_ms(sample):
    return 1000 * sample.cpu / sample.mails


def rate(sample):
    return sample.mails / sample.seconds
