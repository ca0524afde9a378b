"""guesses.py - who guesses names and passwords: learns nothing, and waits longer each time"""

import base64
import hashlib
import hmac
import re
import time

import server
from report import add, test
from wire import Imap

JO = "jo@example.test"
SLOW_SECONDS = 0.4  # less than the first delay (server/backoff.h)


def encoded(octets):
    return base64.b64encode(octets).decode()


def challenge(imap, mechanism, initial=None):
    """What the server answers to the begin of a log-in."""
    imap.start(f"AUTHENTICATE {mechanism}" + (f" {encoded(initial.encode())}" if initial else ""))
    return base64.b64decode(imap.expect(r"\+ (.*)")[1])


def scram_salt(imap, hash_name, user):
    first = challenge(imap, f"SCRAM-{hash_name}", f"n,,n={user},r=abc").decode()
    return re.search("s=([^,]*)", first)[1]


@test
def names_that_nobody_has_look_like_others():
    """One salt for all spellings and both hashes, for accounts and for strangers."""
    with server.Site().serve() as running:
        for name in "jo", "nobody":  # with one domain, its name may be left out
            spellings = [name, f"{name}@example.test", f"{name.upper()}@Example.test", f"{name}\u00ad@example.test"]
            salts = set()
            for spelling in spellings:
                for hash_name in "SHA-1", "SHA-256":
                    with Imap(running.at("imap")) as imap:
                        salts.add(scram_salt(imap, hash_name, spelling))
            assert len(salts) == 1, f"{name}: {salts}"


# ---- wrong passwords; each returns the tagged line ----

def by_login(imap, user):
    return imap.command(f"LOGIN {user} wrong")[1]


def by_scram(imap, user):
    bare = f"n={user},r=abc"
    first = challenge(imap, "SCRAM-SHA-256", f"n,,{bare}").decode()
    nonce = re.search("r=([^,]*)", first)[1]
    imap.say(encoded(f"c=biws,r={nonce},p={encoded(hashlib.sha256(first.encode()).digest())}".encode()))
    return imap.line()


def by_cram_md5(imap, user):
    digest = hmac.new(b"wrong", challenge(imap, "CRAM-MD5"), "md5").hexdigest()
    imap.say(encoded(f"{user} {digest}".encode()))
    return imap.line()


def guesses_cost_time(guess, user):
    def run():
        site = server.Site()
        site.config["limits"] = {}  # without exempt networks
        site.run_well("user", "app", "add", JO, "phone")
        with site.serve() as running:
            for number in range(5):
                with Imap(running.at("imap")) as imap:
                    begin = time.monotonic()
                    assert "AUTHENTICATIONFAILED" in guess(imap, user)
                    took = time.monotonic() - begin
            assert took > SLOW_SECONDS, f"the fifth guess took {took} seconds"
            refusal = f"login.refused service=imap peer=127.0.0.1 user={user}\n"
            assert running.log.count(refusal) == 5, running.log
            begin = time.monotonic()
            Imap(running.at("imap"), JO, "secret").close()  # who knows it is not made to wait
            assert time.monotonic() - begin < took + SLOW_SECONDS
    return run


GUESSERS = 90  # more than can be hashed at once (server/authenticator.h)


@test
def who_guesses_keeps_nobody_else_out():
    """A network that fails has few of the places where passwords are hashed."""
    site = server.Site()
    site.config["limits"] = {}
    with site.serve() as running:
        with Imap(running.at("imap")) as imap:
            for _ in range(3):
                by_login(imap, JO)
        crowd = [Imap(running.at("imap")) for _ in range(GUESSERS)]
        for imap in crowd:
            imap.start(f"LOGIN {JO} wrong")
        Imap(running.at("imap"), JO, "secret", source="127.0.9.9").close()
        answers = [imap.answer() for imap in crowd]
        assert sum("[UNAVAILABLE]" in one for one in answers) > GUESSERS / 2, answers
        assert all("[UNAVAILABLE]" in one or "[AUTHENTICATIONFAILED]" in one for one in answers), answers


for _name, _guess in ("LOGIN", by_login), ("SCRAM", by_scram), ("CRAM-MD5", by_cram_md5):
    for _user in JO, "nobody@example.test":
        add(f"wrong passwords cost time: {_name} as {_user}", guesses_cost_time(_guess, _user))
