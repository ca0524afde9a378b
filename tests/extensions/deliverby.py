"""deliverby.py - RFC 2852: by when a message is to be delivered, and what if it is not"""

import re
import time

import server
from net import ANN, JO, Net, field, mails, submit, wait_for_mail
from report import test


@test
def deliverby_passed_on():
    """A server that offers it gets what is left of the time; with T the sender hears so."""
    net = Net(peer=["DELIVERBY", "DSN"])
    with net.site.serve() as here:
        submit(here, ["<a@peer.test>"], f"<{JO}> BY=120;R")
        submit(here, ["<b@peer.test>"], f"<{JO}> BY=-5;NT")
        server.wait_until(lambda: len(net.peer.mails) == 2, 20, "both messages")
        found = sorted(one.mail for one in net.peer.mails)
        assert re.fullmatch(rf"MAIL FROM:<{JO}> BY=-[5-9];NT", found[0]), found
        assert re.fullmatch(rf"MAIL FROM:<{JO}> BY=1(20|1\d);R", found[1]), found
        text = wait_for_mail(here, "multipart/report")
        assert field(text, "Action") == "relayed" and "b@peer.test" in text and field(text, "Deliver-By-Date"), text
        assert len(mails(here)) == 1


@test
def deliverby_not_offered():
    """With N the sender hears where the promise ends, unless NEVER; with R it comes back."""
    net = Net(peer=["DSN"])
    with net.site.serve() as here:
        submit(here, ["<a@peer.test>", "<b@peer.test> NOTIFY=NEVER"], f"<{JO}> BY=120;N")
        text = wait_for_mail(here, "multipart/report")
        assert field(text, "Action") == "relayed" and text.count("Action:") == 1, text
        submit(here, ["<c@peer.test>"], f"<{JO}> BY=120;R")
        text = wait_for_mail(here, "c@peer.test")
        assert field(text, "Action") == "failed" and field(text, "Status") == "5.3.3", text
        assert len(net.peer.mails) == 1


@test
def deliverby_too_late():
    """Nobody answers: with R it comes back when the time is over, with N the sender hears of the delay."""
    net = Net()
    with net.site.serve() as here:
        start = time.time()
        submit(here, ["<a@peer.test>"], f"<{JO}> BY=3;R")
        submit(here, ["<b@peer.test>"], f"<{JO}> BY=4;N")
        text = wait_for_mail(here, "a@peer.test")
        assert field(text, "Action") == "failed" and time.time() - start >= 2, text
        assert field(wait_for_mail(here, "b@peer.test"), "Action") == "delayed"


@test
def deliverby_here():
    """To a mailbox of ours it is there in time."""
    net = Net()
    with net.site.serve() as here:
        submit(here, [f"<{ANN}>"], f"<{JO}> BY=1;R", "in time")
        wait_for_mail(here, "in time", ANN, "secret2")
        assert not mails(here)
