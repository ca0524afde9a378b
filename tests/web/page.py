"""page.py - the page in a browser: what comes by SMTP is seen, and what is hostile stays harmless"""

import contextlib
import http.server
import smtplib
import threading
import time
from email.message import EmailMessage

import browser
import server
from report import test

PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c"
                    "6360f8cf50000003030100d0a5b2d40000000049454e44ae426082")
TITLE = ".mail-head h1"


@contextlib.contextmanager
def sandbox():
    with server.sandbox("--http", "0") as running:
        yield running, "http://{}:{}/".format(*running.at("http"))


def message(subject, text="Hello.", html=None, to="jo@example.test"):
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "App <app@example.test>", to, subject
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    return mail


def send(running, *mails, user=None):
    with smtplib.SMTP(*running.at("smtp")) as link:
        if user:
            link.starttls()
            link.login(*user)
        for mail in mails:
            link.send_message(mail)


@contextlib.contextmanager
def elsewhere():
    """Another server, and the paths it was asked for."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):  # pylint: disable=invalid-name
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "image/png")
            self.end_headers()
            self.wfile.write(PNG)

        def log_message(self, *_):
            pass

    other = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=other.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{other.server_port}", asked
    other.shutdown()
    other.server_close()


@test
def a_mail_shows_up():
    """An empty page says where to send; what is sent there is seen at once, counted, read, found, deleted."""
    with sandbox() as (running, url), browser.opened(url) as page:
        host, port = running.at("smtp")
        page.shows(".connect code", f"{host}:{port}")
        page.shows(".snippet pre", str(port))
        page.until("document.querySelector('.live').dataset.how", "live")
        send(running, message("First mail"))
        begun = time.monotonic()
        page.shows(".row.is-unread .row-subject", "First mail")
        assert time.monotonic() - begun < 3, time.monotonic() - begun
        page.until("document.title", "(1) all – Postroom")
        send(running, message("Second mail", to="ann@example.test"))
        page.shows(".count-shown", "2 mails")
        page.key("j")
        page.shows(TITLE, "Second mail")
        page.key("j")
        page.shows(TITLE, "First mail")
        page.shows(".plain", "Hello.")
        page.until("document.title", "all – Postroom")
        page.key("u")
        page.until("document.title", "(1) all – Postroom")
        page.click(".mailboxes a", "ann@example.test")
        page.shows(".count-shown", "1 mail")
        page.key("/")
        page.type("nowhere")
        page.shows(".empty", "Nothing found.")
        page.key("Enter")
        page.click(".mailboxes a", "all")
        page.shows(".count-shown", "2 mails")
        page.click(".row", "First mail")
        page.shows(TITLE, "First mail")
        page.key("Delete")
        page.shows(".count-shown", "1 mail")
        page.click("button", "Delete all")
        page.click("dialog button", "Delete 1 mail")
        page.shows(".connect h1", "Point your application here")
        assert not page.complaints, page.complaints


def decorated():
    mail = message("Decorated", "Text with https://example.test/link.", '<p id="hello">Hi</p><img src="cid:logo@x">'
                   '<a href="https://example.test/">link</a>')
    mail.get_payload()[1].add_related(PNG, "image", "png", cid="<logo@x>", filename="logo.png")
    mail.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="März.pdf")
    return mail


@test
def views_of_a_mail():
    """HTML with its images, text, header, source, attachments; an address leads to each."""
    with sandbox() as (running, url), browser.opened(url) as page:
        page.shows(".connect")
        send(running, decorated())
        page.click(".row", "Decorated")
        inner = "document.querySelector('.mail-frame').contentDocument"
        page.until(f"{inner}.querySelector('#hello').textContent", "Hi")
        page.until(f"{inner}.querySelector('img').naturalWidth", 1)
        assert page.value(f"{inner}.querySelector('a').rel") == "noopener noreferrer"
        assert page.value(f"{inner}.querySelector('a').target") == "_blank"
        page.click("[role=tab]", "Text")
        page.shows(".plain a", "https://example.test/link")
        page.click("[role=tab]", "Headers")
        page.shows(".headers td", "App <app@example.test>")
        page.click("[role=tab]", "Attachments (2)")
        page.shows(".attachment-name", "März.pdf")
        page.click("[role=tab]", "Source")
        page.shows(".source pre", "Subject: Decorated")
        page.until("location.hash.includes('tab=source')")
        page.value("location.reload()")
        page.shows(".source pre", "Subject: Decorated")
        assert not page.complaints, page.complaints


HOSTILE = """<html onload="top.ran=1"><head><base href="{other}/"><meta http-equiv="refresh" content="0;url={other}/refresh">
<link rel="stylesheet" href="{other}/style"><link rel="prefetch" href="{other}/prefetch">
<style>@import "{other}/import"; body {{ background: url({other}/background) }}</style>
<script>parent.ran = 1; top.ran = 1</script><script src="{other}/script"></script></head>
<body onload="parent.ran=1"><img src="{other}/pixel"><img src=x onerror="parent.ran=1"><svg onload="parent.ran=1"><script>parent.ran=1</script>
<image href="{other}/svg"/></svg><iframe src="{other}/frame"></iframe><iframe srcdoc="<script>top.ran=1</script>"></iframe>
<object data="{other}/object"></object><embed src="{other}/embed"><video src="{other}/video" poster="{other}/poster"></video>
<form action="{other}/form"><input name=a autofocus onfocus="parent.ran=1"><button id=send>x</button></form>
<a id=script href="javascript:parent.ran=1">x</a><a id=tab href="java&#9;script:parent.ran=1">y</a><math><mtext><style><img src="{other}/math" onerror="parent.ran=1">
</style></mtext></math><noscript><img src="{other}/noscript"></noscript><p id=end>end</p></body></html>"""


@test
def hostile_mail():
    """No script runs and nothing is loaded from elsewhere; then images only, when they are asked for."""
    with sandbox() as (running, url), elsewhere() as (other, asked), browser.opened(url) as page:
        page.shows(".connect")
        subject = "<img src=x onerror=ran=1><script>ran=1</script>"
        send(running, message(subject, "<script>ran=1</script>", HOSTILE.format(other=other)))
        page.click(".row", "<script>")
        inner = "document.querySelector('.mail-frame').contentDocument"
        page.until(f"{inner}.querySelector('#end')?.textContent", "end")
        page.shows(TITLE, subject)
        for selector in ("#script", "#tab", "#send"):
            page.value(f"{inner}.querySelector('{selector}').click()")
        time.sleep(0.5)
        assert not asked, asked
        assert page.value(f"{inner}.querySelectorAll('script, iframe, object, embed, base, meta, link').length") == 0
        page.click(".remote button", "Load remote images")
        server.wait_until(lambda: "/pixel" in asked and "/background" in asked, what=f"images, not {asked}")
        time.sleep(0.3)
        assert not {"/script", "/refresh", "/frame", "/style", "/import", "/form", "/object"} & set(asked), asked
        for tab in ("Text", "Headers", "Source"):
            page.click("[role=tab]", tab)
        page.shows(".source pre", "onload=")
        assert page.value("window.ran === undefined && document.querySelectorAll('main script').length === 0")


@test
def parts_are_no_pages():
    """A link to a part of the mail gets no address in the page's origin; nor does anything but a picture."""
    mail = message("Parts", html='<p id=end>end</p><a href="cid:page@x">page</a><a href="cid:draw@x">drawing</a>'
                   '<img src="cid:page@x"><img id=shown src="cid:draw@x">')
    html = mail.get_payload()[1]
    html.add_related(b"<script>opener.ran = 1</script>", "text", "html", cid="<page@x>")
    html.add_related(b'<svg xmlns="http://www.w3.org/2000/svg" width="7" height="7"><script>top.ran = 1</script></svg>',
                     "image", "svg+xml", cid="<draw@x>")
    with sandbox() as (running, url), browser.opened(url) as page:
        page.shows(".connect")
        send(running, mail)
        page.click(".row", "Parts")
        inner = "document.querySelector('.mail-frame').contentDocument"
        page.until(f"{inner}.querySelector('#shown')?.naturalWidth", 7)
        assert page.value(f"[...{inner}.links].map((one) => one.getAttribute('href'))") == ["cid:page@x", "cid:draw@x"]
        assert page.value(f"{inner}.querySelector('img').src") == "cid:page@x"
        assert page.value("window.ran === undefined")


@test
def many_mails():
    """Only those in sight are in the page; the rest comes as it is scrolled to."""
    with sandbox() as (running, url), browser.opened(url, 390, 800) as page:
        page.shows(".connect")
        send(running, *(message(f"Mail number {i}.") for i in range(250)))
        page.shows(".count-shown", "250 mails")
        page.shows(".row", "Mail number 249.")
        assert page.value("document.querySelectorAll('.row').length") < 40
        page.value("document.querySelector('.list').scrollTop = 1e6")
        page.shows(".row", "Mail number 0.")
        page.click(".row", "Mail number 1.")
        page.shows(TITLE, "Mail number 1.")
        page.until("getComputedStyle(document.querySelector('.mails')).display", "none")
        page.click("button", "Back")
        page.until("getComputedStyle(document.querySelector('.reader')).display", "none")
        page.click("button", "Mark all read")
        page.until("document.title", "all – Postroom")
        assert page.value("document.documentElement.scrollWidth") == 390
        assert not page.complaints, page.complaints


@test
def without_the_stream():
    """Where the stream of events does not come through, it asks again and again."""
    with sandbox() as (running, url), browser.opened("about:blank") as page:
        page.call("Page.addScriptToEvaluateOnNewDocument", source="const real = fetch; window.fetch = (url, ...rest) =>"
                  " url.includes('eventsource') ? Promise.reject(new Error('blocked')) : real(url, ...rest);")
        page.call("Page.navigate", url=url)
        page.until("document.querySelector('.live').dataset.how", "polling")
        send(running, message("Asked for"))
        page.shows(".row-subject", "Asked for", seconds=10)


@test
def log_in():
    """A real server asks who it is, tells who is wrong, and forgets at log-out; what is deleted is in the trash."""
    site = server.Site()
    site.config["listen"] |= {"http": "127.0.0.1:0"}
    with site.serve() as running, browser.opened("http://{}:{}/mail".format(*running.at("http"))) as page:
        user, password = next(iter(server.PASSWORDS.items()))
        send(running, message("For Jo", to=user))
        page.shows(".login h1", server.HOST)
        for given in ("wrong", password):
            page.value(f"Object.entries({{user: '{user}', password: '{given}'}}).forEach(([name, value]) =>"
                       " { document.querySelector(`.login [name=${name}]`).value = value; })")
            page.click(".login button", "Log in")
            page.shows(".fault" if given == "wrong" else ".row-subject", "is wrong" if given == "wrong" else "For Jo")
        page.shows(".user", user)
        page.click(".row", "For Jo")
        page.shows(TITLE, "For Jo")
        page.key("Delete")
        page.shows(".empty", "No mail here yet.")
        page.click(".mailboxes a", "Trash")
        page.shows(".row-subject", "For Jo")
        page.click("button", "Log out")
        page.shows(".login button", "Log in")
        assert page.value("localStorage.length + sessionStorage.length") == 0
