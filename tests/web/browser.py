"""browser.py - a chromium without a window, driven through a pipe (the DevTools protocol)

    with browser.opened("http://...") as page:
        page.until("document.title", "Inbox")     # an expression in the page, and what it is to be
        page.key("j")

`./dev setup browser` installs it. What a page throws or its policy refuses is in page.complaints.
"""

import base64
import contextlib
import fcntl
import json
import os
import select
import shutil
import subprocess
import time

import report
import server

KEYS = {"Enter": 13, "Delete": 46, "ArrowDown": 40, "ArrowUp": 38, "Escape": 27}
OPTIONS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
           "--disable-background-networking", "--disable-component-update", "--disable-extensions",
           "--remote-debugging-pipe", "about:blank"]


class Pipe:
    """Commands and their answers; each ends with a NUL."""

    def __init__(self, program):
        ends = [*os.pipe(), *os.pipe()]
        theirs = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (ends[0], ends[3])]  # not 3 or 4
        self._out, self._in = ends[1:3]
        self.process = subprocess.Popen(
            ["bash", "-c", 'exec "$@" 3<&{} 4>&{}'.format(*theirs), "bash", program,
             f"--user-data-dir={server.new_folder()}", *OPTIONS],
            pass_fds=theirs, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for end in (ends[0], ends[3], *theirs):
            os.close(end)
        self._text, self._number, self.events = b"", 0, []

    def _next(self, end):
        while b"\0" not in self._text:
            ready, _, _ = select.select([self._in], [], [], max(0, end - time.monotonic()))
            piece = os.read(self._in, 65536) if ready else b""
            assert piece, "the browser does not answer"
            self._text += piece
        message, _, self._text = self._text.partition(b"\0")
        return json.loads(message)

    def call(self, method, session=None, seconds=60, **parameters):
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        message |= {"sessionId": session} if session else {}
        os.write(self._out, json.dumps(message).encode() + b"\0")
        end = time.monotonic() + seconds
        while True:
            answer = self._next(end)
            if answer.get("id") == self._number:
                assert "error" not in answer, f"{method}: {answer['error']}"
                return answer["result"]
            self.events.append(answer)

    def close(self):
        with contextlib.suppress(AssertionError, OSError):
            self.call("Browser.close", seconds=10)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self._in)
        os.close(self._out)


class Page:
    def __init__(self, pipe, url, width, height, is_dark):
        target = pipe.call("Target.createTarget", url="about:blank")["targetId"]
        self._pipe = pipe
        self._session = pipe.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")
        scheme = {"name": "prefers-color-scheme", "value": "dark" if is_dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        self.size(width, height)
        self.call("Page.navigate", url=url)

    def call(self, method, **parameters):
        return self._pipe.call(method, self._session, **parameters)

    def size(self, width, height):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                  mobile=width < 600)

    def value(self, expression):
        """Of an expression in the page; a promise's when it is kept."""
        done = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in done, f"{expression}: {done['exceptionDetails']}"
        return done["result"].get("value")

    def until(self, expression, wanted=True, seconds=20):
        end = time.monotonic() + seconds
        while True:
            with contextlib.suppress(AssertionError):  # the page may still be on its way
                value = self.value(expression)
                if value == wanted:
                    return
            assert time.monotonic() < end, f"{expression} is {value!r}, not {wanted!r}; {self.complaints}"
            time.sleep(0.03)

    def has(self, selector, text=""):
        """An expression: is there such an element with this text in it?"""
        return (f"[...document.querySelectorAll({json.dumps(selector)})]"
                f".some((one) => one.textContent.includes({json.dumps(text)}))")

    def shows(self, selector, text="", seconds=20):
        self.until(self.has(selector, text), seconds=seconds)

    def click(self, selector, text=""):
        self.shows(selector, text)
        self.value(f"[...document.querySelectorAll({json.dumps(selector)})]"
                   f".find((one) => one.textContent.includes({json.dumps(text)})).click()")

    def key(self, key):
        about = {"key": key, "windowsVirtualKeyCode": KEYS.get(key, ord(key[0].upper()))}
        text = {"text": "\r" if key == "Enter" else key} if key == "Enter" or len(key) == 1 else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", **about, **text)
        self.call("Input.dispatchKeyEvent", type="keyUp", **about)

    def type(self, text):
        self.call("Input.insertText", text=text)

    def picture(self, path):
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.call("Page.captureScreenshot")["data"]))

    @property
    def complaints(self):
        """What went wrong in the page, as the browser's console has it."""
        texts = []
        for event in self._pipe.events:
            about = event.get("params", {})
            if event.get("method") == "Runtime.exceptionThrown":
                texts.append(about["exceptionDetails"].get("exception", {}).get("description", "exception"))
            elif event.get("method") == "Log.entryAdded":
                texts.append(about["entry"]["text"])
        return texts


@contextlib.contextmanager
def opened(url, width=1280, height=800, is_dark=False):
    program = shutil.which("chromium")
    if not program:
        report.skip("no chromium (./dev setup browser)")
    pipe = Pipe(program)
    try:
        yield Page(pipe, url, width, height, is_dark)
    finally:
        pipe.close()
