"""reading.py - programs that fetch mail: curl, mpop, fetchmail, getmail"""

import os

import client
import server
from report import add, test
from sending import app_password

JO = "jo@example.test"
TEXTS = [client.message(f"number {n}") for n in (1, 2)]


def body(text):
    return text.partition("\n\n")[2]


def with_mail(function, site=None, password="any"):
    """function(running) with the two mails in jo's inbox."""
    with (site.serve() if site else server.sandbox()) as running:
        client.put(running, JO, *TEXTS, password=password)
        return function(running)


def check_mbox(path, texts=TEXTS):
    with open(path, encoding="utf-8") as file:
        found = file.read()
    for text in texts:
        lines = [line for line in body(text).split("\n") if line]
        assert all(line in found for line in lines), f"a body is not whole: {found[:3000]!r}"
    assert found.count("Message-ID: <") == len(texts), f"{found.count('Message-ID: <')} mails, not {len(texts)}"


def left(running, password="any"):
    return len(client.mail_in(running, JO, password))


# ---- curl ----

def curl(url, *options):
    return client.do("curl", "--silent", "--show-error", "--insecure", "--user", f"{JO}:any", url, *options
                     ).replace("\r\n", "\n")


def curl_reads(scheme, path, *options):
    def run(running):
        host, port = running.at(scheme)
        assert curl(f"{scheme}://{host}:{port}/{path}", *options) == TEXTS[1]
    return lambda: with_mail(run)


for _scheme, _path in [("pop3", "2"), ("pop3s", "2"), ("imap", "INBOX;MAILINDEX=2"), ("imaps", "INBOX;UID=2")]:
    add(f"curl {_scheme}", curl_reads(_scheme, _path))
add("curl pop3 STLS", curl_reads("pop3", "2", "--ssl-reqd"))
add("curl imap STARTTLS", curl_reads("imap", "INBOX;UID=2", "--ssl-reqd"))


@test
def curl_lists_searches_and_appends():
    def run(running):
        host, port = running.at("pop3")
        assert [line.split()[0] for line in curl(f"pop3://{host}:{port}/").splitlines()] == ["1", "2"]
        host, port = running.at("imap")
        url = f"imap://{host}:{port}"
        assert '"/" INBOX' in curl(url)
        assert curl(f"{url}/INBOX?SUBJECT%202").split() == ["*", "SEARCH", "2"]
        path = client.write(f"{server.new_folder()}/mail", client.message("by curl").replace("\n", "\r\n"))
        curl(f"{url}/INBOX", "--upload-file", path)
        assert client.mail_in(running, JO)[2] == client.message("by curl")
    with_mail(run)


# ---- mpop ----

def mpop(running, folder, service, *options, password="any"):
    host, port = running.at(service)
    client.write(f"{folder}/password", password + "\n")
    client.do("mpop", f"--host={host}", f"--port={port}", f"--user={JO}", f"--passwordeval=cat {folder}/password",
              f"--deliver=mbox,{folder}/mbox", f"--uidls-file={folder}/uidls", "--received-header=off", *options,
              folder=folder)


def mpop_reads(service, *options):
    def run(running):
        folder = server.new_folder()
        mpop(running, folder, service, "--keep=on", *options)
        mpop(running, folder, service, "--keep=on", *options)  # knows by UIDL that it has them
        check_mbox(f"{folder}/mbox")
        mpop(running, folder, service, "--keep=off", *options)
        assert left(running) == 0
    return lambda: with_mail(run)


TLS = ["--tls=on", "--tls-certcheck=off"]
add("mpop plain", mpop_reads("pop3", "--auth=user"))
add("mpop STLS", mpop_reads("pop3", *TLS, "--auth=plain"))
add("mpop TLS", mpop_reads("pop3s", *TLS, "--tls-starttls=off"))
add("mpop PIPELINING", mpop_reads("pop3", "--auth=user", "--pipelining=on"))


def mpop_logs_in(mechanism):
    def run():
        site = server.Site()
        password = app_password(site)
        def read(running):
            folder = server.new_folder()
            mpop(running, folder, "pop3", *TLS, f"--auth={mechanism}", password=password)
            check_mbox(f"{folder}/mbox")
        with_mail(read, site, "secret")
    return run


for _mechanism in ["user", "plain", "apop", "cram-md5", "scram-sha-1", "scram-sha-256"]:
    add(f"mpop {_mechanism} by app password", mpop_logs_in(_mechanism))


# ---- fetchmail and getmail ----

def fetchmail_reads(protocol, service, *options):
    def run(running):
        folder = server.new_folder()
        host, port = running.at(service)
        client.write(f"{folder}/rc",
                     f'poll {host} service {port} protocol {protocol} user "{JO}" password "any" '
                     f'{" ".join(options)} mda "cat >> {folder}/mbox"\n', 0o700)
        client.do("fetchmail", "--fetchmailrc", f"{folder}/rc", "--nosyslog", "--pidfile", f"{folder}/pid",
                  "--idfile", f"{folder}/ids", folder=folder, env={"FETCHMAILHOME": folder})
        check_mbox(f"{folder}/mbox")
        assert left(running) == 0, "fetched mail is deleted"
    return lambda: with_mail(run)


add("fetchmail POP3", fetchmail_reads("POP3", "pop3", "sslproto ''"))
add("fetchmail POP3 STLS", fetchmail_reads("POP3", "pop3", "no sslcertck sslproto 'TLS1.2+'"))
add("fetchmail POP3S", fetchmail_reads("POP3", "pop3s", "ssl no sslcertck"))
add("fetchmail IMAP", fetchmail_reads("IMAP", "imap", "sslproto ''"))
add("fetchmail IMAPS", fetchmail_reads("IMAP", "imaps", "ssl no sslcertck"))


def getmail_reads(kind, service):
    def run(running):
        folder = server.new_folder()
        host, port = running.at(service)
        os.mkdir(f"{folder}/state")
        client.write(f"{folder}/mbox", "")
        client.write(f"{folder}/rc", f"""[retriever]
type = {kind}
server = {host}
port = {port}
username = {JO}
password = any
[destination]
type = MDA_external
path = /bin/sh
arguments = ("-c", "cat >> {folder}/mbox")
allow_root_commands = true
[options]
delete = true
delivered_to = false
received = false
""")
        client.do("getmail", f"--getmaildir={folder}/state", f"--rcfile={folder}/rc", folder=folder)
        check_mbox(f"{folder}/mbox")
        assert left(running) == 0
    return lambda: with_mail(run)


add("getmail POP3", getmail_reads("SimplePOP3Retriever", "pop3"))
add("getmail IMAP", getmail_reads("SimpleIMAPRetriever", "imap"))
