"""wire.py - the mail protocols spoken by hand: lines out, lines in, each with a deadline"""

import re
import socket
import ssl

SECONDS = 30


def tls_context(certificate=None):
    """Trusts anybody: who the server is, is another test's business. certificate: (file, key) of the client."""
    context = ssl.create_default_context()
    if certificate:
        context.load_cert_chain(*certificate)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


class Closed(AssertionError):
    """The server has closed the connection."""


class Wire:
    def __init__(self, at, tls=False, seconds=SECONDS, source=None, certificate=None):
        self.socket = socket.create_connection(at, seconds, source and (source, 0))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.seconds = seconds
        self.buffer = b""
        self.certificate = certificate
        if tls:
            self.start_tls()

    def start_tls(self):
        assert not self.buffer, f"the server spoke before TLS: {self.buffer!r}"
        self.socket = tls_context(self.certificate).wrap_socket(self.socket, server_hostname="localhost")

    def send(self, octets):
        self.socket.sendall(octets if isinstance(octets, bytes) else octets.encode())

    def say(self, *lines):
        self.send("".join(line + "\r\n" for line in lines))

    def fill(self, seconds=None):
        """Waits for more octets; False when there are none in time. Closed at the end."""
        self.socket.settimeout(self.seconds if seconds is None else seconds)
        try:
            piece = self.socket.recv(65536)
        except (TimeoutError, ssl.SSLWantReadError):
            return False
        except (ConnectionError, ssl.SSLError) as error:
            raise Closed(f"{error}; before: {self.buffer[-200:]!r}") from error
        finally:
            self.socket.settimeout(self.seconds)
        if not piece:
            raise Closed(f"closed; before: {self.buffer[-200:]!r}")
        self.buffer += piece
        return True

    def line(self, seconds=None):
        """The next line without its end."""
        while b"\n" not in self.buffer:
            assert self.fill(seconds), f"no line in time, but {self.buffer[-200:]!r}"
        line, self.buffer = self.buffer.split(b"\n", 1)
        return line.removesuffix(b"\r").decode("utf-8", "surrogateescape")

    def octets(self, count):
        while len(self.buffer) < count:
            assert self.fill(), f"{count} octets were promised, not {len(self.buffer)}"
        octets, self.buffer = self.buffer[:count], self.buffer[count:]
        return octets

    def expect(self, pattern):
        """The next line matches as a whole."""
        line = self.line()
        found = re.fullmatch(pattern, line)
        assert found, f"{line!r} instead of {pattern!r}"
        return found

    def rest(self):
        """All lines until the server closes."""
        try:
            while self.fill():
                pass
            raise AssertionError("the server did not close")
        except Closed:
            pass
        text, self.buffer = self.buffer, b""
        return text.decode("utf-8", "surrogateescape").splitlines()

    def end_output(self):
        self.socket.shutdown(socket.SHUT_WR)

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Smtp(Wire):
    """Commands are answered by (code, text); refused() and done() say what must be so."""

    def __init__(self, at, hello="EHLO client.example.test", **keywords):
        super().__init__(at, **keywords)
        self.greeting = self.reply()
        if hello:
            self.done(hello)

    def reply(self):
        lines = []
        while not lines or lines[-1][3:4] == "-":
            lines.append(self.line())
        return int(lines[-1][:3]), "\n".join(line[4:] for line in lines)

    def command(self, line):
        self.say(line)
        return self.reply()

    def done(self, line):
        code, text = self.command(line)
        assert code < 400, f"{line}: {code} {text}"
        return text

    def refused(self, line, pattern):
        """The reply, as one line, begins with the pattern."""
        code, text = self.command(line)
        assert re.match(pattern, f"{code} {text}"), f"{line}: {code} {text}, not {pattern}"

    def mail(self, sender, recipients, message, wishes=""):
        """One transaction; the reply to the message. wishes: parameters of MAIL, each behind a blank."""
        self.done(f"MAIL FROM:<{sender}>{wishes}")
        for one in recipients:
            self.done(f"RCPT TO:<{one}>")
        return self.data(message)

    def data(self, message):
        """message: octets with CRLF, not stuffed."""
        self.done("DATA")
        return self.content(message)

    def content(self, message):
        """What follows 354; the reply to it."""
        self.send(re.sub(rb"(?m)^\.", b"..", message) + b".\r\n")
        return self.reply()


class Pop3(Wire):
    def __init__(self, at, user=None, password=None, **keywords):
        super().__init__(at, **keywords)
        self.greeting = self.line()
        if user:
            self.done(f"USER {user}")
            self.done(f"PASS {password}")

    def command(self, line):
        self.say(line)
        return self.line()

    def done(self, line):
        reply = self.command(line)
        assert reply.startswith("+OK"), f"{line}: {reply}"
        return reply

    def lines(self):
        """A multi-line answer, after its first line."""
        found = []
        while (line := self.line()) != ".":
            found.append(line.removeprefix("."))
        return found


class Imap(Wire):
    """Answers are lists of lines; literals are inside them, as octets."""

    def __init__(self, at, user=None, password=None, **keywords):
        super().__init__(at, **keywords)
        self.count = 0
        self.greeting = self.line()
        if user:
            self.done(f'LOGIN "{user}" "{password}"')

    def answer(self):
        """One answer of the server with its literals."""
        text = self.line()
        while found := re.search(r"\{(\d+)\}$", text):
            literal = self.octets(int(found[1])).decode("utf-8", "surrogateescape")
            text += "\r\n" + literal + self.line()
        return text

    def start(self, command):
        self.count += 1
        tag = f"t{self.count}"
        self.say(f"{tag} {command}")
        return tag

    def finish(self, tag):
        """(the untagged answers, the tagged one without its tag)"""
        untagged = []
        while not (text := self.answer()).startswith(tag + " "):
            untagged.append(text)
        return untagged, text[len(tag) + 1:]

    def command(self, command):
        return self.finish(self.start(command))

    def done(self, command):
        untagged, status = self.command(command)
        assert status.startswith("OK"), f"{command}: {status}"
        return untagged

    def append(self, mailbox, message, flags=""):
        """The tagged answer."""
        tag = self.start(f"APPEND {mailbox} {flags}{' ' if flags else ''}{{{len(message)}+}}")
        self.send(message + b"\r\n")
        return self.finish(tag)[1]
