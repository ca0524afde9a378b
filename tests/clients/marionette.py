"""marionette.py - the wire protocol by which programs of Mozilla's are driven from outside

A message is its length in octets, a colon, and a JSON list: [0, number, command, parameters]
one way, [1, number, error or null, result] the other."""

import json
import socket

SECONDS = 40


class Marionette:
    """A session in the program's own ("chrome") context. Any certificate is good to it."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), SECONDS)
        self.buffer, self.count = b"", 0
        self._read()  # who it is
        self.command("WebDriver:NewSession", acceptInsecureCerts=True)
        self.command("Marionette:SetContext", value="chrome")
        self.command("WebDriver:SetTimeouts", script=SECONDS * 1000)

    def command(self, name, **parameters):
        self.count += 1
        text = json.dumps([0, self.count, name, parameters]).encode()
        self.socket.sendall(b"%d:%s" % (len(text), text))
        _, _, error, result = self._read()
        assert not error, f"{name}: {error.get('message')}"
        return result

    def run(self, body, *arguments):
        """The body of an async function, where `given` are the arguments; what it returns."""
        script = ("const done = arguments[arguments.length - 1], given = [...arguments].slice(0, -1);"
                  "(async () => {" + body + "})().then(value => done({value}),"
                  " error => done({error: `${error}`}))")
        found = self.command("WebDriver:ExecuteAsyncScript", script=script, args=list(arguments))["value"]
        assert "error" not in found, found["error"]
        return found.get("value")

    def _read(self):
        while b":" not in self.buffer:
            self._fill()
        length, self.buffer = self.buffer.split(b":", 1)
        while len(self.buffer) < int(length):
            self._fill()
        text, self.buffer = self.buffer[:int(length)], self.buffer[int(length):]
        return json.loads(text)

    def _fill(self):
        piece = self.socket.recv(65536)
        assert piece, "the program has closed the connection"
        self.buffer += piece

    def close(self):
        self.socket.close()
