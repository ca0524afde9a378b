"""crowd.py - the crowd, what happens to it, and the end"""

import os
import random
import signal
import socket
import struct
import threading
import time

import server
import visits
from report import test

CLIENTS = 50
SECONDS = float(os.environ.get("STRESS_SECONDS", "15"))
FIXED = list(server.PASSWORDS.items())


class World:
    """The accounts as the clients know them; wrong now and then, which is as it should be."""

    def __init__(self, site):
        self.site = site
        self.ending = threading.Event()
        self.lock = threading.Lock()
        self.passing = {}
        self.visits = 0
        self.faults = []

    def run(self, *arguments, stdin):
        return server.run(*arguments, "--config", self.site.path, stdin=stdin)

    def someone(self):
        with self.lock:
            user, password = random.choice(FIXED + list(self.passing.items()))
        return user, password if random.random() < 0.95 else "wrong"


def reset(wire):
    """Gone at once, without the end that TCP would send."""
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def visit(world, running):
    user, password = world.someone()
    steps = random.choice(visits.ALL)(running, user, password)
    last = random.choice([2, 3, 4, 6, 1000])
    for number, _ in enumerate(steps):
        if number >= last:
            if random.random() < 0.5:
                reset(steps.gi_frame.f_locals["wire"].socket)
            steps.close()
            return


def client(world, running):
    while not world.ending.is_set():
        try:
            visit(world, running)
            world.visits += 1
        except (OSError, AssertionError) as error:  # cut off: by the end, or with the account
            if not world.ending.is_set() and "in time" in str(error):
                world.faults.append(str(error))


def change_accounts(world):
    """Accounts come, change and go under their sessions."""
    number = 0
    while not world.ending.is_set():
        number += 1
        user = f"user{number % 3}@example.test"
        action = random.choice(["add", "passwd", "delete"])
        password = f"secret{number}"
        arguments = [] if action == "delete" else ["--password-stdin"]
        done = world.run("user", action, user, *arguments, stdin=password + "\n")
        with world.lock:
            if done.returncode == 0 and action == "delete":
                world.passing.pop(user, None)
            elif done.returncode == 0:
                world.passing[user] = password
        if not world.ending.is_set() and random.random() < 0.3:
            user = FIXED[0][0]  # the same again, but the sessions end
            world.run("user", "passwd", user, "--password-stdin", stdin=FIXED[0][1] + "\n")


def reload_often(world, running):
    while not world.ending.wait(1):
        running.signal(signal.SIGHUP)


def start(*jobs):
    threads = [threading.Thread(target=job[0], args=job[1:], daemon=True) for job in jobs]
    for one in threads:
        one.start()
    return threads


@test
def a_crowd_of_clients_and_a_stop_under_load():
    site = server.Site()
    site.config["limits"]["connections-per-address"] = "1000"
    world = World(site)
    with site.serve() as running:
        threads = start((change_accounts, world), (reload_often, world, running),
                        *[(client, world, running) for _ in range(CLIENTS)])
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            assert running.process.poll() is None, f"the server has ended: {running.log[-3000:]}"
            time.sleep(0.2)
        began = time.monotonic()
        running.stop()
        took = time.monotonic() - began
        world.ending.set()
    for one in threads:
        one.join(30)
    assert not world.faults, f"{len(world.faults)} times: {world.faults[0]}"
    assert world.visits > CLIENTS, f"only {world.visits} visits"
    assert took < 15, f"it took {took:.0f} s to stop"
