"""visits.py - what one client does on one connection: random commands, an end at a random place

Each visit is a generator that yields where its client may go without a word.
"""

import base64
import random

from wire import Imap, Pop3, Smtp

SIZES = [10, 1000, 30000, 100000, 300000]


def make_mail(size):
    return f"From: a@x.test\r\nSubject: {size}\r\n\r\n".encode() + b"some words of text\r\n" * (size // 20 + 1)


def plain(user, password):
    return base64.b64encode(f"\0{user}\0{password}".encode()).decode()


def smtp(running, user, _password):
    with Smtp(running.at("smtp"), hello=None) as wire:
        yield
        wire.command("EHLO client.example.test")
        for _ in range(random.randint(1, 4)):
            yield
            if wire.command("MAIL FROM:<a@x.test>")[0] != 250:
                return
            others = random.sample(["jo@example.test", "ann@example.test", "nobody@example.test"], 2)
            taken = [wire.command(f"RCPT TO:<{one}>")[0] == 250 for one in [user, *others]]
            yield
            if not any(taken) or random.random() < 0.1:
                wire.command("RSET")
                continue
            wire.command("DATA")
            mail = make_mail(random.choice(SIZES))
            half = random.randrange(len(mail))
            wire.send(mail[:half])
            yield
            wire.send(mail[half:] + b".\r\n")
            yield
            assert wire.reply()[0] // 100 in (2, 4, 5)
        wire.command("QUIT")


def submission(running, user, password):
    with Smtp(running.at("submission")) as wire:
        yield
        kind = random.choice(["PLAIN", "LOGIN", "SCRAM-SHA-256"])
        wire.say(f"AUTH {kind}")
        yield
        if wire.reply()[0] != 334:
            return
        if kind == "SCRAM-SHA-256":
            wire.say(base64.b64encode(f"n,,n={user},r=abcdefgh".encode()).decode())
            yield
            wire.reply()
            wire.command("*")
            wire.say(f"AUTH PLAIN {plain(user, password)}")
        elif kind == "LOGIN":
            wire.command(base64.b64encode(user.encode()).decode())
            wire.say(base64.b64encode(password.encode()).decode())
        else:
            wire.say(plain(user, password))
        yield
        if wire.reply()[0] != 235:
            return
        wire.command(f"MAIL FROM:<{user}>")
        wire.command(f"RCPT TO:<{user}>")
        wire.say("DATA")
        yield
        if wire.reply()[0] == 354:
            wire.content(make_mail(random.choice(SIZES)))
        wire.command("QUIT")


def pop3(running, user, password):
    with Pop3(running.at("pop3")) as wire:
        yield
        wire.command(f"USER {user}")
        wire.say(f"PASS {password}")
        yield
        if not wire.line().startswith("+OK"):
            return
        for _ in range(random.randint(1, 6)):
            number = random.randint(1, 5)
            command = random.choice([f"RETR {number}", f"TOP {number} 3", "UIDL", "LIST", f"DELE {number}", "RSET",
                                     "STAT", "CAPA"])
            wire.say(command)
            yield
            if wire.line().startswith("+OK") and command.split()[0] in ("RETR", "TOP", "UIDL", "LIST", "CAPA"):
                wire.lines()
        wire.say("QUIT")
        yield
        wire.line()


IMAP_COMMANDS = [
    "SELECT INBOX", "SELECT INBOX", "SELECT INBOX", "SELECT box", "EXAMINE INBOX", "CREATE box", "DELETE box",
    "RENAME box other", "DELETE other", "FETCH 1:* (FLAGS UID ENVELOPE)", "FETCH 1:20 BODY[]", "UID FETCH 1:* BODYSTRUCTURE",
    r"STORE 1:3 +FLAGS (\Deleted)", r"STORE 1:* FLAGS.SILENT (\Seen word)", "EXPUNGE", "COPY 1:5 box", "MOVE 1:2 box",
    "SEARCH TEXT words", "SEARCH UNSEEN", "STATUS INBOX (MESSAGES UIDNEXT)", 'LIST "" *', "NOOP", "CHECK", "CLOSE",
    "UNSELECT", "SUBSCRIBE box", "CAPABILITY"]


def idle(wire):
    tag = wire.start("IDLE")
    yield
    line = wire.answer()
    if line.startswith("+"):
        wire.fill(random.random())
        yield
        wire.say("DONE")
    if not line.startswith(tag):
        wire.finish(tag)


def imap(running, user, password):
    with Imap(running.at("imap")) as wire:
        yield
        tag = wire.start(f'LOGIN "{user}" {password}')
        yield
        if not wire.finish(tag)[1].startswith("OK"):
            return
        for _ in range(random.randint(1, 12)):
            chance = random.random()
            if chance < 0.1:
                yield from idle(wire)
            elif chance < 0.2:
                mail = make_mail(random.choice(SIZES))
                tag = wire.start(f"APPEND INBOX {{{len(mail)}+}}")
                wire.send(mail[:len(mail) // 2])
                yield
                wire.send(mail[len(mail) // 2:] + b"\r\n")
                wire.finish(tag)
            else:
                tags = [wire.start(random.choice(IMAP_COMMANDS)) for _ in range(random.randint(1, 3))]
                yield
                for tag in tags:
                    wire.finish(tag)
        wire.command("LOGOUT")


def tls(running, user, password):
    with Imap(running.at("imap")) as wire:
        if wire.command("STARTTLS")[1].startswith("OK"):
            yield
            wire.start_tls()
            yield
            wire.command(f'LOGIN "{user}" {password}')
            wire.command("SELECT INBOX")
            yield
            wire.command("LOGOUT")


ALL = [smtp, smtp, submission, pop3, imap, imap, imap, tls]
