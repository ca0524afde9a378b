"""typing_faults.py - what is typed or set up wrongly: the answer says what is wrong and how to mend it"""

import os

import server
from report import skip, test


def refused(words, *pieces, status):
    done = server.run(*words)
    assert done.returncode == status, (words, done)
    for piece in pieces:
        assert piece in done.stderr, (words, done.stderr)


@test
def usage_is_told_without_a_configuration():
    nowhere = ["--config", "/nowhere/postroom.conf"]
    refused(["user", *nowhere], "unknown command", "--help", status=2)
    refused(["why", *nowhere], "usage: postroom why MESSAGE-ID|ADDRESS", status=2)
    refused(["alias", "add", "info@example.test", *nowhere], "usage: postroom alias add ALIAS TARGET...", status=2)
    refused(["user", "list", *nowhere], "/nowhere/postroom.conf", "--config", "postroom init", status=1)


@test
def addresses_to_listen_on():
    for bad in "99999", "foo", "example.org:25":
        refused(["sandbox", "--imap", bad], f"--imap: `{bad}` is no address", "write PORT, HOST:PORT", status=2)
    folder = os.path.join(server.new_folder(), "new")
    refused(["init", "mail.example.test", "jo@example.test", "--dir", folder, "--listen", "foo"],
            "--listen: write a numeric address", status=2)
    assert not os.path.exists(folder)


@test
def what_is_there_and_what_is_not():
    site = server.Site()
    site.save()
    at = ["--config", site.path]
    refused(["user", "add", "jo@example.test", *at], "jo@example.test: is there already", "`list`", status=1)
    refused(["user", "passwd", "eve@example.test", *at], "eve@example.test: there is no such", "`list`", status=1)
    refused(["user", "add", "jo", *at], "write it as jo@example.org", status=1)


@test
def a_domain_that_the_configuration_does_not_have():
    site = server.Site()
    for add in ["user", "add", "eve@exmaple.test"], ["alias", "add", "info@exmaple.test", "jo@example.test"]:
        done = site.run(*add)
        assert done.returncode == 0 and "[domain exmaple.test]" in done.stderr, done
        assert f"`postroom {add[0]} delete`" in done.stderr, done
    for good in ["user", "add", "eve@Example.Test"], ["alias", "add", "info@example.test", "jo@example.test"]:
        done = site.run(*good)
        assert done.returncode == 0 and not done.stderr, done


@test
def secrets_that_others_may_read():
    site = server.Site()
    site.save()
    files = {f"{site.folder}/data": "chmod go=", f"{site.folder}/tls/key.pem": "chmod o="}
    assert "note" not in site.run_well("check")
    for file in files:
        os.chmod(file, 0o755)
    notes = site.run_well("check")
    for file, mend in files.items():
        assert f"{mend} {file}" in notes, notes
    with site.serve() as running:
        for file, mend in files.items():
            said = f'file.exposed file={file} why="others may read it" mend="{mend}"'
            assert said in running.log, running.log


@test
def who_it_runs_as():
    """As root it says what would be better; as another user, whose the mail is to be."""
    if os.geteuid() != 0:
        skip("only root can become another user")
    site = server.Site()
    with site.serve() as running:
        assert "server.is-root" in running.log and "user = postroom" in running.log, running.log
    site.config[""]["user"] = "nobody"
    cannot_begin(site, "all of it is to belong to nobody")


@test
def what_cannot_begin_says_why():
    """Late in its start, too: what to trust cannot be read; the place of its socket is taken."""
    site = server.Site()
    site.config["delivery"] = {"trust": f"{site.folder}/nowhere"}
    cannot_begin(site, "holds no usable PEM")
    del site.config["delivery"]
    os.mkdir(f"{site.folder}/data/admin.sock.lock")
    cannot_begin(site, "admin.sock: Is a directory")


def cannot_begin(site, why):
    try:
        with site.serve():
            pass
    except server.StartFailed as failure:
        assert failure.status == 1 and why in failure.stderr, (failure.status, failure.stderr)
    else:
        raise AssertionError("it began")
