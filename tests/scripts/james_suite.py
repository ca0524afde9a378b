import functools, glob, os, re, threading
import exceptions, james, report, server
FOLDER = os.path.join(os.environ.get("POSTROOM_TESTDATA", ""), "imap-james-mpt/imap-mailbox")
USER, PASSWORD = "imapuser@example.test", "password"
_lock=threading.Lock()
_t=[]
def site():
    with _lock:
        if not _t:
            s=server.Site(); s.run_well("user","add",USER,"--password-stdin",stdin=PASSWORD+"\n"); _t.append(s)
    return _t[0]
SELECTED="""FetchBodyNoSection FetchEnvelope FetchInternalDate FetchMultipleMessages FetchPartial FetchPeek
FetchRFC822 FetchRFC822Header FetchRFC822Text FetchSaveDate FetchNILSaveDate FetchSingleMessage FetchText Search SearchSaveDate Store Check Expunge Copy Uid AppendToSelected
Move MoveNoMSG RenameHierarchy RenameInbox RenameSelected FetchRFC822Mixed""".split()
ANYBODY="Authenticate AuthenticatePlain Login ValidAuthenticated".split()
import shutil
def run(path, name):
    if name in exceptions.WHOLE:
        report.skip(exceptions.WHOLE[name])
    head=open(path).read()
    first=[x for x in re.findall(r"(?m)^(?:[CS]: .*)", head)][:2]
    greeting=any("Server ready" in x for x in first)
    state="greeting" if greeting else "anybody" if name in ANYBODY else "auth"
    fresh=server.Site(site().folder)if 0 else None
    folder=server.new_folder()
    shutil.copytree(site().folder, folder, dirs_exist_ok=True)
    s=server.Site.__new__(server.Site); s.folder=folder; s.path=folder+"/postroom.conf"; s.config=site().config
    with s.serve() as running:
        player=james.Player(running.at("imap"), USER, PASSWORD, state)
        try:
            if name in SELECTED:
                player.play(os.path.join(FOLDER,"SelectedStateSetup.test"), lambda c: None)
            player.play(path, lambda c: None)
        finally:
            player.close()

for one in sorted(glob.glob(f"{FOLDER}/**/*.test", recursive=True)):
        t=os.path.relpath(one, FOLDER).removesuffix(".test")
        report.add(f"james {t}", lambda path=one, name=t: run(path, name))
