"""ledger.py - mails that can be told apart, and what is known of where each must be

A mail's subject is its token; its body tells whether it is whole. After each operation the
one who asked for it says here what was acknowledged; what was asked for and not answered may
or may not have happened.
"""

import collections
import hashlib
import itertools
import random
import re
import threading

from wire import Imap

_numbers = itertools.count(1)


def make_mail(size):
    """(token, octets)"""
    token = f"token{next(_numbers)}"
    body = "".join(random.choices("abcdefghij \n", k=size)).replace("\n", "\r\n")
    digest = hashlib.sha256(body.encode()).hexdigest()
    return token, f"From: a@x.test\r\nSubject: {token}\r\nX-Digest: {digest}\r\n\r\n{body}\r\n".encode()


def is_whole(text):
    head, _, body = text.partition("\r\n\r\n")
    digest = re.search(r"X-Digest: (\w+)", head)[1]
    return hashlib.sha256(body.removesuffix("\r\n").encode()).hexdigest() == digest


class Ledger:
    """places: {token: [sets of places, one of which is true]}; a place is (user, mailbox)."""

    def __init__(self):
        self.lock = threading.Lock()
        self.places = {}
        self.uids = {}        # {(user, mailbox): {uid: token}}, of all that was ever seen
        self.validity = {}
        self.next_uid = {}
        self.unanswered = {}  # {token: (people, octets)}, to be sent again
        self.counts = collections.Counter()  # what was acknowledged, by its kind

    def asked(self, token, wanted):
        """It may come to stand in these places, all of them or as it was."""
        with self.lock:
            self.places[token] = self.places.get(token, [frozenset()]) + [frozenset(wanted)]

    def partly(self, token, wanted):
        """It may come to stand in any of these places."""
        with self.lock:
            choices = [frozenset(some) for n in range(len(wanted) + 1) for some in itertools.combinations(wanted, n)]
            self.places[token] = choices

    def done(self, token, places, kind=None):
        """Acknowledged: it is in these places."""
        with self.lock:
            self.places[token] = [frozenset(places)]
            self.counts[kind] += 1

    def settled(self, place):
        """Tokens that are surely there and nowhere else."""
        with self.lock:
            return [token for token, choices in self.places.items() if choices == [frozenset([place])]]

    # ---- comparing with the server ----

    def check(self, running, people, mailboxes):
        found = {}
        for user, password in people.items():
            with Imap(running.at("imap"), user, password) as imap:
                for mailbox in mailboxes:
                    self._look(imap, user, mailbox, found)
        for token, choices in self.places.items():
            places = found.pop(token, [])
            assert len(places) == len(set(places)), f"{token} is doubled: {places}"
            assert frozenset(places) in choices, f"{token} is in {places}; right would be one of {choices}"
            self.places[token] = [frozenset(places)]
        assert not found, f"never asked for: {found}"

    def _look(self, imap, user, mailbox, found):
        place = (user, mailbox)
        opened = "\n".join(imap.done(f"EXAMINE {mailbox}"))
        validity, next_uid = (int(re.search(rf"\[{name} (\d+)\]", opened)[1]) for name in ("UIDVALIDITY", "UIDNEXT"))
        assert self.validity.setdefault(place, validity) == validity, f"{place}: UIDVALIDITY has changed"
        assert next_uid >= self.next_uid.get(place, 1), f"{place}: UIDNEXT went back"
        self.next_uid[place] = next_uid
        known, uids = self.uids.setdefault(place, {}), []
        for answer in imap.done("UID FETCH 1:* (UID BODY.PEEK[HEADER.FIELDS (SUBJECT)])"):
            if " FETCH " not in answer:
                continue
            uid, token = int(re.search(r"UID (\d+)", answer)[1]), re.search(r"Subject: (\w+)", answer)[1]
            if uid not in known:
                assert uid > max(known, default=0), f"{place}: UID {uid} came after {max(known)}"
                uids.append(uid)
            assert known.setdefault(uid, token) == token, f"{place}: UID {uid} was {known[uid]}, is {token}"
            found.setdefault(token, []).append(place)
        assert next_uid > max(known, default=0), f"{place}: UIDNEXT {next_uid}"
        self._check_contents(imap, place, uids)

    def _check_contents(self, imap, place, uids):
        if not uids:
            return
        for answer in imap.done(f"UID FETCH {','.join(map(str, uids))} (UID BODY.PEEK[])"):
            if " FETCH " in answer:
                text = answer.partition("\r\n")[2]
                text = text[text.index("From: a@x.test"):].rpartition(")")[0]
                assert is_whole(text), f"{place}: not whole: {answer[:300]!r}"

    def saw_uid(self, place, uid, token):
        """APPENDUID and COPYUID told it before the kill."""
        with self.lock:
            known = self.uids.setdefault(place, {})
            assert known.setdefault(uid, token) == token, f"{place}: UID {uid} given to {known[uid]} and to {token}"
