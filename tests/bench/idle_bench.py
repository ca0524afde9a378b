"""Sessions that only log in, and sessions that only wait."""

import watch
from peers import Dovecot
from postroom import USERS, Postroom
from report import attempt, row, value_of
from servers import PASSWORD, start_tool, tool, users

SESSIONS, LOGINS = 1000, 5000
NAMES = ",".join(users(USERS))


def log_in(server, connections, count):
    return tool("session_load", server.at("imap"), PASSWORD, NAMES, "logins", connections, count)[0]


def logins(server):
    """(logins a second, CPU ms of each), the users' first ones apart"""
    log_in(server, 2, USERS)
    cpu = watch.cpu_seconds(server.pids())
    count, seconds = log_in(server, 10, LOGINS)
    return int(count) / float(seconds), 1000 * (watch.cpu_seconds(server.pids()) - cpu) / int(count)


def hold(server, mode, sessions):
    """What the server takes while so many wait."""
    with start_tool("session_load", server.at("imaps" if mode == "idle-tls" else "imap"), PASSWORD, NAMES,
                    mode, sessions) as holder:
        if not holder.stdout.readline():
            raise RuntimeError(holder.stderr.read().strip())
        return watch.memory_octets(server.pids())


def idle(server, mode):
    """KB of each of many sessions, beyond what the server holds with the accounts in use."""
    before = hold(server, mode, USERS)
    return (hold(server, mode, SESSIONS) - before) / 1024 / (SESSIONS - USERS)


def figures(kind):
    values = {}
    with kind() as server:
        values["idle-server"] = watch.memory_octets(server.pids()) / (1 << 20)
        both = attempt(logins, server)
        values["logins"], values["logins-cpu"] = both if isinstance(both, tuple) else (both, both)
    for mode in "idle", "idle-tls":
        with kind() as server:
            values[mode] = attempt(idle, server, mode)
    return values


def run():
    ours, theirs = (attempt(figures, kind) for kind in (Postroom, Dovecot))
    for key in "logins", "logins-cpu", "idle", "idle-tls", "idle-server":
        row(key, value_of(ours, key), {"Dovecot": value_of(theirs, key)})
