"""queueing.py - postroom queue list|show|retry|hold|release|delete"""

import json

import server
import site_net as net
from report import test

ZONE = {"away.test": {"A": "127.0.0.9"}, "gone.test": {"A": "127.0.0.9"}}


class Waiting:
    """A server with mail that cannot leave: of message 1 for two domains, of message 2 for one."""

    def __enter__(self):
        self.site, self.names = net.sending_site(ZONE, net.free_port())
        self.names.__enter__()
        self.running = self.site.serve()
        self.ids = [net.submit(self.running, ["ann@away.test", "bob@gone.test"]),
                    net.submit(self.running, ["cid@gone.test"])]
        server.wait_until(lambda: all(one["attempts"] for one in self.recipients().values()), 20, "first attempts")
        return self

    def __exit__(self, kind, value, trace):
        self.running.__exit__(kind, value, trace)
        self.names.__exit__(kind, value, trace)

    def queue(self, *words):
        return self.site.run_well("queue", *words)

    def listed(self, *words):
        return json.loads(self.queue("list", "--json", *words))["messages"]

    def recipients(self):
        return {one["to"]: one for message in self.listed() for one in message["recipients"]}

    def states(self):
        return {to: one["state"] for to, one in self.recipients().items()}


def fails(site, status, *words):
    """What it says on standard error."""
    done = site.run(*words)
    assert done.returncode == status, f"{words}: status {done.returncode}: {done.stderr}"
    return done.stderr


@test
def lists():
    """the queue as a table and as JSON, by every kind of selection"""
    with Waiting() as w:
        table = w.queue("list")
        assert "SENDER -> RECIPIENT" in table.splitlines()[0], table
        for words in ["jo@example.test -> ann@away.test", " -> bob@gone.test", "queued", "4.4.1"]:
            assert words in table, f"{words}: {table}"
        first, second = w.listed()
        assert (first["message"], second["message"]) == (1, 2) and first["from"] == net.JO
        assert [one["to"] for one in first["recipients"]] == ["ann@away.test", "bob@gone.test"]
        for words, want in [(["1"], [1]), (["1", "2"], [1, 2]), ([w.ids[1]], [2]), (["--domain", "Gone.test"], [1, 2]),
                            (["--domain", "away.test"], [1]), (["--recipient", "cid@gone.test"], [2]),
                            (["--recipient=@away.test"], [1]), (["--sender", "@example.test"], [1, 2]),
                            (["--sender", "<>"], []), (["2", "--domain", "away.test"], [])]:
            got = [one["message"] for one in w.listed(*words)]
            assert got == want, f"{words}: {got}"
        assert len(w.listed("--domain", "away.test")[0]["recipients"]) == 1


@test
def shows():
    """all that is known of one message"""
    with Waiting() as w:
        text = w.queue("show", w.ids[0])
        for words in ["message     1\n", f"id          {w.ids[0]}", "login       jo@example.test", "ann@away.test",
                      "bob@gone.test", "next try", "reply"]:
            assert words in text, f"{words}: {text}"
        assert "cid" not in text
        assert "no such message: 99" in fails(w.site, 1, "queue", "show", "99")
        assert "--domain" in fails(w.site, 2, "queue", "show")


@test
def holds_and_releases():
    """only the recipients that are meant; a held one is tried when it is released"""
    with Waiting() as w:
        assert "2 recipients of 2 messages held" in w.queue("hold", "--domain", "gone.test")
        assert w.states() == {"ann@away.test": "queued", "bob@gone.test": "held", "cid@gone.test": "held"}
        again = json.loads(w.queue("hold", "--json", "--all"))
        assert again == {"messages": 2, "recipients": 3, "changed": 1}, again
        assert "left alone" in w.queue("retry", "1")
        assert "1 recipient of 1 message released" in w.queue("release", "2")
        server.wait_until(lambda: w.recipients()["cid@gone.test"]["attempts"] >= 2, 10, "its attempt")
        assert w.states()["bob@gone.test"] == "held"


@test
def retries():
    """at once, though the destination was to be let alone"""
    with Waiting() as w:
        w.queue("retry", "--recipient", "ann@away.test")
        server.wait_until(lambda: w.recipients()["ann@away.test"]["attempts"] >= 2, 10, "its attempt")


@test
def deletes():
    """one recipient, then everything; ids that are not there are a fault"""
    with Waiting() as w:
        w.queue("delete", "--recipient", "bob@gone.test")
        assert set(w.states()) == {"ann@away.test", "cid@gone.test"}
        assert "3" in fails(w.site, 1, "queue", "delete", "3")
        assert "nothing in the queue fits" in fails(w.site, 1, "queue", "delete", "--domain", "other.test")
        assert "say which" in fails(w.site, 2, "queue", "delete")
        w.queue("delete", "--all")
        assert w.listed() == [] and "nothing waits" in w.queue("list")


@test
def works_without_a_server():
    """the same commands when none is running"""
    with Waiting() as w:
        w.running.stop()
        w.queue("hold", "1")
        assert w.states() == {"ann@away.test": "held", "bob@gone.test": "held", "cid@gone.test": "queued"}
        w.queue("delete", "2")
        assert set(w.states()) == {"ann@away.test", "bob@gone.test"}


@test
def many_pages():
    """more messages than a page of the queue holds"""
    site, names = net.sending_site(ZONE, net.free_port())
    with names, site.serve() as running:
        with net.submission(running) as smtp:
            for number in range(450):
                code, said = smtp.mail(net.JO, [f"u{number}@away.test"], b"Subject: x\r\n\r\nx\r\n")
                assert code == 250, said
        done = json.loads(site.run_well("queue", "hold", "--all", "--json"))
        assert done["messages"] == 450, done
        listed = json.loads(site.run_well("queue", "list", "--json"))
        assert len(listed["messages"]) == 450 and not listed["more"]
