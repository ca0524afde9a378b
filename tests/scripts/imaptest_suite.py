import functools, glob, os, re, threading
import exceptions, imaptest, report, server
FOLDER = os.path.join(os.environ.get("POSTROOM_TESTDATA", ""), "imap-imaptest")
USER, PASSWORD = "jo@example.test", "secret"
_lock=threading.Lock()
_running=[]
def running():
    with _lock:
        if not _running:
            _running.append(server.Site().serve())
    return _running[0]

def run(path, name):
    if name in exceptions.WHOLE:
        report.skip(exceptions.WHOLE[name])
    script = imaptest.Script(path)
    player = imaptest.Player(script, imaptest.mbox_for(path), running().at("imap"), USER, PASSWORD, "imaptest-" + name.replace("/", "-"))
    try:
        missing = player.missing()
        if missing:
            report.skip("not announced: "+" ".join(missing))
        player.prepare()
        player.play(lambda c: None)
    finally:
        player.close()

for one in sorted(glob.glob(f"{FOLDER}/**/*", recursive=True)):
    if os.path.isfile(one) and "." not in os.path.basename(one):
        t=os.path.relpath(one, FOLDER)
        report.add(f"imaptest {t}", lambda path=one, name=t: run(path, name))
