"""forwarding.py - aliases that lead to other servers: SRS, lists, ARC, loops, no backscatter"""

import base64
import re
import socket
import subprocess
import threading

import nameserver
import server
from report import skip, test
from wire import Imap, Smtp

JO, ANN = "jo@example.test", "ann@example.test"
FRIEND = "friend@outside.test"
TEXT = b"From: Eve <eve@writer.test>\r\nTo: x@example.test\r\nSubject: forwarded\r\nDate: Mon, 5 Jan 2026 10:00:00 +0000\r\n" \
       b"Message-ID: <1@writer.test>\r\n\r\nhello\r\n"
STRANGER = "127.0.0.2"


class Taker(threading.Thread):
    """The server of outside.test and writer.test: takes all mail, or refuses all but reports."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.socket = socket.create_server(("127.0.0.4", port))
        self.refuses, self.transactions = False, []
        self.start()

    def run(self):
        while True:
            peer = self.socket.accept()[0]
            threading.Thread(target=self.serve, args=(peer,), daemon=True).start()

    def serve(self, peer):
        sender, recipients = None, []
        with peer, peer.makefile("rb") as lines:
            peer.sendall(b"220 outside.test\r\n")
            while line := lines.readline().decode():
                verb, reply = line[:4].upper(), "250 ok"
                if verb == "MAIL":
                    sender, recipients = re.search("<(.*?)>", line)[1], []
                elif verb == "RCPT":
                    recipients += re.findall("<(.*?)>", line)
                    reply = "550 5.1.1 nobody" if self.refuses and sender else reply
                elif verb == "DATA":
                    peer.sendall(b"354 go\r\n")
                    text = b"".join(iter(lines.readline, b".\r\n")).decode()
                    self.transactions.append((sender, sorted(recipients), text))
                peer.sendall(reply.encode() + b"\r\n")
                if verb == "QUIT":
                    return

    def wait(self, count=1):
        server.wait_until(lambda: len(self.transactions) >= count, 15, f"{count} messages; {self.transactions}")
        return self.transactions


class Net:
    """example.test with aliases, and the rest of the world on 127.0.0.4."""

    def __init__(self, **records):
        with socket.socket() as one:
            one.bind(("127.0.0.4", 0))
            port = one.getsockname()[1]
        self.outside = Taker(port)
        self.names = nameserver.NameServer({
            "outside.test": {"A": "127.0.0.4"},
            "writer.test": {"A": "127.0.0.4", "TXT": f"v=spf1 ip4:{STRANGER} -all"}, **records})
        self.site = server.Site()
        self.site.config["dns"] = {"server": self.names.at, "mode": "forward"}
        self.site.config["delivery"] = {"port": str(port)}
        self.site.config["queue"] = {"first-retry": "1s"}

    def alias(self, name, *targets):
        self.site.run_well("alias", "add", name, *targets)


def bring(running, recipients, sender="eve@writer.test", text=TEXT, source=STRANGER):
    with Smtp(running.at("smtp"), source=source) as smtp:
        return smtp.mail(sender, recipients, text)


def inbox(running, user=JO, password="secret"):
    with Imap(running.at("imap"), user, password) as imap:
        imap.done("EXAMINE INBOX")
        return [one for one in imap.done("UID FETCH 1:* BODY.PEEK[]") if " FETCH " in one]


@test
def an_alias_leads_elsewhere():
    """SPF passes at the next server, and a report finds its way back to the sender"""
    net = Net()
    net.alias("fwd@example.test", FRIEND)
    assert FRIEND in net.site.run_well("alias", "list")
    with net.site.serve() as running:
        assert bring(running, ["fwd@example.test"])[0] == 250
        sender, recipients, text = net.outside.wait()[0]
        assert recipients == [FRIEND]
        assert re.fullmatch(r"SRS0=\w{6}=\w\w=writer\.test=eve@example\.test", sender), sender
        assert text.startswith("Delivered-To: fwd@example.test\r\n") and text.endswith("\r\n" + TEXT.decode()), text
        assert "Return-Path" not in text and "Received: from" in text
        with Smtp(running.at("smtp"), source=STRANGER) as smtp:
            smtp.done("MAIL FROM:<>")
            smtp.done(f"RCPT TO:<{sender}>")
            smtp.refused(f"RCPT TO:<{sender.replace('eve', 'eva')}>", r"550 5\.1\.1 ")
            assert smtp.data(b"Subject: report\r\n\r\nlost\r\n")[0] == 250
            smtp.done("MAIL FROM:<spammer@writer.test>")
            smtp.refused(f"RCPT TO:<{sender}>", r"550 5\.7\.1 ")
        back = net.outside.wait(2)[1]
        assert back[:2] == ("", ["eve@writer.test"]), back


@test
def a_refused_forward_is_reported_to_the_sender():
    net = Net()
    net.alias("fwd@example.test", FRIEND)
    net.outside.refuses = True
    with net.site.serve() as running:
        assert bring(running, ["fwd@example.test"])[0] == 250
        sender, recipients, text = net.outside.wait()[0]
        assert (sender, recipients) == ("", ["eve@writer.test"]), (sender, recipients)
        assert "multipart/report" in text and "Status: 5.1.1" in text, text


@test
def a_forged_sender_gets_no_report():
    """SPF says that it was another: no backscatter"""
    net = Net()
    net.alias("fwd@example.test", FRIEND)
    net.outside.refuses = True
    with net.site.serve() as running:
        assert bring(running, ["fwd@example.test"], source="127.0.0.9")[0] == 250
        server.wait_until(lambda: "outcome=refused" in running.log, 10, "the refusal")
        net.outside.refuses = False
        assert bring(running, ["fwd@example.test"])[0] == 250
        assert [one[1] for one in net.outside.wait()] == [[FRIEND]]


@test
def a_chain_of_forwarders():
    net = Net()
    net.alias("fwd@example.test", FRIEND)
    first = "SRS0=AbCd=EF=far.test=joe"
    with net.site.serve() as running:
        assert bring(running, ["fwd@example.test"], f"{first}@writer.test")[0] == 250
        sender = net.outside.wait()[0][0]
        assert re.fullmatch(r"SRS1=\w{6}=writer\.test==AbCd=EF=far\.test=joe@example\.test", sender), sender
        assert bring(running, [sender], "")[0] == 250
        assert net.outside.wait(2)[1][1] == [f"{first}@writer.test"]
        long = "x" * 60 + "@" + "long." * 12 + "writer.test"
        assert bring(running, ["fwd@example.test"], long)[0] == 250
        sender = net.outside.wait(3)[2][0]
        assert len(sender.partition("@")[0]) > 128
        assert bring(running, [sender], "")[0] == 250


@test
def everybody_once():
    """local and outside members, nested aliases, the same person by several ways"""
    net = Net()
    net.alias("inner@example.test", FRIEND, "other@outside.test", JO)
    net.alias("team@example.test", JO, ANN, FRIEND, "inner@example.test")
    with net.site.serve() as running:
        assert bring(running, ["team@example.test", JO, "inner@example.test", "jo+x@example.test"])[0] == 250
        sender, recipients, _ = net.outside.wait()[0]
        assert recipients == [FRIEND, "other@outside.test"] and sender.startswith("SRS0="), (sender, recipients)
        assert len(inbox(running)) == len(inbox(running, ANN, "secret2")) == 1
        assert len(net.outside.transactions) == 1


@test
def a_list_has_an_owner():
    """who gets the reports, in place of whoever wrote to the list (RFC 5321 3.9.2)"""
    net = Net()
    net.alias("team@example.test", ANN, FRIEND)
    net.alias("owner-team@example.test", JO)
    net.outside.refuses = True
    with net.site.serve() as running:
        assert bring(running, ["team@example.test"])[0] == 250
        server.wait_until(lambda: inbox(running), 15, "the report to the owner")
        assert "multipart/report" in inbox(running)[0]
        net.outside.refuses = False
        assert bring(running, ["team+x@example.test"])[0] == 250
        assert net.outside.wait()[0][0] == "owner-team@example.test"
        assert bring(running, ["team@example.test"], "")[0] == 250
        assert net.outside.wait(2)[1][0] == ""


@test
def a_member_writes_to_a_list():
    """its own sender stays, the message is signed, and mail for elsewhere goes as it is"""
    net = Net()
    net.alias("team@example.test", FRIEND)
    net.site.config["domain example.test"] = {"dkim-selector": "postroom-rsa"}
    text = TEXT.replace(b"Eve <eve@writer.test>", JO.encode())
    with net.site.serve() as running, Smtp(running.at("submissions"), tls=True) as smtp:
        smtp.done("AUTH PLAIN AGpvQGV4YW1wbGUudGVzdABzZWNyZXQ=")
        assert smtp.mail(JO, ["team@example.test", "someone@outside.test"], text)[0] == 250
        got = sorted(net.outside.wait(2), key=lambda one: one[1])
        assert [one[:2] for one in got] == [(JO, [FRIEND]), (JO, ["someone@outside.test"])], got
        assert got[0][2].startswith("Delivered-To: team@example.test\r\nDKIM-Signature: "), got[0][2]
        assert got[1][2].startswith("DKIM-Signature: "), got[1][2]


@test
def it_does_not_go_round_in_circles():
    net = Net()
    net.alias("fwd@example.test", FRIEND)
    net.alias("a@example.test", "b@example.test")
    net.alias("b@example.test", "a@example.test")
    own = b"Received: from x.test\r\n\tby mail.example.test with ESMTP\r\n\tid 1; Mon, 5 Jan 2026 10:00:00 +0000\r\n"
    with net.site.serve() as running:
        for text in [b"Delivered-To: FWD@example.test\r\n" + TEXT, own * 11 + TEXT,
                     b"Received: by x.test; Mon, 5 Jan 2026 10:00:00 +0000\r\n" * 101 + TEXT]:
            code, said = bring(running, ["fwd@example.test"], text=text)
            assert code == 554 and said.startswith("5.4.6 "), f"{code} {said}"
        with Smtp(running.at("smtp"), source=STRANGER) as smtp:
            smtp.done("MAIL FROM:<eve@writer.test>")
            smtp.refused("RCPT TO:<a@example.test>", r"550 5\.4\.6 ")
        for text in [b"Delivered-To: other@example.test\r\n" + TEXT, own * 9 + TEXT]:
            assert bring(running, ["fwd@example.test"], text=text)[0] == 250
        net.outside.wait(2)


@test
def strangers_get_no_signature_of_ours():
    """what pretends to be from us goes on without DKIM-Signature"""
    net = Net()
    net.alias("fwd@example.test", FRIEND)
    net.site.config["domain example.test"] = {"dkim-selector": "postroom-rsa"}
    with net.site.serve() as running:
        assert bring(running, ["fwd@example.test"], text=TEXT.replace(b"eve@writer.test", JO.encode()))[0] == 250
        assert "DKIM-Signature" not in net.outside.wait()[0][2]


@test
def what_goes_on_is_sealed():
    """with ARC, so that the next server may believe our checks (RFC 8617)"""
    try:
        import dkim
    except ImportError:
        skip("python3-dkim is not installed")
    net = Net()
    net.alias("fwd@example.test", FRIEND)
    net.site.config["domain example.test"] = {"dkim-selector": ["postroom-ed", "postroom-rsa"]}
    public = subprocess.run(["openssl", "rsa", "-in", f"{net.site.folder}/data/dkim/postroom-rsa.example.test.pem", "-pubout",
                             "-outform", "DER"], capture_output=True, check=True).stdout
    record = b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)
    net.names.records["postroom-rsa._domainkey.example.test"] = {"TXT": record.decode()}
    with net.site.serve() as running:
        forged = b"Authentication-Results: mail.example.test; dmarc=pass\r\n"
        assert bring(running, ["fwd@example.test"], text=forged + TEXT)[0] == 250
        text = net.outside.wait()[0][2]
        for name in ["ARC-Seal: ", "ARC-Message-Signature: ", "ARC-Authentication-Results: i=1; mail.example.test;"]:
            assert f"\r\n{name}" in text, text
        assert "dmarc=pass" not in text and "spf=pass" in text
        found = dkim.arc_verify(text.encode(), dnsfunc=lambda name, timeout=5: record)
        assert found[0] == b"pass", (found, text)
        # Round again through us: the chain grows, and still verifies.
        again = re.sub(r"Delivered-To: .*?\r\n", "", text).encode()
        assert bring(running, ["fwd@example.test"], text=again)[0] == 250
        text = net.outside.wait(2)[1][2]
        assert "ARC-Seal: i=2" in re.sub(r"(ARC-Seal:)[^i]* a=[^;]*;", r"\1", text) or " i=2;" in text, text
        found = dkim.arc_verify(text.encode(), dnsfunc=lambda name, timeout=5: record)
        assert found[0] == b"pass", (found, text)
