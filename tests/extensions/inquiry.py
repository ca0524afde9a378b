"""inquiry.py - VRFY and EXPN by policy (RFC 5321 3.5), ETRN for a backup MX (RFC 1985)"""

import server
from net import ANN, JO, MESSAGE, Net, Peer, logged_in
from report import test
from wire import Smtp


def announces_expn(smtp):
    return "EXPN" in smtp.command("EHLO client.test")[1].split("\n")


def ask(smtp, allowed):
    assert announces_expn(smtp) == allowed
    if not allowed:
        smtp.refused(f"VRFY {JO}", "252 ")
        smtp.refused("EXPN team@example.test", "550 5.7.1")
        return
    smtp.refused(f"VRFY {JO}", f"250 2.1.5 <{JO}>")
    smtp.refused(f"VRFY <{JO}>", f"250 2.1.5 <{JO}>")
    smtp.refused("VRFY nobody@example.test", "550 5.1.1")
    smtp.refused("VRFY a@elsewhere.test", "252 ")
    smtp.refused("VRFY a b", "501 5.1.3")
    smtp.refused("VRFY jo", f"250 2.1.5 <{JO}>")
    smtp.refused("VRFY nobody", "550 5.1.1")
    assert smtp.command("EXPN team@example.test") == (250, f"2.1.5 <{JO}>\n2.1.5 <{ANN}>")
    smtp.refused(f"EXPN {JO}", "550 5.1.1")


@test
def verify_by_policy():
    """Nobody, those who logged in, or everybody may ask."""
    net = Net()
    net.site.run_well("alias", "add", "team@example.test", JO, ANN)
    for policy, stranger, user in (("nobody", False, False), ("users", False, True), ("everybody", True, True)):
        net.site.config["smtp"] = {"verify": policy}
        with net.site.serve() as here:
            with Smtp(here.at("smtp")) as smtp:
                ask(smtp, stranger)
            with logged_in(here) as smtp:
                ask(smtp, user)


@test
def a_name_in_two_domains():
    """There is no telling which is meant (RFC 5321 3.5.1)."""
    net = Net()
    net.site.config["domain second.test"] = {}
    net.site.run_well("alias", "add", "jo@second.test", ANN)
    net.site.run_well("alias", "add", "team@second.test", JO, ANN)
    net.site.config["smtp"] = {"verify": "everybody"}
    with net.site.serve() as here, Smtp(here.at("smtp")) as smtp:
        smtp.refused("VRFY jo", "553 5.1.4")
        smtp.refused("VRFY ann", f"250 2.1.5 <{ANN}>")
        smtp.refused("VRFY <team>", "250 2.1.5 <team@second.test>")
        assert smtp.command("EXPN team") == (250, f"2.1.5 <{JO}>\n2.1.5 <{ANN}>")
        smtp.refused("VRFY postmaster", "250 ")


@test
def etrn():
    """A backup MX keeps a stranger's mail until its server asks for it."""
    net = Net(zone={"weak.test": {"MX": [(10, "peer.test"), (20, "mail.example.test")]},
                    "mail.example.test": {"A": "127.0.0.1"}})
    net.site.config["route weak.test"] = {"backup": "yes"}
    net.site.config["queue"]["first-retry"] = "1h"
    with net.site.serve() as here, Smtp(here.at("smtp")) as smtp:
        smtp.refused("ETRN weak.test", "251 2.0.0")
        assert smtp.mail("a@b.test", ["x@weak.test", "y@weak.test"], MESSAGE % b"waits")[0] == 250
        smtp.refused("MAIL FROM:<a@b.test>", "250")
        smtp.refused("RCPT TO:<x@peer.test>", "550 5.7.1")
        smtp.done("RSET")
        server.wait_until(lambda: "delivery.unreachable" in here.log, 10, "a refused connection")
        peer = Peer(net.port, ["PIPELINING"])
        smtp.refused("ETRN example.org", "459 4.7.1")
        smtp.refused("ETRN weak.test", "253 2.0.0 2 pending")
        server.wait_until(lambda: peer.mails, 20, "the message")
        assert len(peer.mails[0].recipients) == 2
