"""dsn.py - RFC 3461: NOTIFY, ORCPT, RET and ENVID"""

import server
from net import ANN, JO, MESSAGE, Net, field, mails, submit, wait_for_mail
from report import test
from wire import Smtp


@test
def dsn_delivered():
    """SUCCESS for a mailbox of ours: "delivered", with ENVID and ORCPT as given."""
    net = Net()
    with net.site.serve() as here:
        submit(here, [f"<{ANN}> NOTIFY=SUCCESS ORCPT=rfc822;Ann+2BX@Elsewhere.Test"],
               f"<{JO}> RET=FULL ENVID=QQ314159", "to be told")
        text = wait_for_mail(here, "multipart/report")
        assert field(text, "Action") == "delivered", text
        assert field(text, "Status").startswith("2."), text
        assert field(text, "Original-Envelope-Id") == "QQ314159"
        assert field(text, "Original-Recipient") == "rfc822;Ann+X@Elsewhere.Test"
        assert field(text, "Final-Recipient") == f"rfc822;{ANN}"
        assert field(text, "Return-Path") == "<>"
        assert "Subject: to be told" in text and "hello" not in text, "only headers of what was delivered"


@test
def dsn_silent():
    """Without SUCCESS, to <>, and with NEVER nothing is said of a delivery."""
    net = Net()
    with net.site.serve() as here:
        submit(here, [f"<{ANN}> NOTIFY=NEVER"])
        submit(here, [f"<{ANN}> NOTIFY=FAILURE,DELAY"])
        submit(here, [f"<{ANN}>"])
        submit(here, [f"<{ANN}> NOTIFY=SUCCESS,FAILURE", f"<{JO}> NOTIFY=FAILURE"], subject="last")
        wait_for_mail(here, "multipart/report")
        with Smtp(here.at("smtp")) as smtp:
            smtp.done("MAIL FROM:<>")
            smtp.done(f"RCPT TO:<{JO}> NOTIFY=SUCCESS")
            assert smtp.data(MESSAGE % b"no path")[0] == 250
        found = mails(here)
        assert len([one for one in found if "multipart/report" in one]) == 1, found
        assert len(mails(here, ANN, "secret2")) == 4


@test
def dsn_lmtp():
    """By LMTP: those who have it are told of, one reply each."""
    net = Net()
    with net.site.serve() as here:
        with Smtp(here.at("lmtp"), hello="LHLO front.test") as lmtp:
            lmtp.done(f"MAIL FROM:<{JO}> ENVID=lmtp")
            lmtp.done(f"RCPT TO:<{ANN}> NOTIFY=SUCCESS")
            lmtp.done(f"RCPT TO:<{JO}> NOTIFY=NEVER")
            assert lmtp.data(MESSAGE % b"by lmtp")[0] == 250
            assert lmtp.reply()[0] == 250
        text = wait_for_mail(here, "multipart/report")
        assert field(text, "Final-Recipient") == f"rfc822;{ANN}" and text.count("Action:") == 1


@test
def dsn_relayed():
    """A peer without DSN gets no parameters, and the sender hears "relayed"."""
    net = Net(peer=["PIPELINING"])
    with net.site.serve() as here:
        submit(here, ["<a@peer.test> NOTIFY=SUCCESS ORCPT=rfc822;a@peer.test", "<b@peer.test> NOTIFY=FAILURE"],
               f"<{JO}> RET=HDRS ENVID=e1")
        text = wait_for_mail(here, "multipart/report")
        assert field(text, "Action") == "relayed" and text.count("Action:") == 1, text
        assert field(text, "Final-Recipient") == "rfc822;a@peer.test"
        assert net.peer.mails[0].mail == f"MAIL FROM:<{JO}>"
        assert sorted(net.peer.mails[0].recipients) == ["RCPT TO:<a@peer.test>", "RCPT TO:<b@peer.test>"]


@test
def dsn_passed_on():
    """A peer with DSN gets all as it came, nothing more, and reports itself."""
    net = Net(peer=["DSN"])
    with net.site.serve() as here:
        submit(here, ["<a@peer.test> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;A+2Bx@Peer.Test", "<b@peer.test> NOTIFY=NEVER",
                      "<c@peer.test>"], f"<{JO}> RET=HDRS ENVID=a+2Bb")
        server.wait_until(lambda: net.peer.mails, 20, "the message")
        mail = net.peer.mails[0]
        assert mail.mail == f"MAIL FROM:<{JO}> RET=HDRS ENVID=a+2Bb", mail.mail
        assert sorted(mail.recipients) == ["RCPT TO:<a@peer.test> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;A+2Bx@Peer.Test",
                                           "RCPT TO:<b@peer.test> NOTIFY=NEVER", "RCPT TO:<c@peer.test>"]
        submit(here, ["<refused@peer.test> NOTIFY=NEVER"])
        submit(here, ["<refused@peer.test> NOTIFY=SUCCESS"])
        submit(here, ["<refused@peer.test> NOTIFY=FAILURE"], f"<{JO}> RET=FULL", "wanted back")
        text = wait_for_mail(here, "multipart/report")
        assert field(text, "Action") == "failed" and "5.7.1" in text and "hello" in text, text
        assert len(mails(here)) == 1


@test
def dsn_sent_on():
    """An alias' only address gets all wishes, and reports from beyond tell the sender what it wrote to."""
    net = Net(peer=["DSN"])
    net.site.run_well("alias", "add", "one@example.test", "a@peer.test")
    net.site.run_well("alias", "add", "two@example.test", "a@peer.test", ANN)
    with net.site.serve() as here:
        submit(here, ["<two@example.test> NOTIFY=SUCCESS", "<one@example.test> NOTIFY=SUCCESS,FAILURE"])
        submit(here, ["<one@example.test>"])
        submit(here, ["<A@Peer.Test>", "<a@peer.test>"])
        server.wait_until(lambda: len(net.peer.mails) == 3, 20, "the messages")
        found = sorted(sorted(mail.recipients) for mail in net.peer.mails)
        assert found == [["RCPT TO:<A@Peer.Test>", "RCPT TO:<a@peer.test>"],
                         ["RCPT TO:<a@peer.test> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;one@example.test"],
                         ["RCPT TO:<a@peer.test> ORCPT=rfc822;one@example.test"]], found


@test
def dsn_partly_stored():
    """Some mailboxes have it: it is accepted, and of the others the sender hears (RFC 5321 4.4)."""
    net = Net()
    net.site.run_well("user", "quota", ANN, "2K")
    net.site.run_well("alias", "add", "team@example.test", JO, ANN)
    big = b"From: <jo@example.test>\r\nSubject: %s\r\n\r\n" + b"x" * 70 + b"\r\n" + b"y\r\n" * 1000
    with net.site.serve() as here:
        submit(here, [f"<{ANN}>", f"<{JO}> NOTIFY=SUCCESS"], content=big % b"to both")
        failed = wait_for_mail(here, "Action: failed")
        assert field(failed, "Final-Recipient") == f"rfc822;{ANN}" and field(failed, "Status") == "5.2.2", failed
        wait_for_mail(here, "Action: delivered")
        submit(here, ["<team@example.test>"], content=big % b"by alias")
        server.wait_until(lambda: len([one for one in mails(here) if "Action: failed" in one]) == 2)
        for subject in ["to both", "by alias"]:
            assert len([one for one in mails(here) if f"Subject: {subject}" in one and one.count("yyy") == 0
                        and "Action:" not in one]) == 1, subject
        assert mails(here, ANN, "secret2") == []


@test
def dsn_stored_later():
    """A mailbox that is full for now gets it once there is room."""
    net = Net()
    net.site.run_well("user", "quota", ANN, "none", "1")
    with net.site.serve() as here:
        with Smtp(here.at("smtp")) as first, Smtp(here.at("smtp")) as second:
            for smtp in (first, second):
                smtp.done("MAIL FROM:<a@peer.test>")
                smtp.done(f"RCPT TO:<{ANN}>")
                smtp.done(f"RCPT TO:<{JO}>")
            assert first.data(MESSAGE % b"one")[0] == 250
            assert second.data(MESSAGE % b"two")[0] == 250
        wait_for_mail(here, "Subject: two")
        assert len(mails(here, ANN, "secret2")) == 1
        net.site.run_well("user", "quota", ANN, "none", "none")
        wait_for_mail(here, "Subject: two", ANN, "secret2")
        assert len(mails(here)) == 2
