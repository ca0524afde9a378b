"""server.py - what the black-box suites share: a running postroom, its folder, its end.

    with sandbox() as server:               # every listener on a free port of its own
        server.at("smtp")                   # ("127.0.0.1", 40123)
    site = Site()                           # jo@ and ann@example.test, passwords below
    site.config["limits"]["message-size"] = "1M"
    with site.serve() as server: ...

A server that does not end with status 0 at SIGTERM, or that a sanitizer complains about,
fails the test that used it.
"""

import atexit
import itertools
import os
import re
import select
import shutil
import signal
import subprocess
import tempfile
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
HOST = "mail.example.test"
PASSWORDS = {"jo@example.test": "secret", "ann@example.test": "secret2"}
SERVICES = ["smtp", "submission", "submissions", "imap", "imaps", "pop3", "pop3s"]
SANDBOX_SERVICES = ["smtp", "submissions", "imap", "imaps", "pop3", "pop3s"]
SANITIZER = re.compile(r"AddressSanitizer|LeakSanitizer|ThreadSanitizer|runtime error:|UndefinedBehaviorSanitizer")
START_SECONDS = STOP_SECONDS = 30

build = "test"  # the build whose binary runs: test (sanitizers) or release


def binary(kind=None):
    return os.path.join(ROOT, "build", kind or build, "src", "postroom")


# ---- folders and processes that must not outlive the suite ----

_top = tempfile.mkdtemp(prefix="postroom-")
_numbers = itertools.count(1)
_running = set()


def new_folder():
    path = os.path.join(_top, str(next(_numbers)))
    os.mkdir(path, 0o700)
    return path


def _clean_up():
    for process in list(_running):
        process.kill()
    shutil.rmtree(_top, ignore_errors=True)


def _terminated(_number, _frame):
    _clean_up()
    os._exit(128 + signal.SIGTERM)


atexit.register(_clean_up)
signal.signal(signal.SIGTERM, _terminated)


def sanitizer_report(text):
    """What a sanitizer wrote into a program's output, on one line, or None."""
    found = SANITIZER.search(text)
    if not found:
        return None
    kind = re.search(r"ERROR: \w+: .*|\S+ runtime error: .*", text)
    frames = re.findall(r"#\d+ \S+ in (\w+) \S*?(src/\S+)", text[found.start():])
    return (kind[0] if kind else found[0]) + " < ".join(["", *(" ".join(one) for one in frames[:6])])


def wait_until(condition, seconds=10, what="what was waited for"):
    """Its first true value; fails when there is none in time."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < end, f"{what}: not within {seconds} seconds"
        time.sleep(0.02)


class StartFailed(AssertionError):
    """The server ended before it was ready."""

    def __init__(self, status, stderr):
        super().__init__(f"exit status {status}: {stderr.strip()[-2000:]}")
        self.status, self.stderr = status, stderr


class Server:
    """A running `postroom ARGUMENTS...`. wrapper: a command that starts it; kind: another build."""

    def __init__(self, *arguments, folder=None, wrapper=(), env=None, kind=None):
        self._stderr_path = os.path.join(folder or new_folder(), "stderr")
        self._addresses = {}
        with open(self._stderr_path, "ab") as stderr:
            self._log_start = stderr.tell()
            self.process = subprocess.Popen([*wrapper, binary(kind), *arguments], stdin=subprocess.DEVNULL,
                                            stdout=subprocess.PIPE, stderr=stderr,
                                            env={**os.environ, **(env or {})})
        _running.add(self.process)
        self._wait_for_ready()

    @property
    def pid(self):
        return self.process.pid

    @property
    def log(self):
        """What it has written to standard error."""
        with open(self._stderr_path, encoding="utf-8", errors="replace") as file:
            file.seek(self._log_start)
            return file.read()

    def at(self, service):
        """(host, port) of the first listener of that name."""
        return self._addresses[service][0]

    def has(self, service):
        return service in self._addresses

    def _wait_for_ready(self):
        end, text = time.monotonic() + START_SECONDS, ""
        poll = select.poll()  # beside a crowd a descriptor may be too high for select
        poll.register(self.process.stdout, select.POLLIN)
        while "ready\n" not in text:
            readable = poll.poll(max(0, end - time.monotonic()) * 1000)
            piece = os.read(self.process.stdout.fileno(), 4096).decode() if readable else ""
            if not piece:
                self.kill()
                raise StartFailed(self.process.returncode, self.log)
            text += piece
        for name, host, port in re.findall(r"^listening (\S+) \[?([^\s\]]+)\]?:(\d+)$", text, re.M):
            self._addresses.setdefault(name, []).append((host, int(port)))

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        """SIGKILL, or the end of one that has ended."""
        self.process.kill()
        self._reap()

    def stop(self):
        """SIGTERM; everything about its end must be good."""
        self.signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"the server did not stop in {STOP_SECONDS} seconds") from None
        self._reap()
        report = sanitizer_report(self.log)
        assert not report, f"sanitizer: {report}"
        assert self.process.returncode == 0, f"the server ended with {self.process.returncode}: {self.log[-2000:]}"

    def _reap(self):
        self.process.wait()
        self.process.stdout.close()
        _running.discard(self.process)

    def __enter__(self):
        return self

    def __exit__(self, kind, value, _traceback):
        if self.process.returncode is None and kind is None:
            self.stop()
        elif self.process.returncode is None:
            self._stop_after(value)
        return False

    def _stop_after(self, value):
        """The test failed already: what the server said belongs to it."""
        try:
            self.stop()
        except AssertionError as error:
            raise AssertionError(f"{value} ({error})") from value


def sandbox(*options, **keywords):
    listeners = [word for name in SANDBOX_SERVICES for word in (f"--{name}", "0")] + ["--http", "none"]
    return Server("sandbox", *listeners, *options, **keywords)


# ---- a real server's folder ----

_template_lock = threading.Lock()
_template = None


def run(*arguments, stdin="", env=None, seconds=60):
    """A postroom command that ends; its output is in .stdout and .stderr."""
    done = subprocess.run([binary(), *arguments], input=stdin, capture_output=True, encoding="utf-8",
                          timeout=seconds, env={**os.environ, **(env or {})})
    report = sanitizer_report(done.stderr)
    assert not report, f"sanitizer: postroom {' '.join(arguments)}: {report}"
    return done


def run_well(*arguments, **keywords):
    """The same; what it prints, after status 0."""
    done = run(*arguments, **keywords)
    assert done.returncode == 0, f"postroom {' '.join(arguments)}: {done.returncode}: {done.stderr.strip()}"
    return done.stdout


def _make_template():
    """A folder with the accounts, made once: hashing passwords takes its time."""
    global _template
    with _template_lock:
        if _template:
            return _template
        folder = new_folder()
        (first, password), *others = PASSWORDS.items()
        run_well("init", HOST, first, "--dir", folder, "--password-stdin", stdin=password + "\n")
        for address, password in others:
            run_well("user", "add", address, "--config", f"{folder}/postroom.conf", "--password-stdin",
                     stdin=password + "\n")
        _template = folder
        return folder


class Site:
    """The folder of a server of its own. config is {section: {key: value or values}}."""

    def __init__(self, folder=None):
        self.folder = folder or new_folder()
        shutil.copytree(_make_template(), self.folder, dirs_exist_ok=True)
        self.path = os.path.join(self.folder, "postroom.conf")
        self.config = {
            "": {"hostname": HOST, "data": "data"},
            "tls": {"certificate": f"{self.folder}/tls/certificate.pem", "key": f"{self.folder}/tls/key.pem"},
            "listen": {name: "127.0.0.1:0" for name in SERVICES},
            "auth": {"allow-plaintext-login": "yes"},
            "limits": {"exempt": "127.0.0.0/8"},
            "domain example.test": {},
        }

    def save(self):
        lines = []
        for section, keys in self.config.items():
            lines += [f"[{section}]"] if section else []
            for key, value in keys.items():
                lines += [f"{key} = {one}" for one in (value if isinstance(value, list) else [value])]
        with open(self.path, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")

    def serve(self, **keywords):
        self.save()
        return Server("serve", "--config", self.path, folder=self.folder, **keywords)

    def run(self, *arguments, **keywords):
        self.save()
        return run(*arguments, "--config", self.path, **keywords)

    def run_well(self, *arguments, **keywords):
        self.save()
        return run_well(*arguments, "--config", self.path, **keywords)
