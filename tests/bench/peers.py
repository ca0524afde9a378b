"""The peers: Debian's Postfix and Dovecot, fetched, set up and started."""

import glob
import os
import shutil
import subprocess

import place
from servers import FORWARDED, HOST, PASSWORD, WAITING, Server

FOLDER = "build/peers"
PACKAGES = ["postfix", "dovecot-core", "dovecot-imapd", "dovecot-pop3d", "dovecot-lmtpd"]
# What those need that a small system lacks.
LIBRARIES = ["libexttextcat-2.0-0", "liblua5.4-0", "libwrap0", "libstemmer0d", "libtirpc3", "libunwind8",
             "libapparmor1", "libnsl2", "libsasl2-2", "libdb5.3"]

DOVECOT_CONFIG = f"""
protocols = imap pop3 lmtp
listen = {HOST}
base_dir = /var/dovecot/run
state_dir = /var/dovecot/state
log_path = /var/log/dovecot.log
mail_fsync = optimized
first_valid_uid = 1
disable_plaintext_auth = no
ssl = yes
ssl_cert = </var/postroom/tls/certificate.pem
ssl_key = </var/postroom/tls/key.pem
auth_cache_size = 10M
mail_max_userip_connections = 10000
postmaster_address = postmaster@example.org
default_client_limit = 10000
default_process_limit = 3000
service auth {{
  client_limit = 20000
}}
service anvil {{
  client_limit = 20000
}}
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid=vmail gid=vmail home=/var/dovecot/home/%u allow_all_users=yes
}}
service imap-login {{
  service_count = 0
  process_min_avail = 2
  inet_listener imap {{
    port = 31143
  }}
  inet_listener imaps {{
    port = 31993
  }}
}}
service pop3-login {{
  service_count = 0
  process_min_avail = 2
  inet_listener pop3 {{
    port = 31110
  }}
  inet_listener pop3s {{
    port = 0
  }}
}}
service imap {{
  service_count = 200
  process_min_avail = 2
}}
service pop3 {{
  service_count = 200
}}
service lmtp {{
  process_min_avail = 2
  inet_listener lmtp {{
    address = {HOST}
    port = 31024
  }}
}}
"""

POSTFIX_CONFIG = f"""
compatibility_level = 3.6
queue_directory = /var/spool/postfix
data_directory = /var/lib/postfix
myhostname = mail.example.org
mydestination =
virtual_mailbox_domains = example.org
virtual_mailbox_maps = static:ok
virtual_transport = lmtp:inet:{HOST}:31024
inet_interfaces = loopback-only
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_peername_lookup = no
disable_dns_lookups = yes
alias_maps =
alias_database =
virtual_alias_maps = inline:{{ {FORWARDED}={WAITING} }}
transport_maps = inline:{{ out.test=smtp:[{HOST}]:32026 }}
minimal_backoff_time = 300s
message_size_limit = 52428800
mailbox_size_limit = 0
"""

POSTFIX_SERVICES = """
30025     inet n - n -    - smtpd
pickup    unix n - n 60   1 pickup
cleanup   unix n - n -    0 cleanup
qmgr      unix n - n 300  1 qmgr
tlsmgr    unix - - n 1000? 1 tlsmgr
rewrite   unix - - n -    - trivial-rewrite
bounce    unix - - n -    0 bounce
defer     unix - - n -    0 bounce
trace     unix - - n -    0 bounce
verify    unix - - n -    1 verify
flush     unix n - n 1000? 0 flush
proxymap  unix - - n -    - proxymap
proxywrite unix - - n -   1 proxymap
smtp      unix - - n -    - smtp
error     unix - - n -    - error
retry     unix - - n -    - error
discard   unix - - n -    - discard
lmtp      unix - - n -    - lmtp
anvil     unix - - n -    1 anvil
scache    unix - - n -    1 scache
"""


def fetch():
    """Once; without them (no network, another system) the rows say so."""
    if os.path.exists(f"{FOLDER}/complete"):
        return
    os.makedirs(f"{FOLDER}/packages", exist_ok=True)
    with open(f"{FOLDER}/log", "wb") as log:
        for package in PACKAGES + LIBRARIES:
            subprocess.run(["apt-get", "download", package], cwd=f"{FOLDER}/packages", check=False,
                           stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        for archive in glob.glob(f"{FOLDER}/packages/*.deb"):
            subprocess.run(["dpkg", "-x", archive, f"{FOLDER}/root"], check=False, stdout=log, stderr=log)
    if os.path.isdir(f"{FOLDER}/root/lib"):  # where /lib is not yet /usr/lib
        shutil.copytree(f"{FOLDER}/root/lib", f"{FOLDER}/root/usr/lib", symlinks=True, dirs_exist_ok=True)
    if all(glob.glob(f"{FOLDER}/packages/{package}_*.deb") for package in PACKAGES):
        open(f"{FOLDER}/complete", "w", encoding="utf-8").close()


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


class Dovecot(Server):
    """Tuned as its manual says for many log-ins: processes are used again."""

    name = "Dovecot"
    location = "mdbox:/var/dovecot/mail/%u"  # its fastest to write: many mails a file
    ports = {"lmtp": 31024, "imap": 31143, "imaps": 31993, "pop3": 31110}
    folder = "/var/dovecot/mail"
    first_service = "imap"

    def commands(self):
        write("/var/dovecot/dovecot.conf", f"mail_location = {self.location}\n{DOVECOT_CONFIG}")
        place.give("vmail", self.folder, "/var/dovecot/home")
        return [["/usr/sbin/dovecot", "-F", "-c", "/var/dovecot/dovecot.conf"]]


class DovecotSdbox(Dovecot):
    """The same with a file for each mail."""

    location = "sdbox:/var/dovecot/single/%u"
    folder = "/var/dovecot/single"


class PostfixDovecot(Dovecot):
    """As shipped, in front of a Dovecot of its own that it gives its mail by LMTP."""

    name = "Postfix+Dovecot"
    ports = {**Dovecot.ports, "smtp": 30025}
    first_service = "smtp"

    def commands(self):
        write("/etc/postfix/main.cf", POSTFIX_CONFIG)
        write("/etc/postfix/master.cf", POSTFIX_SERVICES)
        os.makedirs("/var/spool/postfix/pid", exist_ok=True)
        place.give("postfix", "/var/lib/postfix")
        subprocess.run(["/usr/sbin/postfix", "check"], check=False,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return [*super().commands(), ["/usr/lib/postfix/sbin/master", "-d"]]


class SmtpSink(Server):
    """Postfix's own sink: takes SMTP, keeps nothing."""

    name = "smtp-sink"
    ports = {"smtp": 32025}
    first_service = "smtp"

    def commands(self):
        return [["/usr/sbin/smtp-sink", "-u", "postfix", f"{HOST}:32025", "1000"]]


class CountingSink(SmtpSink):
    """One that says how many messages it has taken: the server behind WAITING."""

    name = "counting-sink"
    ports = {"smtp": 32026}

    def commands(self):
        return [["/usr/sbin/smtp-sink", "-c", "-u", "postfix", f"{HOST}:{self.ports['smtp']}", "1000"]]


class DistantSink(CountingSink):
    """The same, 10 ms away."""

    def commands(self):
        return [["/usr/sbin/smtp-sink", "-c", "-u", "postfix", f"{HOST}:32027", "1000"],
                ["build/bench/delay", f"{HOST}:{self.ports['smtp']}", f"{HOST}:32027", "5"]]
