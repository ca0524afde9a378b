"""alternatives.py - a domain with two servers, of which the better one puts mail off (RFC 5321 5.1)

Both are scripted; the other one takes what the first does not take now, at once.
"""

import contextlib
import re

import server
from report import test
from scripted import CUT, Peer
from sites import Net, submit

BETTER, OTHER, NOBODY = "127.0.0.61", "127.0.0.62", "127.0.0.63"


@contextlib.contextmanager
def two_servers(better, other=None, other_at=OTHER, first_retry="1h", delay_s=0.0):
    """(here, better, other); the scripts answer as often as they are asked, but a list only once."""
    net = Net({"two.test": {"MX": [(10, "better.two.test"), (20, "other.two.test")]},
               "better.two.test": {"A": BETTER}, "other.two.test": {"A": other_at}})
    net.sender.config["queue"]["first-retry"] = first_retry
    peers = [Peer(at, {verb: reply if isinstance(reply, list) else [reply] * 9
                       for verb, reply in (script or {}).items()}, delay_s, net.port)
             for at, script in ((BETTER, better), (OTHER, other))]
    try:
        with net.sender.serve() as here:
            yield here, *peers
    finally:
        for peer in peers:
            peer.close()


def passes_on(script):
    with two_servers(script) as (here, better, other):
        submit(here, "a@two.test", "plan B")
        server.wait_until(lambda: other.count("plan B"), 10, f"the message at the other server ({script})")
        assert not better.count("plan B")


@test
def greeted_with_421():
    passes_on({"GREETING": "421 4.3.2 not now"})


@test
def put_off_at_mail():
    passes_on({"MAIL": "452 4.3.1 no space"})


@test
def put_off_at_rcpt():
    passes_on({"RCPT": "451 4.7.1 come again"})


@test
def cut_at_mail():
    passes_on({"MAIL": CUT})


@test
def put_off_by_both():
    """Each is asked once, then it waits for the schedule."""
    with two_servers({"RCPT": "451 4.7.1 come again"}, {"RCPT": "451 4.3.0 nor here"}) as (here, better, other):
        submit(here, "a@two.test", "both")
        server.wait_until(lambda: "outcome=deferred host=other.two.test" in here.log, 10, "a deferral")
        assert re.findall(r"outcome=(\S+) host=(\S+)", here.log) == [("untried", "better.two.test"),
                                                                     ("deferred", "other.two.test")], here.log
        assert [len(peer.script["RCPT"]) for peer in (better, other)] == [8, 8]


@test
def a_full_mailbox_is_full_elsewhere_too():
    with two_servers({"RCPT": "452 4.2.2 full"}) as (here, _better, other):
        submit(here, "a@two.test", "full")
        server.wait_until(lambda: "outcome=deferred host=better.two.test" in here.log, 10, "a deferral")
        assert not other.count("full")


@test
def the_other_one_is_away():
    """Then the first is asked again, and has the last word: its server is there."""
    with two_servers({"RCPT": "451 4.7.1 come again"}, other_at=NOBODY) as (here, better, _other):
        submit(here, "a@two.test", "away")
        server.wait_until(lambda: "outcome=deferred host=better.two.test" in here.log, 10, "a deferral")
        assert len(better.script["RCPT"]) == 7 and "delivery.unreachable" not in here.log, here.log


@test
def put_off_by_both_and_slowly():
    """Each needs longer until it hears of a message than the message has until it is due again."""
    with two_servers({"RCPT": "451 4.7.1 come again"}, {"RCPT": "451 4.3.0 nor here"},
                     first_retry="1s", delay_s=0.8) as (here, *_):
        submit(here, "a@two.test", "slow")
        server.wait_until(lambda: "outcome=deferred host=other.two.test" in here.log, 15, "a deferral")
        assert re.findall(r"outcome=(\S+) host=(\S+)", here.log)[:2] == [("untried", "better.two.test"),
                                                                         ("deferred", "other.two.test")], here.log


@test
def utf8_that_nothing_needs():
    """Many say SMTPUTF8 of all that they send; a server without it takes what is ASCII (RFC 6531 3.2)."""
    with two_servers(None) as (here, better, _other):
        submit(here, "a@two.test", "plain", " SMTPUTF8")
        server.wait_until(lambda: better.count("plain"), 10, "the message at a server without SMTPUTF8")


def for_many(replies):
    """A server that takes two recipients at once: the last of five need not wait for the schedule."""
    with two_servers(replies) as (here, better, _other):
        submit(here, [f"a{number}@two.test" for number in range(5)], "many")
        server.wait_until(lambda: better.count("many") == 3, 10, f"three transactions ({replies})")
        assert here.log.count("outcome=delivered") == 5 and "outcome=deferred" not in here.log, here.log


@test
def limits_are_kept_at_once():
    for_many({"EHLO": "250-better.two.test\r\n250 LIMITS RCPTMAX=2"})


@test
def too_many_at_once():
    """RFC 5321 4.5.3.1.10: each round disposes of those that were taken."""
    full = ["452 too many recipients"]
    for_many({"RCPT": ["250 ok"] * 2 + full * 3 + ["250 ok"] * 2 + full})
