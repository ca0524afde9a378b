"""binaries.py - octets come and go (RFC 8620 6)"""

import concurrent.futures
import email.message
import hashlib
import os
import smtplib

from jmap import ANN, JO, Client, served
from report import test

MEGA = 1_000_000


@test
def there_and_back():
    """Of any size and kind, by its length or in chunks."""
    with served() as running, Client(running) as jo:
        for octets in (b"", b"x", bytes(range(256)) * 300, b"\r\n.\r\n" * 20_000, os.urandom(5 * MEGA)):
            answer = jo.upload(octets, "image/png")
            assert set(answer) == {"accountId", "blobId", "type", "size"}
            assert answer["accountId"] == jo.account and answer["type"] == "image/png"
            assert answer["size"] == len(octets)
            status, fields, got = jo.download(answer["blobId"], "a b.png", "image/png")
            assert status == 200 and got == octets and int(fields["Content-Length"]) == len(octets)
        chunks = [b"one", b"", b"two" * 40_000]
        jo.link.request("POST", jo.path("uploadUrl"), iter(chunks), encode_chunked=True,
                        headers={"Authorization": jo.login, "Transfer-Encoding": "chunked"})
        answer = jo.link.getresponse()
        assert answer.status == 201
        assert b'"type":"application/octet-stream"' in answer.read()


@test
def the_largest():
    with served() as running, Client(running) as jo:
        most = jo.session["capabilities"]["urn:ietf:params:jmap:core"]["maxSizeUpload"]
        octets = os.urandom(MEGA) * (most // MEGA)
        octets += bytes(most - len(octets))
        blob = jo.upload(octets)["blobId"]
        assert hashlib.sha256(jo.download(blob)[2]).digest() == hashlib.sha256(octets).digest()
        with Client(running) as other:  # told before its content is sent
            other.link.putrequest("POST", other.path("uploadUrl"))
            for name, value in (("Authorization", other.login), ("Content-Length", str(most + 1)),
                                ("Expect", "100-continue")):
                other.link.putheader(name, value)
            other.link.endheaders()
            answer = other.link.getresponse()
            assert answer.status == 413 and b"maxSizeUpload" in answer.read()


@test
def how_a_browser_is_told():
    """Nothing of a stranger's is shown in our name (RFC 8620 6.2, 8.5)."""
    with served() as running, Client(running) as jo:
        blob = jo.upload(b"<script>", "text/html")["blobId"]
        for name, kind, disposition, shown in (
                ("page.html", "text/html", "attachment; filename=\"page.html\"; filename*=UTF-8''page.html",
                 "text/html"),
                ('a"\r\nX: y/ä', "x\r\nX: y",
                 "attachment; filename=\"a___X_ y___\"; filename*=UTF-8''a%22%0D%0AX%3A%20y%2F%C3%A4",
                 "application/octet-stream"),
                ("", "", "attachment", "application/octet-stream")):
            status, fields, _ = jo.download(blob, name, kind)
            assert status == 200 and fields["Content-Disposition"] == disposition, fields["Content-Disposition"]
            assert fields["Content-Type"] == shown and "X" not in fields
            assert fields["X-Content-Type-Options"] == "nosniff" and "sandbox" in fields["Content-Security-Policy"]
            assert "immutable" in fields["Cache-Control"] and "private" in fields["Cache-Control"]
        path = jo.path("downloadUrl", blobId=blob, name="x.svg", type="image/svg+xml")
        for one in (path, path.replace("%2B", "+")):  # some put it into the template as it is
            assert jo.request("GET", one)[1]["Content-Type"] == "image/svg+xml", one


@test
def what_is_not_there():
    with served() as running, Client(running) as jo, Client(running, ANN) as ann:
        blob = jo.upload(b"mine")["blobId"]
        for path in (jo.path("downloadUrl", blobId="U1-999", name="x", type="y"),
                     jo.path("downloadUrl", blobId="..", name="x", type="y"),
                     jo.path("downloadUrl", blobId="", name="x", type="y"),
                     jo.path("downloadUrl", blobId="x" * 5000, name="x", type="y"),
                     jo.path("downloadUrl", accountId=ann.account, blobId=blob, name="x", type="y"),
                     f"/jmap/download/{jo.account}/{blob}"):
            status, fields, _ = jo.request("GET", path)
            assert status == 404 and fields["Content-Type"] == "application/problem+json", path
        assert ann.download(blob)[0] == 404
        assert ann.request("GET", jo.path("downloadUrl", blobId=blob, name="x", type="y"))[0] == 404
        assert ann.request("POST", jo.path("uploadUrl"), b"x")[0] == 404


@test
def mails_and_their_parts():
    with served() as running, Client(running) as jo:
        octets = os.urandom(3 * MEGA)
        mail = email.message.EmailMessage()
        mail["Subject"], mail["From"], mail["To"] = "parts", ANN, JO
        mail.set_content("text\n")
        mail.add_attachment(octets, "image", "png", filename="a.png")
        with smtplib.SMTP(*running.at("smtp")) as smtp:
            smtp.sendmail(ANN, [JO], mail.as_bytes(policy=mail.policy.clone(linesep="\r\n")))
        (found,) = jo.call("Email/query")["ids"]
        (got,) = jo.call("Email/get", {"ids": [found], "properties": ["blobId", "size", "attachments"]})["list"]
        whole = jo.download(got["blobId"], "a.eml", "message/rfc822")[2]
        assert len(whole) == got["size"] and b"\r\nSubject: parts\r\n" in whole
        status, fields, part = jo.download(got["attachments"][0]["blobId"])
        assert status == 200 and part == octets, (fields, len(part))
        assert jo.request("HEAD", jo.path("downloadUrl", blobId=got["blobId"], name="x", type="y"))[2] == b""


@test
def several_at_a_time():
    """More than may be under way are refused, all others are whole."""
    octets = os.urandom(2 * MEGA)

    def bring(running):
        with Client(running) as jo:
            answer = jo.request("POST", jo.path("uploadUrl"), octets)
            return answer[0], answer[2]

    with served() as running, concurrent.futures.ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(bring, [running] * 12))
        assert {status for status, _ in answers} <= {201, 429}, answers
        assert sum(status == 201 for status, _ in answers) >= 4
        assert all(b"maxConcurrentUpload" in text for status, text in answers if status == 429)
        with Client(running) as jo:
            assert jo.upload(b"after")["size"] == 5


def parts_of(jo, blob, whole):
    """A few ranges of it, and what is as if none were asked for (RFC 9110 14)."""
    path, size = jo.path("downloadUrl", blobId=blob, name="x", type="a/b"), len(whole)
    for text, first, end in ((f"bytes=0-{size - 1}", 0, size), ("bytes=3-6", 3, 7), ("bytes=-4", size - 4, size),
                             (f"bytes={size - 1}-", size - 1, size), (f"bytes=1-{size * 2}", 1, size)):
        status, fields, got = jo.request("GET", path, None, {"Range": text})
        assert status == 206 and got == whole[first:end], (text, status, len(got))
        assert fields["Content-Range"] == f"bytes {first}-{end - 1}/{size}", fields["Content-Range"]
        assert int(fields["Content-Length"]) == end - first and fields["ETag"]
    for text in ("bytes=0-1,3-4", "lines=1-2", "bytes=5-4"):
        status, fields, got = jo.request("GET", path, None, {"Range": text})
        assert status == 200 and got == whole and "Content-Range" not in fields, text
    for text in (f"bytes={size}-", "bytes=-0"):
        status, fields, _ = jo.request("GET", path, None, {"Range": text})
        assert status == 416 and fields["Content-Range"] == f"bytes */{size}", text


@test
def parts_of_downloads():
    """Of what lies there as it is, and of what is decoded on the way."""
    octets = os.urandom(200_000)
    mail = email.message.EmailMessage()
    mail.add_attachment(octets, "image", "png")
    with served() as running, Client(running) as jo:
        uploaded = jo.upload(octets)["blobId"]
        message = mail.as_bytes(policy=mail.policy.clone(linesep="\r\n"))
        parsed, = jo.call("Email/parse", {"blobIds": [jo.upload(message)["blobId"]]})["parsed"].values()
        for blob in (uploaded, parsed["attachments"][0]["blobId"]):
            parts_of(jo, blob, octets)
            path = jo.path("downloadUrl", blobId=blob, name="x", type="a/b")
            status, fields, _ = jo.request("HEAD", path, None, {"Range": "bytes=0-1"})
            assert status == 200 and fields["Accept-Ranges"] == "bytes"
            tag = fields["ETag"]
            assert jo.request("GET", path, None, {"If-None-Match": f'"x", W/{tag}'})[0] == 304
            for condition, want in ((tag, 206), ('"x"', 200), ("Sat, 29 Oct 1994 19:43:31 GMT", 200)):
                fields = {"Range": "bytes=0-1", "If-Range": condition}
                assert jo.request("GET", path, None, fields)[0] == want, condition
        assert jo.request("GET", jo.path("downloadUrl", blobId=jo.upload(b"")["blobId"], name="x", type="a/b"), None,
                          {"Range": "bytes=0-"})[0] == 416
