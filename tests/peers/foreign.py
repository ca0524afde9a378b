"""foreign.py - Postfix, Exim and OpenSMTPD: each takes mail for its domains into a Maildir of
/var/boxes, and carries on what is for others; to JO's other address without TLS."""

import os
import signal
import socket
import subprocess
import time

import place
from network import (ACCEPTED, BOXES, CERTIFICATE, EXIM, JO, KEY, LOGIN, OPENSMTPD, OURS, OURS_SIX, PASSWORD, POSTFIX,
                     write)

POSTFIX_MAIN = f"""
compatibility_level = 3.6
queue_directory = /var/spool/postfix
data_directory = /var/lib/postfix
myhostname = mx.postfix.test
mydestination =
virtual_mailbox_domains = {ACCEPTED["postfix"]}
virtual_mailbox_base = {BOXES}
virtual_mailbox_maps = static:postfix/
virtual_uid_maps = static:UID
virtual_gid_maps = static:UID
virtual_minimum_uid = 1
virtual_alias_maps = inline:{{ back@postfix.test={JO} back@six.postfix.test={JO} }}
inet_interfaces = all
smtp_bind_address = {POSTFIX}
mynetworks = 127.0.0.0/8 [::1]/128
alias_maps =
alias_database =
maillog_file = /var/log/postfix.log
minimal_backoff_time = 2s
queue_run_delay = 2s
smtpd_tls_security_level = may
smtpd_tls_cert_file = {CERTIFICATE}
smtpd_tls_key_file = {KEY}
smtpd_tls_received_header = yes
smtp_tls_security_level = encrypt
smtp_tls_policy_maps = inline:{{ plain.test=none }}
smtp_sasl_password_maps = inline:{{ [{OURS}]:587={JO}:{PASSWORD} }}
smtp_sasl_auth_enable = yes
smtp_sasl_security_options = noanonymous
transport_maps = inline:{{ relayed.exim.test=smtp:[{OURS}]:587 six.test=smtp:{OURS_SIX} }}
"""
POSTFIX_SERVICES = f"""
{POSTFIX}:25 inet n - n - - smtpd
[::1]:25  inet n - n -    - smtpd
  -o smtpd_discard_ehlo_keywords=chunking
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
smtp      unix - - n -    - smtp
error     unix - - n -    - error
retry     unix - - n -    - error
virtual   unix - n n -    - virtual
anvil     unix - - n -    1 anvil
scache    unix - - n -    1 scache
postlog   unix-dgram n - n - 1 postlogd
"""

EXIM_CONFIG = f"""
primary_hostname = mx.exim.test
domainlist accepted = {ACCEPTED["exim"].replace(" ", " : ")}
local_interfaces = {EXIM}
daemon_smtp_ports = 25 : 587
tls_advertise_hosts = *
tls_certificate = {CERTIFICATE}
tls_privatekey = /etc/exim.key
acl_smtp_rcpt = acl_rcpt
host_lookup =
rfc1413_query_timeout = 0s
spool_directory = /var/spool/exim4
log_file_path = /var/log/exim-%slog
disable_ipv6 = true
never_users = root
begin acl
acl_rcpt:
  deny  condition = ${{if eq{{$received_port}}{{587}}}}
        !authenticated = *
  accept
begin routers
boxes:
  driver = accept
  domains = +accepted
  transport = box
others:
  driver = dnslookup
  transport = ${{if eq{{$domain}}{{plain.test}}{{plain}}{{encrypted}}}}
  ignore_target_hosts = 0.0.0.0
  self = send
begin transports
box:
  driver = appendfile
  directory = {BOXES}/exim
  maildir_format
  user = boxes
  group = boxes
  mode_fail_narrower = false
encrypted:
  driver = smtp
  interface = {EXIM}
  hosts_require_tls = *
  hosts_try_dane =
plain:
  driver = smtp
  interface = {EXIM}
  hosts_avoid_tls = *
begin retry
* * F,1h,2s
begin authenticators
plain_server:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{{LOGIN[0]}}}}}{{eq{{$auth3}}{{{LOGIN[1]}}}}}}}}}
  server_set_id = $auth2
  server_advertise_condition = ${{if def:tls_in_cipher}}
"""

OPENSMTPD_CONFIG = f"""
pki mx.bsd.test cert "{CERTIFICATE}"
pki mx.bsd.test key "{KEY}"
table everybody {{ "@" = boxes }}
table accepted {{ {ACCEPTED["opensmtpd"].replace(" ", ", ")} }}
smtp max-message-size 50M
listen on {OPENSMTPD} port 25 tls pki mx.bsd.test hostname mx.bsd.test
action "box" maildir "{BOXES}/opensmtpd" user boxes virtual <everybody>
action "plain" relay helo mx.bsd.test host smtp+notls://{OURS}
action "encrypted" relay helo mx.bsd.test host smtp+tls://{OURS} tls no-verify
match from any for domain <accepted> action "box"
match from any for domain "plain.test" action "plain"
match from any for any action "encrypted"
"""


def set_up_postfix():
    uid = subprocess.run(["id", "-u", "boxes"], check=True, capture_output=True, text=True).stdout.strip()
    write("/etc/postfix/main.cf", POSTFIX_MAIN.replace("UID", uid))
    write("/etc/postfix/master.cf", POSTFIX_SERVICES)
    os.makedirs("/var/spool/postfix/pid", exist_ok=True)
    place.give("postfix", "/var/lib/postfix")
    subprocess.run(["/usr/sbin/postfix", "check"], check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return ["/usr/lib/postfix/sbin/master", "-d"]


def set_up_exim():
    write("/etc/exim4/exim4.conf", EXIM_CONFIG)
    with open(KEY, encoding="ascii") as key:
        write("/etc/exim.key", key.read())
    subprocess.run(["chown", "Debian-exim", "/etc/exim.key"], check=True)
    place.give("Debian-exim", "/var/spool/exim4")
    os.chmod("/var/log", 0o777)
    return ["/usr/sbin/exim4", "-bdf", "-q1s"]


def set_up_opensmtpd():
    write("/etc/smtpd.conf", OPENSMTPD_CONFIG)
    for one in "/var/run", "/var/lib/opensmtpd/empty", "/var/spool/smtpd":
        os.makedirs(one, exist_ok=True)
    os.chmod("/var/spool/smtpd", 0o711)
    return ["/usr/sbin/smtpd", "-d", "-f", "/etc/smtpd.conf"]


SERVERS = {"postfix": (set_up_postfix, POSTFIX), "exim": (set_up_exim, EXIM),
           "opensmtpd": (set_up_opensmtpd, OPENSMTPD)}


def start():
    """All of them; the processes, by name."""
    place.give("boxes", BOXES)
    running = {}
    for name, (set_up, _) in SERVERS.items():
        with open(f"/var/log/{name}.out", "ab") as log:
            running[name] = subprocess.Popen(set_up(), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                             start_new_session=True)
    for name, (_, address) in SERVERS.items():
        wait_for_greeting(name, address, running[name])
    return running


def wait_for_greeting(name, address, process):
    for _ in range(400):
        try:
            with socket.create_connection((address, 25), 5) as link:
                if link.recv(4).startswith(b"220"):
                    return
        except OSError:
            time.sleep(0.05)
        assert process.poll() is None, f"{name} has ended; see {name}.out"
    raise AssertionError(f"{name} does not greet; see {name}.out")


def stop(running):
    for process in running.values():
        process.send_signal(signal.SIGTERM)
    for process in running.values():
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
