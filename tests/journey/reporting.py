"""reporting.py - reports on mail (DMARC) and on TLS: made by one server, read by the other"""

import base64
import gzip
import io
import json
import re
import subprocess
import xml.etree.ElementTree as xml
import zipfile

import server
import sites
import sts
from report import test
from sites import JO, JO_PASSWORD, MARY, MARY_PASSWORD
from wire import Smtp

READER = "dmarc@reports.example.test"
ASKS = f"v=DMARC1; p=quarantine; rua=mailto:{READER},mailto:spam@victim.test"


class ReportNet(sites.Net):
    """Each takes mail from the other; the recipient reports after two seconds."""

    def __init__(self, records=None):
        super().__init__({"example.test": {"MX": (10, "mx.example.test"), "TXT": "v=spf1 ip4:127.0.0.0/8 -all"},
                          "mx.example.test": {"A": "127.0.0.5"},
                          "_dmarc.example.test": {"TXT": ASKS},
                          "reports.example.test": {"MX": (10, "mx.example.test")},
                          "victim.test": {"MX": (10, "mx.example.test")},
                          **(records or {})})
        self.sender.config["listen"]["smtp"] = f"127.0.0.5:{self.port}"
        self.sender.config["reports"] = {"address": READER}
        self.recipient.config["reports"] = {"interval": "2s"}
        self.sender.config["domain reports.example.test"] = {}  # which the recipient does not know
        self.sender.run_well("alias", "add", READER, JO)


def reports_at(site, *words):
    return json.loads(site.run("report", "--json", *words).stdout)


@test
def aggregate_report():
    """mail is counted; its domain gets one report, and only where it may; postroom report shows it"""
    net = ReportNet()
    with net.recipient.serve() as there, net.sender.serve() as here:
        sites.submit(here, MARY, "counted")
        sites.wait_for(there, MARY, MARY_PASSWORD, "counted")
        server.wait_until(lambda: "report.received" in here.log, 30, "a report")
        [one] = reports_at(net.sender, "example.test")
        text = sites.inbox(here, JO, JO_PASSWORD)
        shown = net.sender.run("report").stdout
    assert one["kind"] == "dmarc" and one["reporter"] == "recipient.test", one
    assert one["messages"] == one["passed"] == 1 and one["policy"]["p"] == "quarantine", one
    [record] = one["records"]
    assert record["spf"] == "pass" and record["from"] == "example.test", record
    assert record["spf_domain"] == "example.test" and record["source"].startswith("127."), record
    assert re.search(r"Subject: Report Domain: example.test\r?\n Submitter: recipient.test", text), text
    assert re.search(r'filename="recipient.test!example.test!\d+!\d+.xml.gz"', text), text
    assert "victim.test" not in there.log, there.log
    assert "1 messages, 1 passed" in shown and "127.0.0" in shown, shown
    assert reports_at(net.sender, "other.test") == []


@test
def report_is_by_the_schema():
    """the XML's namespace, order and values are those of RFC 9990"""
    net = ReportNet()
    with net.recipient.serve(), net.sender.serve() as here:
        sites.submit(here, MARY, "counted")
        text = sites.wait_for(here, JO, JO_PASSWORD, "application/gzip")
    packed = "".join(re.search(r'xml\.gz"\s+([A-Za-z0-9+/=\s]+?)\s+--', text)[1].split())
    root = xml.fromstring(gzip.decompress(base64.b64decode(packed)))
    space = "{urn:ietf:params:xml:ns:dmarc-2.0}"
    assert root.tag == space + "feedback"
    assert [one.tag.removeprefix(space) for one in root] == ["version", "report_metadata", "policy_published", "record"]
    row = root.find(f"{space}record/{space}row")
    assert [one.tag.removeprefix(space) for one in row] == ["source_ip", "count", "policy_evaluated"]
    dates = root.find(f"{space}report_metadata/{space}date_range")
    assert int(dates[1].text) - int(dates[0].text) == 1


def bring(running, document, name):
    """To the address that reads reports, as a stranger does."""
    body = base64.encodebytes(document).decode().replace("\n", "\r\n")
    text = (f"From: <r@else.test>\r\nSubject: report\r\nMIME-Version: 1.0\r\nContent-Type: application/zip; name={name}\r\n"
            f"Content-Transfer-Encoding: base64\r\n\r\n{body}").encode()
    with Smtp(running.at("smtp")) as smtp:
        code, said = smtp.mail("r@else.test", [READER], text)
        assert code == 250, f"{code} {said}"


def zipped(content):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("report.xml", content)
    return out.getvalue()


XML = """<?xml version="1.0"?><feedback><report_metadata><org_name>Else</org_name><email>r@else.test</email>
<report_id>77</report_id><date_range><begin>1000000000</begin><end>1000086400</end></date_range></report_metadata>
<policy_published><domain>example.test</domain><p>none</p></policy_published>
<record><row><source_ip>192.0.2.1</source_ip><count>5</count><policy_evaluated><disposition>none</disposition>
<dkim>fail</dkim><spf>fail</spf></policy_evaluated></row><identifiers><header_from>example.test</header_from>
</identifiers></record></feedback>"""


@test
def reports_of_others():
    """zip is read, once; a bomb, a doctype and nonsense are taken as mail, and are no reports"""
    net = ReportNet()
    with net.sender.serve() as here:
        bring(here, zipped(XML), "a.zip")
        bring(here, zipped(XML), "again.zip")
        bring(here, zipped(b"\0" * (64 << 20)), "bomb.zip")
        bring(here, zipped('<!DOCTYPE feedback [<!ENTITY a "b">]>' + XML), "doctype.zip")
        bring(here, b"PK\3\4nonsense", "odd.zip")
        server.wait_until(lambda: here.log.count("report.not-read") == 4, 20, "the refusals")
        [one] = reports_at(net.sender)
    assert one["id"] == "77" and one["messages"] == 5 and one["passed"] == 0, one
    [same] = reports_at(net.sender)  # with the server stopped
    assert same == one


def publish_key(net, selector, service=""):
    """The sender's, in the name server."""
    pem = f"{net.sender.folder}/data/dkim/{selector}.example.test.pem"
    key = subprocess.run(["openssl", "rsa", "-in", pem, "-pubout", "-outform", "DER"], capture_output=True,
                         check=True).stdout
    net.names.records[f"{selector}._domainkey.example.test"] = {
        "TXT": f"v=DKIM1; k=rsa;{service} p={base64.b64encode(key).decode()}"}


def tls_net(*policy, **keywords):
    """The sender reports to the recipient after two seconds, signed with a key for just that."""
    net = sts.StsNet(*policy, **keywords) if policy else sites.Net()
    net.names.records["_smtp._tls.recipient.test"] = {"TXT": f"v=TLSRPTv1; rua=mailto:{MARY}"}
    net.sender.config["reports"] = {"interval": "2s", "dkim-selector": "postroom-tlsrpt"}
    net.recipient.config["reports"] = {"address": MARY}
    publish_key(net, "postroom-tlsrpt", " s=tlsrpt;")
    return net


def tls_report(net):
    """(the report as it is shown, the mail)"""
    with net.recipient.serve() as there, net.sender.serve() as here:
        sites.submit(here, MARY, "over TLS")
        sites.wait_for(there, MARY, MARY_PASSWORD, "over TLS")
        server.wait_until(lambda: "report.received" in there.log, 30, "a report")
        mail = sites.wait_for(there, MARY, MARY_PASSWORD, "TLS-Report-Domain")
    return reports_at(net.recipient)[0], mail


@test
def tls_report_of_success():
    """no policy: the connection is counted; the mail is as RFC 8460 5.3 says"""
    one, mail = tls_report(tls_net())
    assert one["kind"] == "tls" and one["domain"] == "recipient.test", one
    assert one["successes"] == 1 and one["failures"] == 0, one
    assert one["policies"][0]["type"] == "no-policy-found", one
    for line in ("TLS-Report-Domain: recipient.test", "TLS-Report-Submitter: example.test", "TLS-Required: No",
                 'report-type="tlsrpt"', "Content-Type: application/tlsrpt+gzip"):
        assert line in mail, f"{line}\n{mail}"


@test
def tls_report_is_signed_for_it():
    """with the domain's key and one whose record says s=tlsrpt, over the fields of RFC 8460 5.3"""
    net = tls_net()
    net.sender.config["domain example.test"] = {"dkim-selector": "postroom-ed"}
    _, mail = tls_report(net)
    signatures = [re.sub(r"\s", "", one) for one in re.findall(r"DKIM-Signature:(.*?)\r\n(?! )", mail, re.S)]
    selectors = [re.search(r";s=(.*?);", one)[1] for one in signatures]  # of the mail that was sent first, too
    assert selectors == ["postroom-ed", "postroom-ed", "postroom-tlsrpt"], mail
    for one in signatures[1:]:
        assert "d=example.test;" in one and ";l=" not in one and "TLS-Report-Domain:TLS-Report-Submitter" in one, one


@test
def tls_report_without_signature():
    """it is mail like any other, and no report (RFC 8460 3): with a key that is not there"""
    net = tls_net()
    net.names.records.pop("postroom-tlsrpt._domainkey.example.test")
    with net.recipient.serve() as there, net.sender.serve() as here:
        sites.submit(here, MARY, "over TLS")
        sites.wait_for(there, MARY, MARY_PASSWORD, "TLS-Report-Domain")
        server.wait_until(lambda: "report.not-read why=denied" in there.log, 10, "its refusal")
    assert reports_at(net.recipient) == []


@test
def tls_report_of_required_dane():
    """tls = dane: a host without TLSA records is left alone, and its domain hears of it"""
    net = tls_net()
    net.sender.config["route recipient.test"] = {"tls": "dane"}
    with net.recipient.serve() as there, net.sender.serve() as here:
        sites.submit(here, MARY, "over TLS")
        server.wait_until(lambda: "report.received" in there.log, 30, "a report")
        assert re.search("delivery.unreachable destination=recipient.test .*status=4.7.5", here.log), here.log
        assert "over TLS" not in sites.inbox(there, MARY, MARY_PASSWORD)
    [policy] = reports_at(net.recipient)[0]["policies"]
    assert policy["failures"] >= 1 and policy["successes"] == 0, policy
    assert policy["details"][0]["result"] == "dane-required", policy


@test
def tls_report_of_tested_policy():
    """mode testing, another's certificate: the mail arrives, and the report says what failed"""
    one, _ = tls_report(tls_net("testing", mx_name="other.test"))
    [policy] = one["policies"]
    assert policy["type"] == "sts" and policy["failures"] == 1 and policy["successes"] == 0, one
    assert policy["details"][0]["result"] == "certificate-host-mismatch", one
    assert policy["details"][0]["host"] == "mx.recipient.test", one


@test
def tls_report_by_https():
    """rua=https: the report is POSTed, whole"""
    net = tls_net("enforce")
    port = net.host.server_address[1]
    net.names.records["_smtp._tls.recipient.test"] = {
        "TXT": f"v=TLSRPTv1; rua=https://mta-sts.recipient.test:{port}/tls"}
    with net.recipient.serve(), net.sender.serve() as here:
        sites.submit(here, MARY, "over TLS")
        kind, body = server.wait_until(lambda: net.host.posted and net.host.posted[0], 30, "a POST")
        server.wait_until(lambda: "report.sent" in here.log, 10, "its end in the log")
    made = json.loads(gzip.decompress(body))
    assert kind == "application/tlsrpt+gzip", kind
    [policy] = made["policies"]
    assert policy["policy"]["policy-type"] == "sts" and policy["policy"]["mx-host"] == ["mx.recipient.test"], made
    assert "mode: enforce" in policy["policy"]["policy-string"], made
    assert policy["summary"] == {"total-successful-session-count": 1, "total-failure-session-count": 0}, made
