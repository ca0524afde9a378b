"""faults.py - peers and name servers that fail, and SIGKILL at any moment"""

import collections
import glob
import os
import random
import re
import signal
import threading
import time

import exchange
import network
import server
import servers
from network import JO, REFUSING, wait_in
from report import test
from scripted import CUT, Peer
from sites import JO_LOGIN, submit
from wire import Smtp

SINK = "127.0.0.24"  # of every name below faults.test that is not named in its zone
names = None         # nsd
one_at_a_time = threading.Lock()  # who troubles the DNS
sink = None


def arrives_at(peer, subject, copies=1, seconds=20):
    server.wait_until(lambda: peer.count(subject) >= copies, seconds, f"{subject!r}")
    time.sleep(0.2)
    assert peer.count(subject) == copies, f"{peer.count(subject)} copies of {subject!r}"


def wait_for_report(subject, status):
    """JO is told that it was not delivered."""
    def look():
        return any("multipart/report" in text and subject in text and status in text
                   for text in network.inbox(exchange.home))
    server.wait_until(look, 20, f"a report about {subject!r}")


@test
def temporary_refusals_at_each_step():
    for verb in "GREETING", "EHLO", "MAIL", "RCPT", "DATA", "DOT":
        peer = Peer("127.0.0.21", {verb: ["451 4.3.0 later"] * (2 if verb == "EHLO" else 1),
                                   "HELO": ["451 4.3.0 later"] if verb == "EHLO" else []})
        try:
            subject = f"later at {verb}"
            submit(exchange.home, "someone@later.faults.test", subject)
            # At the dot it was heard in full, and refused: the peer has not taken that one.
            arrives_at(peer, subject, 2 if verb == "DOT" else 1)
        finally:
            peer.close()


@test
def lasting_refusals_at_each_step():
    """Who turns everybody away would say the same next time (RFC 7504 3)."""
    scripts = [{verb: ["554 5.7.1 never"]} for verb in ("GREETING", "MAIL", "RCPT", "DATA", "DOT")]
    scripts += [{"GREETING": ["521 5.3.2 we take no mail"]}, {"EHLO": ["502 what?"], "HELO": ["550 5.7.1 not you"]}]
    peer = Peer("127.0.0.22")
    for number, script in enumerate(scripts):
        subject = f"never {number}"
        peer.script = script
        submit(exchange.home, "someone@never.faults.test", subject)
        wait_for_report(subject, "5.3.2" if "521" in str(script) else "5.7.1")


@test
def cut_at_each_step():
    """It is tried again; only after the final dot may there be two, and the log says so."""
    peer = Peer("127.0.0.23")
    for verb in "GREETING", "EHLO", "MAIL", "RCPT", "DATA":
        subject = f"cut at {verb}"
        peer.script = {verb: [CUT]}
        submit(exchange.home, "someone@cut.faults.test", subject)
        arrives_at(peer, subject)
    assert "queue.maybe-doubled" not in exchange.home.log
    peer.script = {"DOT": [CUT]}
    submit(exchange.home, "someone@cut.faults.test", "cut at the dot")
    arrives_at(peer, "cut at the dot", 2)
    assert "queue.maybe-doubled" in exchange.home.log, exchange.home.log[-2000:]


@test
def required_tls():
    """A server without it gets nothing, nor does one whose certificate has another name."""
    peer = Peer("127.0.0.29")
    try:
        for name in "must", "must-know":
            submit(exchange.home, f"someone@{name}.faults.test", f"TLS {name}")
            said = server.wait_until(lambda name=name: re.search(
                rf"unreachable destination={name}\.faults\.test .*status=(\S+)", exchange.home.log), 10, "a deferral")
            assert said[1].startswith("4.7."), said[0]
        assert not peer.messages and not network.find("postfix", "TLS must-know")
    finally:
        peer.close()


@test
def a_slow_peer_holds_up_nobody():
    slow = Peer("127.0.0.25", delay_s=3)
    for n in range(10):
        submit(exchange.home, f"someone{n}@slow.faults.test", "slow")
    began = time.monotonic()
    submit(exchange.home, "someone@quick.faults.test", "quick")
    arrives_at(sink, "quick", seconds=5)
    assert not slow.messages, f"{time.monotonic() - began:.1f} s: it was not slow enough"


@test
def endless_replies():
    """A reply that does not end, and one that is none: tried again, and the sender not told."""
    peer = Peer("127.0.0.26", {"EHLO": ["250-" + "x" * 100 + "\r\n250-y" * 100000, "no reply at all", "250 ok"]})
    submit(exchange.home, "someone@odd.faults.test", "odd")
    arrives_at(peer, "odd")


@test
def resolver_killed_again_and_again():
    killed, ended = [], threading.Event()

    def kill():
        while not ended.wait(1):
            if pid := resolver_of(exchange.home.pid):
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)
    with one_at_a_time:
        threading.Thread(target=kill).start()
        try:
            for n in range(20):
                submit(exchange.home, f"someone@n{n}.killed.faults.test", f"resolver {n}")
            for n in range(20):
                arrives_at_last(sink, f"resolver {n}")
        finally:
            ended.set()
    assert killed


def resolver_of(pid):
    for path in glob.glob(f"/proc/{pid}/task/*/children"):
        with open(path, encoding="ascii") as file:
            for child in file.read().split():
                return int(child)
    return None


def arrives_at_last(peer, subject):
    server.wait_until(lambda: peer.count(subject), 40, f"{subject!r}")
    assert peer.count(subject) == 1, f"{peer.count(subject)} copies of {subject!r}"


# ---- SIGKILL ----

ROUNDS = 25 if os.environ.get("TEST_ALL") else 6


def submit_many(running, taken, round_number):
    """Until the connection breaks; taken: the subjects that were answered by 250."""
    try:
        with Smtp(running.at("submission")) as smtp:
            smtp.done("STARTTLS")
            smtp.start_tls()
            smtp.done("EHLO client.test")
            smtp.done(JO_LOGIN)
            for n in range(1000):
                subject = f"kill {round_number}.{n}"
                wanted = "never" if n % 10 == 9 else f"k{n % 7}"
                text = f"From: <{JO}>\r\nSubject: {subject}\r\n\r\nhello\r\n".encode()
                if smtp.mail(JO, [f"someone@{wanted}.kill.test"], text)[0] == 250:
                    taken.append((subject, wanted))
    except (AssertionError, OSError):
        pass  # the kill


@test
def killed_again_and_again():
    """Submissions, attempts and bounces go on: nothing is lost, and doubled only where it says so."""
    seed = int(os.environ.get("SEED", random.randrange(1 << 32)))
    random.seed(seed)
    there, never, taken, logs = Peer("127.0.0.27"), Peer("127.0.0.28"), [], ""
    never.reply_to = lambda verb: "554 5.7.1 never" if verb == "RCPT" else Peer.reply_to(never, verb)
    site = network.make_site("127.0.0.3", {})
    for number in range(ROUNDS):
        running = site.serve()
        worker = threading.Thread(target=submit_many, args=(running, taken, number))
        worker.start()
        count = len(taken)
        server.wait_until(lambda count=count: len(taken) > count, 20, "the first message of a round")
        time.sleep(random.uniform(0.01, 0.7))
        running.kill()
        worker.join(30)
        logs += running.log
    with site.serve() as running:
        settle(running, there, taken, seed)
        logs += running.log
    check_doubles(there, taken, logs, seed)


def settle(running, there, taken, seed):
    """What was taken has arrived, or JO was told."""
    for subject, wanted in taken:
        if wanted != "never":
            server.wait_until(lambda subject=subject: there.count(subject), 30, f"SEED={seed}: {subject!r}")
    refused = [subject for subject, wanted in taken if wanted == "never"]

    def told():
        reports = [text for text in network.inbox(running) if "multipart/report" in text]
        counts = [sum(f"Subject: {subject}\n" in text for text in reports) for subject in refused]
        assert max(counts, default=0) < 2, f"SEED={seed}: a report is doubled"
        return all(counts)
    server.wait_until(told, 30, f"SEED={seed}: reports about all of {len(refused)}")


def id_of(text):
    """What our Received field calls it."""
    return re.search(r"\bid ([0-9a-f]{16})\b", text)[1]


def check_doubles(there, taken, logs, seed):
    """Each copy after the first was announced, by the id that stands in its Received field."""
    announced = collections.Counter(re.findall(r" queue\.maybe-doubled .*? id=(\w+)", logs))
    copies = collections.Counter(id_of(text) for text in there.messages)
    unknown = {one: count for one, count in copies.items() if count - 1 > announced[one]}
    assert not unknown, f"SEED={seed}: copies that nothing in the log explains: {unknown}"
    ids = {re.search(r"(?m)^Subject: (.*)$", text)[1]: id_of(text) for text in there.messages}
    assert len(ids) == len(copies), f"SEED={seed}: {len(copies)} ids of {len(ids)} messages"
    print(f"killed {ROUNDS} times: {len(taken)} messages, {sum(copies.values()) - len(copies)} doubled, "
          f"{sum(announced.values())} announced")


# ---- last, for it is in the way of others ----

@test
def dead_name_server():
    """Nothing is refused for good; mail goes once there are answers."""
    global names
    with one_at_a_time:
        names.close()
        try:
            submit(exchange.home, "someone@dead.faults.test", "no names")
            server.wait_until(lambda: "destination=dead.faults.test" in exchange.home.log, 20, "a deferral")
        finally:
            names = servers.Nsd(f"{network.FOLDER}/zones", network.ZONES, 53)
    arrives_at(sink, "no names", seconds=30)
    found = re.findall(r"destination=dead\.faults\.test .*?status=(\S+)", exchange.home.log)
    assert all(status.startswith("4.") for status in found), found


def start():
    global sink
    sink = Peer(SINK)
    Peer(REFUSING, {"GREETING": ["421 4.3.2 not now"] * 1000})
