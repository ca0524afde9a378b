"""report.py - tests of a black-box suite, and the lines that ./dev counts

    @test
    def takes_mail(): ...      # `ok takes mail`, or `not ok takes mail: ` and why it raised
    main()                     # all of them, or those with a word of the command line in their name
"""

import concurrent.futures
import os
import sys
import threading
import traceback

_tests = []
_lock = threading.Lock()
failures = 0


class Skip(Exception):
    """This test cannot run here, and why."""


def skip(reason):
    raise Skip(reason)


def test(function):
    add(function.__name__.replace("_", " "), function)
    return function


def add(name, function):
    _tests.append((name, function))


def _say(line):
    with _lock:
        print(line, flush=True)


def _where(error):
    """The last line of ours that took part."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if "/tests/" in f.filename]
    return " < ".join(f"{os.path.basename(f.filename)}:{f.lineno}" for f in reversed(frames))


def run_one(name, function):
    global failures
    try:
        function()
    except Skip as reason:
        _say(f"skip {name}: {reason}")
    except Exception as error:  # every way to fail is a failed test
        text = " ".join(str(error).split()) if not isinstance(error, AssertionError) else str(error)
        with _lock:
            failures += 1
        _say(f"not ok {name}: {type(error).__name__} {text} [{_where(error)}]")
    else:
        _say(f"ok {name}")


def run_all(at_once=1):
    """Runs the tests, at_once of them beside one another; failures counts."""
    words = sys.argv[1:]
    chosen = [one for one in _tests if not words or any(word in one[0] for word in words)]
    with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
        list(pool.map(lambda one: run_one(*one), chosen))


def main(at_once=1):
    """Runs them; the exit status tells."""
    run_all(at_once)
    sys.exit(failures > 0)
