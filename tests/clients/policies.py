"""policies.py - what a real server's operator can set: rates, domains' and recipients' rules"""

import signal

import client
import server
from logins import log_in
from report import test
from wire import Smtp, Wire

JO, ANN = "jo@example.test", "ann@example.test"
MAIL = client.octets(client.message())


def limited(**keys):
    """A site that exempts nobody."""
    site = server.Site()
    site.config["limits"] = {key.replace("_", "-"): value for key, value in keys.items()}
    return site


def stranger(running, source="127.0.0.1"):
    smtp = Smtp(running.at("smtp"), source=source)
    smtp.done("MAIL FROM:<someone@elsewhere.test>")
    return smtp


@test
def messages_of_a_network():
    with limited(messages_per_minute="2").serve() as running:
        with Smtp(running.at("smtp")) as smtp:
            for _ in range(2):
                assert smtp.mail("a@x.test", [JO], MAIL)[0] == 250
            smtp.refused("MAIL FROM:<a@x.test>", r"450 4\.7\.1 ")
            smtp.refused("RCPT TO:<jo@example.test>", r"503 ")
        with Smtp(running.at("smtp"), source="127.0.0.2") as smtp:
            smtp.done("MAIL FROM:<a@x.test>")
        with Smtp(running.at("submissions"), tls=True) as smtp:
            log_in(smtp)
            smtp.done(f"MAIL FROM:<{JO}>")


@test
def recipients_of_a_network():
    with limited(recipients_per_minute="2").serve() as running, stranger(running) as smtp:
        smtp.done(f"RCPT TO:<{JO}>")
        smtp.refused("RCPT TO:<nobody@example.test>", r"550 5\.1\.1 ")
        smtp.refused(f"RCPT TO:<{ANN}>", r"450 4\.7\.1 ")
        assert smtp.data(MAIL)[0] == 250, "those before go on"


@test
def connections_of_a_network():
    with limited(connections_per_minute="3").serve() as running:
        for _ in range(3):
            stranger(running).close()
        with Smtp(running.at("smtp"), hello=None) as smtp:
            assert smtp.greeting[0] == 421, smtp.greeting
        stranger(running, "127.0.0.2").close()


@test
def what_one_account_sends():
    """Counted wherever it is; another account's share is its own."""
    site = limited()
    site.config["submission"] = {"messages-per-hour": "2", "recipients-per-hour": "3"}
    mail = client.octets(client.message(sender=JO))
    with site.serve() as running:
        with Smtp(running.at("submissions"), tls=True) as smtp:
            log_in(smtp)
            assert smtp.mail(JO, [JO, ANN], mail)[0] == 250
        with Smtp(running.at("submissions"), tls=True, source="127.0.0.2") as smtp:
            log_in(smtp)
            smtp.done(f"MAIL FROM:<{JO}>")
            smtp.done(f"RCPT TO:<{ANN}>")
            smtp.refused(f"RCPT TO:<{JO}>", r"450 4\.7\.1 ")
            assert smtp.data(mail)[0] == 250
            smtp.refused(f"MAIL FROM:<{JO}>", r"450 4\.7\.1 ")
        with Smtp(running.at("submissions"), tls=True) as smtp:
            log_in(smtp, ANN, "secret2")
            smtp.done(f"MAIL FROM:<{ANN}>")


@test
def the_exempt_are_not_counted():
    site = limited(messages_per_minute="1", connections_per_minute="1", exempt="127.0.0.0/8")
    with site.serve() as running:
        for _ in range(3):
            stranger(running).close()


@test
def rules_of_a_domain():
    site = server.Site()
    site.run_well("alias", "add", "staff@example.test", JO, ANN)
    site.config["domain example.test"] = {"delimiter": "-", "refuse": ["old", "spam-trap"], "internal": "staff",
                                          "catch-all": ANN}
    with site.serve() as running:
        with stranger(running) as smtp:
            smtp.refused("RCPT TO:<old@example.test>", r"550 5\.7\.1 ")
            smtp.refused("RCPT TO:<OLD-x@example.test>", r"550 5\.7\.1 ")
            smtp.refused("RCPT TO:<spam-trap@example.test>", r"550 5\.7\.1 ")
            smtp.refused("RCPT TO:<staff@example.test>", r"550 5\.7\.1 ")
            smtp.done("RCPT TO:<jo-news@example.test>")
            assert smtp.data(MAIL)[0] == 250
        client.check_arrival(running, client.message(), JO, "secret")
        with Smtp(running.at("submissions"), tls=True) as smtp:
            log_in(smtp)
            mail = client.message(sender=JO)
            assert smtp.mail(JO, ["staff@example.test"], client.octets(mail))[0] == 250
        client.check_arrival(running, mail, ANN, "secret2")


@test
def who_speaks_before_the_greeting():
    """is refused, unless exempt or allowed to"""
    for site, greeting in [(limited(), b"554 "), (server.Site(), b"220 "), (limited(early_talkers="accept"), b"220 ")]:
        with site.serve() as running:
            stranger(running).close()
            running.signal(signal.SIGSTOP)
            with Wire(running.at("smtp")) as wire:
                wire.say("EHLO bot.test", "MAIL FROM:<a@x.test>", f"RCPT TO:<{JO}>", "QUIT")
                running.signal(signal.SIGCONT)
                heard = wire.rest()
                assert heard[0].encode().startswith(greeting), heard
                assert (len(heard) == 1) == (greeting == b"554 "), heard
