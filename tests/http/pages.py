"""pages.py - how a mail program sets itself up, the MTA-STS policy, the front page"""

import contextlib
import http.client
import ssl
import xml.etree.ElementTree as xml

import server
from report import test

AUTOCONFIG, WELL_KNOWN = "/mail/config-v1.1.xml", "/.well-known/autoconfig/mail/config-v1.1.xml"


@contextlib.contextmanager
def served(**domain):
    site = server.Site()
    site.config["listen"] |= {"http": "127.0.0.1:0", "https": "127.0.0.1:0"}
    site.config["domain example.test"] = domain
    with site.serve() as running:
        yield running


def get(running, path, host="mail.example.test", service="https", method="GET"):
    """(status, fields, content)"""
    where = running.at(service)
    if service == "https":
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        link = http.client.HTTPSConnection(*where, context=context, timeout=20)
    else:
        link = http.client.HTTPConnection(*where, timeout=20)
    with contextlib.closing(link):
        link.request(method, path, headers={"Host": host})
        answer = link.getresponse()
        return answer.status, answer.headers, answer.read().decode()


def servers(text):
    provider = xml.fromstring(text).find("emailProvider")
    assert provider.get("id") == provider.findtext("domain") == "example.test", text
    return [(one.get("type"), one.findtext("port"), one.findtext("socketType"), one.findtext("username"),
             one.findtext("hostname"), one.findtext("authentication")) for one in provider if one.get("type")]


@test
def autoconfig():
    """By the host's name or the address; every service for people, with the ports that are open."""
    with served() as running:
        wanted = [(kind, str(running.at(name)[1]), socket, "%EMAILADDRESS%", "mail.example.test", "password-cleartext")
                  for name, kind, socket in (("imaps", "imap", "SSL"), ("imap", "imap", "STARTTLS"),
                                             ("pop3s", "pop3", "SSL"), ("pop3", "pop3", "STARTTLS"),
                                             ("submissions", "smtp", "SSL"), ("submission", "smtp", "STARTTLS"))
                  if running.has(name)]
        assert len(wanted) == 6
        for service, host, path in (("http", "autoconfig.example.test", AUTOCONFIG),
                                    ("https", "AUTOCONFIG.example.test:443", AUTOCONFIG),
                                    ("http", "example.test", f"{WELL_KNOWN}?emailaddress=jo%40example.test"),
                                    ("https", "x", f"{WELL_KNOWN}?a=b&emailaddress=jo@example.test&c=d")):
            status, fields, text = get(running, path, host, service)
            assert status == 200 and fields["Content-Type"].startswith("text/xml"), (status, fields)
            assert servers(text) == wanted, text


@test
def autoconfig_of_others():
    with served() as running:
        for host, path in (("autoconfig.elsewhere.test", AUTOCONFIG), ("example.test", AUTOCONFIG),
                           ("x", f"{WELL_KNOWN}?emailaddress=jo@elsewhere.test"), ("x", f"{WELL_KNOWN}?emailaddress=%")):
            assert get(running, path, host)[0] == 404, (host, path)


@test
def mta_sts():
    """Of the domain that has one, by TLS only (RFC 8461 3.3)."""
    path, host = "/.well-known/mta-sts.txt", "mta-sts.example.test"
    with served(**{"mta-sts": "enforce", "mta-sts-max-age": "2d"}) as running:
        status, fields, text = get(running, path, host)
        assert status == 200 and fields["Content-Type"].startswith("text/plain")
        assert text == "version: STSv1\r\nmode: enforce\r\nmx: mail.example.test\r\nmax_age: 172800\r\n", text
        assert get(running, path, host, "http")[0] == 404
        assert get(running, path, "mta-sts.elsewhere.test")[0] == 404
    with served() as running:
        assert get(running, path, host)[0] == 404


@test
def front_page():
    with served() as running:
        status, fields, text = get(running, "/")
        assert status == 200 and str(running.at("imaps")[1]) in text and "<script" not in text
        assert "default-src 'none'" in fields["Content-Security-Policy"]
        assert fields["X-Content-Type-Options"] == "nosniff"
        status, fields, nothing = get(running, "/", method="HEAD")
        assert status == 200 and int(fields["Content-Length"]) == len(text) and not nothing
        status, fields, _ = get(running, "/", method="DELETE")
        assert status == 405 and fields["Allow"] == "GET, HEAD"
        assert get(running, "/../../etc/passwd")[0] == get(running, "/frob")[0] == 404
