"""thunderbird.py - Thunderbird on a display that nobody sees, set up by what the server tells it

`./dev setup mailers` installs it. What it asks and is told is in its own log (MOZ_LOG)."""

import contextlib
import glob
import json
import os
import re
import subprocess
import time

import client
import server
from mailers import deliver
from marionette import Marionette
from report import test
from wire import Imap

JO, ANN, PASSWORD = "jo@example.test", "ann@example.test", "secret"
TEXTS = [client.message(f"number {n}", lines=[f"word{n}", "Grüße"]) for n in (1, 2, 3)]
START_SECONDS = 60

# In front of every script: its services, the account, and ways to wait.
TOOLS = """
const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
const { setTimeout } = ChromeUtils.importESModule("resource://gre/modules/Timer.sys.mjs");
const account = MailServices.accounts.accounts.find(one => one.incomingServer.type == "imap");
const root = account?.incomingServer.rootFolder;
const folder = name => root.descendants.find(one => one.name.toLowerCase() == name.toLowerCase());
const mails = name => [...folder(name).messages];
const mail = (name, subject) => mails(name).find(one => one.mime2DecodedSubject == subject);
const finished = start => new Promise((good, bad) => start({
	QueryInterface: ChromeUtils.generateQI(["nsIUrlListener", "nsIMsgCopyServiceListener"]),
	onStartCopy() {}, onProgress() {}, setMessageKey() {}, getMessageId() {},
	onStopCopy(status) { status ? bad(new Error(status)) : good(); },
	OnStartRunningUrl() {},
	OnStopRunningUrl(url, status) { status ? bad(new Error(status)) : good(); } }));
const until = async (condition, what) => {
	for (let n = 0; n < 600; n++) {
		const value = condition();
		if (value) return value;
		await new Promise(good => setTimeout(good, 50));
	}
	throw new Error(`not in time: ${what}`);
};
"""

# While it finds out which folders there are it takes the inbox away and makes it anew.
FIRST_LOOK = """
await finished(how => folder("inbox").getNewMessages(null, how));
await until(() => folder("trash") && folder("inbox"), "folders");
await finished(how => folder("inbox").getNewMessages(null, how));
await until(() => mails("inbox").length == 3, "three mails");
"""


# As its assistant does, once it has a name, an address and a password.
SET_UP = """
const from = name => ChromeUtils.importESModule(`resource:///modules/accountcreation/${name}.sys.mjs`)[name];
const [address, password] = given;
const config = await from("FetchConfig").fromISP(address.split("@")[1], address, new AbortController().signal);
config.identity.realname = "Jo";
config.identity.emailAddress = address;
config.rememberPassword = true;
from("AccountConfig").replaceVariables(config, "Jo", address, password);
await from("CreateInBackend").createAccountInBackend(config);
return [config.incoming, config.outgoing].map(({ type, hostname, port, username, socketType }) =>
	[type, hostname, port, username, socketType == Ci.nsMsgSocketType.SSL]);
"""


def preferences(running):
    """Names of ours lead here, by HTTP as well, and it looks around nowhere else."""
    return {
        "network.dns.localDomains": server.HOST, "network.proxy.type": 1, "network.proxy.http": "127.0.0.1",
        "network.proxy.http_port": running.at("http")[1], "mail.server.default.use_condstore": True,
        "marionette.port": 0,
        "app.update.auto": False, "app.normandy.enabled": False, "extensions.update.enabled": False,
        "services.settings.server": "http://127.0.0.1:9/", "mail.inappnotifications.enabled": False,
        "datareporting.policy.dataSubmissionEnabled": False, "toolkit.telemetry.enabled": False,
        "mail.shell.checkDefaultClient": False, "mail.rights.version": 1, "mailnews.start_page.enabled": False,
        "mail.provider.suppress_dialog_on_startup": True, "mail.winsearch.firstRunDone": True,
        "mailnews.database.global.indexer.enabled": False,
    }


class Thunderbird:
    def __init__(self, running):
        self.folder = server.new_folder()
        self.profile = f"{self.folder}/profile"
        os.mkdir(self.profile)
        client.write(f"{self.profile}/user.js", "".join(
            f"user_pref({json.dumps(key)}, {json.dumps(value)});\n" for key, value in preferences(running).items()))

    @contextlib.contextmanager
    def running(self, display):
        """Started; it has no account."""
        program = client.program("thunderbird")
        with open(f"{self.folder}/out", "wb") as out:
            process = subprocess.Popen(
                [program, "--profile", self.profile, "--no-remote", "--marionette", "--remote-allow-system-access"],
                stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                env={**os.environ, "HOME": self.folder, "DISPLAY": f":{display}", "LC_ALL": "C.UTF-8",
                     "MOZ_LOG": "sync,IMAP:5", "MOZ_LOG_FILE": f"{self.folder}/log"})
        try:
            self.marionette = Marionette(server.wait_until(self._port, START_SECONDS, "Thunderbird"))
            yield self
            self.marionette.command("Marionette:Quit", flags=["eForceQuit"])
            self.marionette.close()
            process.wait(client.SECONDS)
        finally:
            process.kill()
            process.wait()

    def _port(self):
        try:
            with open(f"{self.profile}/MarionetteActivePort", encoding="ascii") as file:
                return int(file.read() or 0)
        except FileNotFoundError:
            return 0

    def run(self, script, *arguments):
        return self.marionette.run(TOOLS + script, *arguments)

    def said(self):
        """Its commands, without their tags."""
        text = ""
        for path in glob.glob(f"{self.folder}/log*"):
            with open(path, encoding="utf-8", errors="replace") as file:
                text += file.read()
        return re.findall(r"SendData: (?:\d+ )?(.*)", text)


@contextlib.contextmanager
def screen():
    """The number of an X display."""
    ours, its = os.pipe()
    process = subprocess.Popen([client.program("Xvfb"), "-displayfd", str(its), "-screen", "0", "1280x900x24"],
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               pass_fds=[its])
    os.close(its)
    try:
        with os.fdopen(ours) as numbers:
            yield numbers.readline().strip()
    finally:
        process.kill()
        process.wait()


@contextlib.contextmanager
def thunderbird():
    """(it, a server): set up by what the server tells it, it has seen three mails in jo's inbox."""
    client.program("thunderbird")
    site = server.Site()
    site.config["listen"]["http"] = "127.0.0.1:0"
    with site.serve() as running:
        client.put(running, JO, *TEXTS, password=PASSWORD)
        with screen() as display, Thunderbird(running).running(display) as it:
            found = it.run(SET_UP, JO, PASSWORD)
            assert found == [["imap", server.HOST, running.at("imaps")[1], JO, True],
                             ["smtp", server.HOST, running.at("submissions")[1], JO, True]], found
            it.run(FIRST_LOOK)
            yield it, running


def flags(running, mailbox="INBOX"):
    """{subject: flags}"""
    with Imap(running.at("imap"), JO, PASSWORD) as imap:
        imap.done(f"EXAMINE {mailbox}")
        found = imap.done("UID FETCH 1:* (FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
    return {re.search(r"Subject: (.*)\r", one)[1]: set(re.search(r"FLAGS \(([^)]*)\)", one)[1].split()) - {"\\Recent"}
            for one in found if "FETCH" in one}


def reads_flags_moves_and_deletes(it, running):
    body = it.run("""
        const header = mail("inbox", "number 2"), from = folder("inbox");
        from.markMessagesRead([header], true);
        from.markMessagesFlagged([mail("inbox", "number 3")], true);
        from.addKeywordsToMessages([mail("inbox", "number 3")], "$label1");
        const service = MailServices.messageServiceFromURI(from.getUriForMsg(header));
        return await new Promise((good, bad) => {
            let text = "";
            service.streamMessage(from.getUriForMsg(header), {
                QueryInterface: ChromeUtils.generateQI(["nsIStreamListener"]), onStartRequest() {},
                onStopRequest(request, status) { status ? bad(new Error(status)) : good(text); },
                onDataAvailable(request, stream, offset, count) {
                    const input = Cc["@mozilla.org/binaryinputstream;1"].createInstance(Ci.nsIBinaryInputStream);
                    input.setInputStream(stream);
                    text += input.readBytes(count);
                } }, null, null, false, "", false);
        });""")
    text = body.encode("latin-1").replace(b"\r\n", b"\n")
    assert text.endswith(TEXTS[1].encode()), text  # behind fields of its own
    server.wait_until(lambda: flags(running) == {"number 1": set(), "number 2": {"\\Seen"},
                                                 "number 3": {"\\Flagged", "$label1"}}, what="flags")
    it.run("""
        root.createSubfolder("Kästen & 日本", null);
        await until(() => folder("Kästen & 日本"), "the folder");
        await finished(how => MailServices.copy.copyMessages(folder("inbox"), [mail("inbox", "number 3")],
            folder("Kästen & 日本"), true, how, null, false));
        folder("inbox").deleteMessages([mail("inbox", "number 1")], null, false, false, null, false);
        await until(() => mails("inbox").length == 1, "one mail in the inbox");""")
    odd = '"K&AOQ-sten &- &ZeVnLA-"'
    server.wait_until(lambda: list(flags(running)) == ["number 2"], what="the inbox")
    assert flags(running, odd) == {"number 3": {"\\Flagged", "$label1"}}, flags(running, odd)
    assert list(flags(running, "Trash")) == ["number 1"]
    said = it.said()
    assert any(one.startswith("uid move ") for one in map(str.lower, said)), said


def is_quiet(it):
    said = it.said()
    time.sleep(0.5)
    return said[-1] == "IDLE" and it.said() == said


def wait_for_quiet(it):
    """It takes no notice of what it is told at the end of other commands, before IDLE."""
    server.wait_until(lambda: is_quiet(it), client.SECONDS, "quiet")


def sees_changes_at_once(it, running):
    """By IDLE: new mail, and what another program does with it meanwhile."""
    for subject in "breaking news", "more news":
        wait_for_quiet(it)
        deliver(running, subject)
        it.run("""await until(() => mail("inbox", given[0]), "the new mail");""", subject)
    wait_for_quiet(it)
    with Imap(running.at("imap"), JO, PASSWORD) as imap:
        imap.done("SELECT INBOX")
        imap.done(r"STORE 2 +FLAGS (\Flagged)")
        it.run("""await until(() => mail("inbox", "breaking news").isFlagged, "the flag");""")
        wait_for_quiet(it)
        imap.done(r"STORE 3 +FLAGS (\Deleted)")
        imap.done("EXPUNGE")
    it.run("""await until(() => !mail("inbox", "more news"), "the expunge");""")


def mails_in(running, user, password, mailbox):
    """None where there is no such mailbox yet."""
    with Imap(running.at("imap"), user, password) as imap:
        there = imap.command(f"STATUS {mailbox} (MESSAGES)")[1].startswith("OK")
    return there and client.mail_in(running, user, password, mailbox)


def searches_on_the_server(it, _running):
    found = it.run("""
        const search = Cc["@mozilla.org/messenger/searchSession;1"].createInstance(Ci.nsIMsgSearchSession);
        const term = search.createTerm(), value = term.value, found = [];
        term.attrib = value.attrib = Ci.nsMsgSearchAttrib.Body;
        term.op = Ci.nsMsgSearchOp.Contains;
        value.str = "word2";
        term.value = value;
        search.addScopeTerm(Ci.nsMsgSearchScope.onlineMail, folder("inbox"));
        search.appendTerm(term);
        await new Promise(good => {
            search.registerListener({ onSearchHit(header) { found.push(header.mime2DecodedSubject); },
                onNewSearch() {}, onSearchDone() { good(); } }, Ci.nsIMsgSearchSession.allNotifications);
            search.search(null);
        });
        return found;""")
    assert found == ["number 2"], found
    assert any(re.match("uid search .*body", one, re.I) for one in it.said()), it.said()


def sends_and_keeps_a_copy(it, running):
    it.run("""
        const fields = Cc["@mozilla.org/messengercompose/composefields;1"].createInstance(Ci.nsIMsgCompFields);
        fields.from = given[0];
        fields.to = given[1];
        fields.subject = "Grüße";
        fields.body = "Schöne Grüße\\n";
        const parameters = Cc["@mozilla.org/messengercompose/composeparams;1"].createInstance(Ci.nsIMsgComposeParams);
        parameters.composeFields = fields;
        parameters.identity = account.defaultIdentity;
        parameters.format = Ci.nsIMsgCompFormat.PlainText;
        const compose = MailServices.compose.initCompose(parameters);
        compose.sendMsg(Ci.nsIMsgCompDeliverMode.Now, account.defaultIdentity, account.key, null, null);""", JO, ANN)
    for who, password, mailbox in [(ANN, "secret2", "INBOX"), (JO, PASSWORD, "Sent")]:
        found = server.wait_until(lambda: mails_in(running, who, password, mailbox), what=mailbox)
        assert len(found) == 1 and "Schöne Grüße" in found[0], found
    assert "\tby mail.example.test with ESMTPSA\n" in client.mail_in(running, ANN, "secret2")[0]


@test
def thunderbird_through_the_day():
    """One after another, for it takes its time to start."""
    with thunderbird() as (it, running):
        searches_on_the_server(it, running)
        reads_flags_moves_and_deletes(it, running)
        sees_changes_at_once(it, running)
        sends_and_keeps_a_copy(it, running)
