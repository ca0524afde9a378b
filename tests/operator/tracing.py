"""tracing.py - postroom why: one story per message, from its coming to its end"""

import json

import server
import site_net as net
from report import test
from wire import Smtp


def why(site, *words):
    return json.loads(site.run_well("why", "--json", *words))


def events(site, name, kind=None):
    return [one for one in why(site, name)["events"] if kind in (None, one["event"])]


def wait_for_event(site, name, kind, count=1):
    def look():
        done = site.run("why", "--json", name)
        found = [one for one in json.loads(done.stdout or '{"events": []}')["events"] if one["event"] == kind]
        return len(found) >= count and found
    return server.wait_until(look, 20, f"{count} events {kind} of {name}")


class Two:
    """A server that sends and one that takes, on one port of two addresses."""

    def __enter__(self):
        port = net.free_port()
        zone = {"recipient.test": {"MX": (10, "mx.recipient.test"), "TXT": "v=spf1 -all"},
                "mx.recipient.test": {"A": "127.0.0.3"}, "away.test": {"A": "127.0.0.9"},
                "example.test": {"TXT": "v=spf1 ip4:127.0.0.1 -all"},
                "forged.test": {"TXT": "v=spf1 -all"}, "_dmarc.forged.test": {"TXT": "v=DMARC1; p=reject"}}
        self.here, self.names = net.sending_site(zone, port)
        self.names.__enter__()
        self.there = server.Site()
        self.there.config[""]["hostname"] = "mx.recipient.test"
        self.there.config["dns"] = dict(self.here.config["dns"])
        self.there.config["listen"]["smtp"] = f"127.0.0.3:{port}"
        self.there.config["domain recipient.test"] = {}
        self.there.config["submission"] = {"sender": "any"}  # as a smarthost it takes what others' users send
        self.there.run_well("user", "add", "mary@recipient.test", "--password-stdin", stdin="secret3\n")
        self.sender, self.taker = self.here.serve(), self.there.serve()
        return self

    def __exit__(self, kind, value, trace):
        try:
            self.sender.__exit__(kind, value, trace)
        finally:
            self.taker.__exit__(kind, value, trace)
            self.names.__exit__(kind, value, trace)


@test
def tells_the_whole_way():
    """by Message-ID, on both servers: connection, login, checks, mailbox, dialogue, reply"""
    with Two() as two:
        net.submit(two.sender, ["mary@recipient.test"], message_id="Way-1@example.test")
        attempt = wait_for_event(two.here, "<way-1@EXAMPLE.test>", "attempt")[0]
        first = events(two.here, "Way-1@example.test")[0]
        assert first["event"] == "received" and first["login"] == net.JO and first["tls"].startswith("TLSv1")
        assert first["recipients"] == [{"to": "mary@recipient.test", "into": "queue", "outcome": "stored"}], first
        assert first["peer"] == "127.0.0.1" and first["code"] == 250, first
        assert attempt["recipients"][0]["outcome"] == "delivered" and attempt["recipients"][0]["code"] == 250
        for words in ["S: 220 mx.recipient.test", "C: STARTTLS", "-- TLSv1.3", "C: MAIL FROM:<jo@example.test>",
                      "C: RCPT TO:<mary@recipient.test>", "S: 250 2.0.0 Safe as"]:
            assert words in attempt["dialogue"], f"{words}: {attempt['dialogue']}"
        taken = wait_for_event(two.there, "way-1@example.test", "received")[0]
        assert taken["checks"]["spf"] == "pass" and taken["checks"]["policy"] == "accept", taken
        assert taken["recipients"][0]["into"] == "INBOX" and "login" not in taken
        assert events(two.there, taken["id"]) == events(two.there, "way-1@example.test")
        text = two.here.run_well("why", first["id"])
        for words in ["received\n", "    login           jo@example.test", "attempt\n", "        C: STARTTLS"]:
            assert words in text, f"{words}: {text}"


@test
def tells_of_a_dead_server():
    """what happened to the destination, what an operator did, and that it still waits"""
    with Two() as two:
        name = net.submit(two.sender, ["ann@away.test"])
        failed = wait_for_event(two.here, name, "unreachable")[0]
        assert failed["address"] == "127.0.0.9" and failed["status"] == "4.4.1", failed
        number = events(two.here, name)[0]["message"]
        two.here.run_well("queue", "hold", str(number))
        assert wait_for_event(two.here, name, "operator")[0]["did"] == "held"
        assert why(two.here, str(number))["waiting"] == [number]
        assert f"postroom queue show {number}" in two.here.run_well("why", name)


@test
def tells_of_a_bounce():
    """refused there, told here"""
    with Two() as two:
        name = net.submit(two.sender, ["nobody@recipient.test"])
        report = wait_for_event(two.here, name, "reported")[0]
        attempt = events(two.here, name, "attempt")[0]["recipients"][0]
        assert attempt["outcome"] == "refused" and attempt["status"] == "5.1.1", attempt
        assert wait_for_event(two.here, str(report["report"]), "attempt")[0]["recipients"][0]["to"] == net.JO


@test
def tells_why_it_was_refused():
    """forged mail: the checks, the policy and the reply"""
    with Two() as two:
        with Smtp(two.taker.at("smtp")) as smtp:
            text = b"From: <a@forged.test>\r\nMessage-ID: <bad-1@forged.test>\r\n\r\nx\r\n"
            assert smtp.mail("a@forged.test", ["mary@recipient.test"], text)[0] == 550
        told = wait_for_event(two.there, "bad-1@forged.test", "received")[0]
        assert told["checks"]["dmarc"] == "fail" and told["checks"]["policy"] == "reject", told
        assert told["code"] == 550 and told["recipients"][0]["outcome"] == "refused", told


@test
def outlives_a_restart():
    """and answers without a server; what is unknown is a fault with its mend"""
    with Two() as two:
        net.submit(two.sender, ["jo@example.test"], message_id="kept@example.test")
        two.sender.stop()
        assert events(two.here, "kept@example.test")[0]["recipients"][0]["into"] == "INBOX"
        done = two.here.run("why", "other@example.test")
        assert done.returncode == 1 and "keep-days" in done.stderr, done.stderr


@test
def keeps_nothing_when_told_so():
    """[trace] keep-days = 0"""
    site = server.Site()
    site.config["trace"] = {"keep-days": "0"}
    with site.serve() as running:
        name = net.submit(running, ["jo@example.test"])
        done = site.run("why", name)
        assert done.returncode == 1 and "keep-days is 0" in done.stderr, done.stderr


@test
def logs_in_at_a_smarthost():
    """by SCRAM; the dialogue tells so, and no secret"""
    with Two() as two:
        two.sender.stop()
        host, port = two.taker.at("submission")
        two.here.config["route recipient.test"] = {"host": f"{host}:{port}", "auth": "mary@recipient.test:secret3"}
        two.sender = two.here.serve()
        name = net.submit(two.sender, ["mary@recipient.test"], message_id="smart@example.test")
        attempt = wait_for_event(two.here, name, "attempt")[0]
        assert attempt["recipients"][0]["outcome"] == "delivered", attempt
        said = attempt["dialogue"]
        assert "C: AUTH SCRAM-SHA-256-PLUS\nC: (a secret)\nS: 334 (a challenge)\n" in said, said
        assert wait_for_event(two.there, "smart@example.test", "received")[0]["login"] == "mary@recipient.test"


@test
def tells_what_was_refused_before_its_content():
    """by the address of either side, or with the message for which others were taken; not without end"""
    site = server.Site()
    with site.serve() as running, Smtp(running.at("smtp")) as smtp:
        smtp.done("MAIL FROM:<eve@writer.test>")
        smtp.refused("RCPT TO:<nobody@example.test>", "550 5.1.1")
        smtp.refused("RCPT TO:<far@away.test>", "550 5.7.1")
        smtp.done(f"RCPT TO:<{net.JO}>")
        code, _ = smtp.data(b"Message-ID: <half@writer.test>\r\n\r\nhello\r\n")
        assert code == 250
        refused = wait_for_event(site, "Eve@writer.test", "refused", 2)
        assert [(one["to"], one["code"], one["status"]) for one in refused] == [
            ("nobody@example.test", 550, "5.1.1"), ("far@away.test", 550, "5.7.1")], refused
        assert refused[0]["command"] == "RCPT" and refused[0]["peer"] == "127.0.0.1", refused
        assert events(site, "<far@away.test>") == refused[1:]
        story = wait_for_event(site, "half@writer.test", "received")[0]
        assert [one["event"] for one in events(site, story["id"])] == ["refused", "refused", "received"]
        with Smtp(running.at("smtp")) as other:  # what a peer writes does not steer the reader's terminal
            other.done("MAIL FROM:<a\u009b2J@writer.test> SMTPUTF8")
            other.refused("RCPT TO:<nobody@example.test>", "550 5.1.1")
        wait_for_event(site, "a\u009b2J@writer.test", "refused")
        told = site.run_well("why", "a\u009b2J@writer.test")
        assert "a?2J@writer.test" in told, told
        assert "\u009b" not in told, ascii(told)
        for _ in range(8):
            with Smtp(running.at("smtp")) as other:
                other.done("MAIL FROM:<many@writer.test>")
                for n in range(5):
                    other.refused(f"RCPT TO:<other{n}@example.test>", "550 5.1.1")
        assert 20 <= len(wait_for_event(site, "many@writer.test", "refused", 20)) <= 31
        done = site.run("why", "unheard@writer.test")
        assert done.returncode == 1 and "nothing is known" in done.stderr, done


@test
def tells_of_a_sender_that_was_refused():
    site = server.Site()
    with site.serve() as running, Smtp(running.at("submissions"), tls=True) as smtp:
        smtp.done("EHLO client.test")
        smtp.done("AUTH PLAIN AGpvQGV4YW1wbGUudGVzdABzZWNyZXQ=")
        smtp.refused("MAIL FROM:<somebody@else.test>", "550 5.7.1")
        refused = wait_for_event(site, "somebody@else.test", "refused")[0]
        assert refused["command"] == "MAIL" and refused["login"] == net.JO and "to" not in refused, refused
