"""accounts.py - `postroom user` and `postroom alias`, with the server running and stopped"""

import json

import client
import server
from logins import can_log_in
from report import add
from wire import Smtp

NEW = "new@other.test"


def both_ways(name):
    """The test runs with a server and without; check(question) asks a server that runs."""
    def decorate(function):
        def running():
            site = server.Site()
            with site.serve() as process:
                function(site, lambda question: question(process))

        def stopped():
            site = server.Site()

            def check(question):
                with site.serve() as process:
                    question(process)
            function(site, check)
        add(f"{name}, running", running)
        add(f"{name}, stopped", stopped)
        return function
    return decorate


def logs_in(user, password, wanted=True):
    def question(running):
        assert can_log_in(running, user, password) == wanted, f"{user} {password}: not {wanted}"
    return question


def takes(recipient, wanted=True):
    def question(running):
        with Smtp(running.at("smtp")) as smtp:
            smtp.done("MAIL FROM:<a@x.test>")
            reply = smtp.command(f"RCPT TO:<{recipient}>")
            assert (reply[0] == 250) == wanted, f"{recipient}: {reply}"
    return question


@both_ways("accounts are added, get passwords, and go")
def _accounts(site, check):
    check(takes(NEW, False))
    site.run_well("user", "add", NEW, "--password-stdin", stdin="first\n")
    check(takes(NEW))
    check(logs_in(NEW, "first"))
    assert NEW in site.run_well("user", "list").split()
    site.run_well("user", "passwd", NEW, "--password-stdin", stdin="second\n")
    check(logs_in(NEW, "second"))
    check(logs_in(NEW, "first", False))
    site.run_well("user", "delete", NEW)
    check(takes(NEW, False))
    check(logs_in(NEW, "second", False))
    assert NEW not in site.run_well("user", "list").split()


@both_ways("a made password is printed and good")
def _made(site, check):
    line = site.run_well("user", "add", NEW)
    assert line.startswith("password: ") and len(line.split()) == 2, line
    check(logs_in(NEW, line.split()[1]))
    line = site.run_well("user", "passwd", NEW)
    check(logs_in(NEW, line.split()[1]))


@both_ways("a new account of an old name is empty")
def _again(site, check):
    site.run_well("user", "add", NEW, "--password-stdin", stdin="x\n")
    check(lambda running: client.put(running, NEW, client.message(), password="x"))
    site.run_well("user", "delete", NEW)
    site.run_well("user", "add", NEW, "--password-stdin", stdin="y\n")

    def is_empty(running):
        assert client.mail_in(running, NEW, "y") == []
    check(is_empty)


@both_ways("aliases")
def _aliases(site, check):
    site.run_well("alias", "add", "team@example.test", "jo@example.test", "ann@example.test")
    check(takes("team@example.test"))
    assert site.run_well("alias", "list", "team@example.test").split() == [
        "team@example.test:", "jo@example.test", "ann@example.test"]
    site.run_well("alias", "delete", "team@example.test")
    check(takes("team@example.test", False))


@both_ways("answers in JSON")
def _json(site, _check):
    made = json.loads(site.run_well("user", "add", NEW, "--json"))
    assert made["address"] == NEW and made["password"], made
    users = json.loads(site.run_well("user", "list", "--json"))
    assert {one["address"] for one in users} == {NEW, *server.PASSWORDS}, users
    app = json.loads(site.run_well("user", "app", "add", NEW, "phone", "--json"))
    assert app["name"] == "phone" and app["password"], app
    assert [one["name"] for one in json.loads(site.run_well("user", "app", "list", NEW, "--json"))] == ["phone"]
    site.run_well("alias", "add", "a@other.test", NEW)
    assert {"alias": "a@other.test", "targets": [NEW]} in json.loads(site.run_well("alias", "list", "--json"))


@both_ways("faults have a reason and a status")
def _faults(site, _check):
    site.run_well("alias", "add", "team@example.test", "jo@example.test")
    for status, words in [(1, ["user", "add", "jo@example.test"]), (1, ["user", "add", "no-at-sign"]),
                          (1, ["user", "add", "a b@example.test"]), (1, ["user", "add", "@example.test"]),
                          (1, ["user", "passwd", "nobody@example.test"]), (1, ["user", "delete", "nobody@example.test"]),
                          (1, ["alias", "delete", "nobody@example.test"]),
                          (1, ["user", "app", "delete", "jo@example.test", "none"]),
                          (1, ["alias", "add", "jo@example.test", "ann@example.test"]),
                          (1, ["user", "add", "team@example.test"]),
                          (2, ["user"]), (2, ["user", "add"]), (2, ["user", "frob", "jo@example.test"]),
                          (2, ["user", "add", "x@example.test", "y@example.test"]), (2, ["user", "list", "--frob"]),
                          (2, ["user", "add", "x@example.test", "--password-stdin"])]:
        done = site.run(*words)
        assert done.returncode == status, f"{words}: {done.returncode} {done.stderr}{done.stdout}"
        assert done.stderr.startswith(("postroom: ", "usage: ")) and not done.stdout, f"{words}: {done.stderr!r} {done.stdout!r}"
