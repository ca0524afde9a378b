"""scripted.py - a peer that answers as it is told

    peer = Peer("127.0.0.21")
    peer.script = {"RCPT": ["451 4.7.1 later"]}   # the first one; from the second on 250
    peer.messages                                 # texts that were ended by a dot
"""

import socket
import threading
import time

CUT = "cut"  # instead of a reply: the end of the connection
REPLIES = {"EHLO": "250-scripted.test\r\n250 PIPELINING", "DATA": "354 go", "QUIT": "221 bye"}


class Peer(threading.Thread):
    """script: replies that a verb (or GREETING, or DOT) gets before it gets the usual one."""

    def __init__(self, address, script=None, delay_s=0.0, port=25):
        super().__init__(daemon=True)
        self.script, self.delay_s, self.messages = script or {}, delay_s, []
        self.socket = socket.create_server((address, port), backlog=500)
        self.lock = threading.Lock()
        self.start()

    def run(self):
        while True:
            try:
                link = self.socket.accept()[0]
            except OSError:
                return  # close()
            threading.Thread(target=self.serve, args=(link,), daemon=True).start()

    def reply_to(self, verb):
        time.sleep(self.delay_s)
        with self.lock:
            special = self.script.get(verb)
            return special.pop(0) if special else REPLIES.get(verb, "250 ok")

    def serve(self, link):
        with link, link.makefile("rb") as lines:
            try:
                self.say(link, self.reply_to("GREETING").replace("250 ok", "220 scripted.test"))
                while line := lines.readline():
                    self.one_command(link, lines, line[:4].decode("ascii", "replace").upper().strip())
            except (OSError, EOFError):
                pass

    def one_command(self, link, lines, verb):
        reply = self.reply_to(verb)
        self.say(link, reply)
        if verb == "QUIT":
            raise EOFError
        if verb == "DATA" and reply.startswith("354"):
            self.take(link, lines)

    def take(self, link, lines):
        text = []
        while (line := lines.readline()) != b".\r\n":
            if not line:
                raise EOFError  # not ended: not taken
            text.append(line)
        with self.lock:
            self.messages.append(b"".join(text).decode("utf-8", "replace").replace("\r\n", "\n"))
        self.say(link, self.reply_to("DOT"))

    @staticmethod
    def say(link, reply):
        if reply == CUT:
            raise EOFError
        link.sendall(reply.encode() + b"\r\n")

    def close(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()

    def count(self, subject):
        with self.lock:
            return sum(f"Subject: {subject}\n" in text for text in self.messages)
