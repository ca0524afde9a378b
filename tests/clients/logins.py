"""logins.py - who may log in to a real server, and how"""

import base64

import client
import server
from report import test
from sending import app_password
from wire import Imap, Pop3, Smtp

JO, ANN = "jo@example.test", "ann@example.test"


def plain(user, password, acting_as=""):
    return base64.b64encode(f"{acting_as}\0{user}\0{password}".encode()).decode()


def log_in(smtp, user=JO, password="secret"):
    smtp.done(f"AUTH PLAIN {plain(user, password)}")


def can_log_in(running, user, password):
    """What IMAP, POP3 and SMTP say, which must be the same."""
    with Imap(running.at("imap")) as imap:
        answers = [imap.command(f'LOGIN "{user}" "{password}"')[1].startswith("OK")]
    with Pop3(running.at("pop3")) as pop:
        pop.command(f"USER {user}")
        answers.append(pop.command(f"PASS {password}").startswith("+OK"))
    with Smtp(running.at("submission")) as smtp:
        answers.append(smtp.command(f"AUTH PLAIN {plain(user, password)}")[0] == 235)
    assert len(set(answers)) == 1, f"{user}: IMAP, POP3, SMTP differ: {answers}"
    return answers[0]


@test
def right_and_wrong_passwords():
    with server.Site().serve() as running:
        assert can_log_in(running, JO, "secret") and can_log_in(running, "JO@EXAMPLE.TEST", "secret")
        assert can_log_in(running, ANN, "secret2")
        for user, password in [(JO, "Secret"), (JO, "secret2"), (JO, "secret "), (JO, "x"), ("nobody@example.test", "secret"),
                               ("postmaster@example.test", "secret"), (JO + "x", "secret")]:
            assert not can_log_in(running, user, password), f"{user} {password!r}"


@test
def the_refusal_does_not_tell_who_is_there():
    """The same words for a wrong password and for nobody."""
    with server.Site().serve() as running:
        with Imap(running.at("imap")) as imap:
            told = {imap.command(f'LOGIN "{user}" "wrong"')[1] for user in (JO, "nobody@example.test")}
        with Smtp(running.at("submission")) as smtp:
            told |= {str(smtp.command(f"AUTH PLAIN {plain(user, 'wrong')}")) for user in (JO, "nobody@example.test")}
        with Pop3(running.at("pop3")) as pop:
            for user in (JO, "nobody@example.test"):
                told |= {pop.command(f"USER {user}"), pop.command("PASS wrong")}
        assert len(told) == 4, told


@test
def nobody_acts_as_another():
    with server.Site().serve() as running, Smtp(running.at("submission")) as smtp:
        assert smtp.command(f"AUTH PLAIN {plain(JO, 'secret', acting_as=ANN)}")[0] >= 500
        assert smtp.command(f"AUTH PLAIN {plain(JO, 'secret', acting_as=JO)}")[0] == 235


@test
def no_password_without_TLS():
    site = server.Site()
    site.config["auth"]["allow-plaintext-login"] = "no"
    with site.serve() as running:
        with Smtp(running.at("submission")) as smtp:
            assert "AUTH PLAIN" not in smtp.done("EHLO client.test"), "announced in the clear"
            smtp.refused(f"AUTH PLAIN {plain(JO, 'secret')}", r"53[048] 5\.7\.")
            smtp.refused(f"MAIL FROM:<{JO}>", r"530 5\.7\.")
            smtp.done("STARTTLS")
            smtp.start_tls()
            assert "AUTH" in smtp.done("EHLO client.test")
            log_in(smtp)
        with Imap(running.at("imap")) as imap:
            assert "LOGINDISABLED" in imap.done("CAPABILITY")[0]
            assert imap.command(f"LOGIN {JO} secret")[1].startswith("NO [PRIVACYREQUIRED]")
            imap.done("STARTTLS")
            imap.start_tls()
            imap.done(f"LOGIN {JO} secret")
        with Pop3(running.at("pop3")) as pop:
            assert pop.command(f"USER {JO}").startswith("-ERR")
            pop.done("STLS")
            pop.start_tls()
            pop.done(f"USER {JO}")
            pop.done("PASS secret")


@test
def submission_needs_a_login_and_one_s_own_address():
    with server.Site().serve() as running, Smtp(running.at("submissions"), tls=True) as smtp:
        smtp.refused(f"MAIL FROM:<{JO}>", r"530 5\.7\.")
        log_in(smtp)
        smtp.refused(f"AUTH PLAIN {plain(JO, 'secret')}", r"503 ")
        text = client.message(sender=JO)
        assert smtp.mail(JO, [ANN], client.octets(text))[0] == 250
        client.check_arrival(running, text, ANN, "secret2")


@test
def what_goes_into_a_mailbox_is_its_owner_s():
    with server.Site().serve() as running:
        client.put(running, JO, client.message(), password="secret")
        assert client.mail_in(running, ANN, "secret2") == []
        with Imap(running.at("imap"), ANN, "secret2") as imap:
            for name in ["jo", JO, "user/jo", f"user/{JO}", "../jo/INBOX", "INBOX/../INBOX"]:
                assert not imap.command(f'EXAMINE "{name}"')[1].startswith("OK"), name


@test
def app_passwords_come_and_go():
    site = server.Site()
    with site.serve() as running:
        phone, laptop = app_password(site, "phone"), app_password(site, "laptop")
        assert phone != laptop and can_log_in(running, JO, phone) and can_log_in(running, JO, laptop)
        assert not can_log_in(running, ANN, phone)
        assert sorted(site.run_well("user", "app", "list", JO).split()) == ["laptop", "phone"]
        site.run_well("user", "app", "delete", JO, "phone")
        assert not can_log_in(running, JO, phone) and can_log_in(running, JO, laptop) and can_log_in(running, JO, "secret")


@test
def old_passwords_end_live_sessions():
    """passwd drops the remembered login too."""
    site = server.Site()
    with site.serve() as running:
        with Imap(running.at("imap"), JO, "secret") as imap, Imap(running.at("imap"), ANN, "secret2") as other:
            imap.start("IDLE")
            imap.expect(r"\+ .*")
            site.run_well("user", "passwd", JO, "--password-stdin", stdin="fresh\n")
            assert any(line.startswith("* BYE") for line in imap.rest())
            other.done("NOOP")
        assert not can_log_in(running, JO, "secret") and can_log_in(running, JO, "fresh")
