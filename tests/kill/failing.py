"""failing.py - writes and syncs that fail: 4xx and NO, nothing lost, nothing doubled

strace makes the system calls of the running server fail for a while, then lets it go.
"""

import contextlib
import re
import shutil
import subprocess
import time

import report
import server
from ledger import Ledger, make_mail
from report import add
from wire import Imap, Smtp

JO, ANN = "jo@example.test", "ann@example.test"
PEOPLE = server.PASSWORDS
FAULTS = [("pwrite64", "ENOSPC"), ("pwrite64", "EIO"), ("fdatasync", "EIO"), ("fsync", "EIO"),
          ("pwrite64,fdatasync,fsync,ftruncate", "ENOSPC"), ("pwrite64,fdatasync,fsync,ftruncate", "EIO")]


@contextlib.contextmanager
def failing(running, calls, error):
    """Every such call of the server fails in here."""
    if not shutil.which("strace"):
        report.skip("strace is not installed")
    folder = server.new_folder()
    tracer = subprocess.Popen(["strace", "-f", "-p", str(running.pid), "-o", f"{folder}/trace", "-e", f"trace={calls}",
                               "-e", f"inject={calls}:error={error}"], stderr=subprocess.PIPE, encoding="utf-8")
    try:
        line = tracer.stderr.readline()
        if "attached" not in line:
            report.skip(f"strace may not attach: {line.strip()}")
        time.sleep(0.3)
        yield
    finally:
        tracer.terminate()
        tracer.communicate()


def try_all(running, ledger, unanswered):
    """Deliveries and APPENDs that must be refused for now, or be safe."""
    for size in (500, 200000):
        for people in ([JO], [JO, ANN]):
            token, mail = make_mail(size)
            ledger.partly(token, [(one, "INBOX") for one in people])
            code, text = send(running, people, mail)
            if code == 250:
                ledger.done(token, [(one, "INBOX") for one in people])
            else:
                assert 400 <= code < 500, f"{code} {text}"
                unanswered[token] = (people, mail)
        token, mail = make_mail(size)
        ledger.asked(token, [(JO, "work")])
        status = append(running, mail)
        assert re.match("OK|NO", status), status
        if status.startswith("OK"):
            ledger.done(token, [(JO, "work")])


def send(running, people, mail):
    with Smtp(running.at("smtp")) as smtp:
        for line in ["MAIL FROM:<a@x.test>", *[f"RCPT TO:<{one}>" for one in people]]:
            code, text = smtp.command(line)
            if code != 250:
                return code, text
        code, text = smtp.command("DATA")
        return smtp.content(mail) if code == 354 else (code, text)


def append(running, mail, mailbox="work"):
    with Imap(running.at("imap")) as imap:
        for command in (f'LOGIN "{JO}" "{PEOPLE[JO]}"', f"SELECT {mailbox}"):
            status = imap.command(command)[1]
            if not status.startswith("OK"):
                return status
        return imap.append(mailbox, mail)


def send_again(running, ledger, unanswered):
    for token, (people, mail) in unanswered.items():
        code, text = send(running, people, mail)
        assert code == 250, f"it does not recover: {code} {text}"
        ledger.done(token, [(one, "INBOX") for one in people])


def survives(calls, error, restart):
    def run():
        site, ledger, unanswered = server.Site(), Ledger(), {}
        with site.serve() as running:
            for user, password in PEOPLE.items():
                with Imap(running.at("imap"), user, password) as imap:
                    imap.done("CREATE work")
            try_all(running, ledger, unanswered)
            assert not unanswered, "refused without a fault"
            with failing(running, calls, error):
                try_all(running, ledger, unanswered)
            assert unanswered, "no fault was felt"
            if not restart:
                send_again(running, ledger, unanswered)
                ledger.check(running, PEOPLE, ["INBOX", "work"])
        with site.serve() as running:
            if restart:
                ledger.check(running, PEOPLE, ["INBOX", "work"])
                send_again(running, ledger, unanswered)
            ledger.check(running, PEOPLE, ["INBOX", "work"])
    return run


for _calls, _error in FAULTS:
    # After a failed sync nobody knows what is on the disk: such an account waits for a restart.
    add(f"{_error} of {_calls}", survives(_calls, _error, restart=_error == "EIO"))
