"""requiretls.py - RFC 8689: REQUIRETLS, and the field TLS-Required"""

import server
from net import ANN, JO, MESSAGE, Net, field, submit, wait_for_mail
from report import test
from wire import Smtp


def bounced(net, status, recipient="<a@peer.test>"):
    with net.site.serve() as here:
        submit(here, [recipient], f"<{JO}> REQUIRETLS RET=FULL", "secret things")
        text = wait_for_mail(here, "multipart/report")
        assert field(text, "Status") == status, text
        assert "hello" not in text, "only the header comes back"
        assert not any(line.startswith("MAIL") for line in net.peer.lines), net.peer.lines


@test
def requiretls_announced():
    """Under TLS only."""
    net = Net()
    with net.site.serve() as here, Smtp(here.at("smtp"), hello=None) as smtp:
        assert "REQUIRETLS" not in smtp.done("EHLO x.test")
        smtp.refused(f"MAIL FROM:<{JO}> REQUIRETLS", "530 5.7.10")
        smtp.done("STARTTLS")
        smtp.start_tls()
        assert "REQUIRETLS" in smtp.done("EHLO x.test")
        smtp.done("MAIL FROM:<a@peer.test> REQUIRETLS")
        smtp.done(f"RCPT TO:<{ANN}>")
        assert smtp.data(MESSAGE % b"safe")[0] == 250
        wait_for_mail(here, "safe", ANN, "secret2")


@test
def requiretls_kept():
    """A verified server that offers it gets the message, and the demand with it."""
    net = Net(peer=["REQUIRETLS"], with_tls=True)
    with net.site.serve() as here:
        submit(here, ["<a@peer.test>"], f"<{JO}> REQUIRETLS")
        server.wait_until(lambda: net.peer.mails, 20, "the message")
        assert net.peer.mails[0].mail == f"MAIL FROM:<{JO}> REQUIRETLS", net.peer.mails[0].mail
        assert "verified=yes" in here.log or "verified=true" in here.log, here.log[-2000:]


@test
def requiretls_not_offered():
    """A server that lacks it gets nothing."""
    bounced(Net(peer=["8BITMIME"], with_tls=True), "5.7.30")


@test
def requiretls_untrusted():
    """Nor does one whose certificate nobody vouches for."""
    bounced(Net(peer=["REQUIRETLS"], with_tls=True, trusted=False), "5.7.10")


@test
def requiretls_without_tls():
    """Nor one without TLS."""
    bounced(Net(peer=["REQUIRETLS"]), "5.7.10")


@test
def requiretls_unproven_name():
    """Nor one that only an unsigned MX record names."""
    zone = {"mx.test": {"MX": [(10, "peer.test")]}}
    bounced(Net(peer=["REQUIRETLS"], with_tls=True, zone=zone), "5.7.10", "<a@mx.test>")


@test
def requiretls_unreachable():
    """Nobody answers: that says nothing of its TLS, and it is tried again."""
    net = Net()
    with net.site.serve() as here:
        submit(here, ["<a@peer.test>"], f"<{JO}> REQUIRETLS")
        server.wait_until(lambda: "delivery.unreachable" in here.log, 10, "a refused connection")
        assert "outcome=refused" not in here.log


@test
def tls_not_required():
    """"TLS-Required: No" gets through where nobody vouches; other mail there goes its usual way."""
    net = Net(peer=["8BITMIME"], with_tls=True, trusted=False)
    with net.site.serve() as here:
        submit(here, ["<a@peer.test>"], content=b"TLS-Required: No\r\n" + MESSAGE % b"relaxed")
        server.wait_until(lambda: net.peer.mails, 20, "the message")
        assert "destination=any!peer.test" in here.log, here.log[-2000:]
        assert b"TLS-Required: No" in net.peer.mails[0].content
