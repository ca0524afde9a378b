#include "server/config_keys.h"

#define IN(field) offsetof(struct config, field)
#define IN_DOMAIN(field) offsetof(struct domain_config, field)
#define IN_ROUTE(field) offsetof(struct route_config, field)
#define IN_SANDBOX(field) offsetof(struct sandbox_config, field)
#define TLS_CHOICES "opportunistic|required|none"

/* clang-format off */
const struct section_kind section_kinds[SECTION_COUNT] = {
	[SECTION_TOP]      = { "", false, 0, 0, 0 },
	[SECTION_TLS]      = { "tls", false, 0, 0, 0 },
	[SECTION_LISTEN]   = { "listen", false, 0, 0, 0 },
	[SECTION_AUTH]     = { "auth", false, 0, 0, 0 },
	[SECTION_SMTP]     = { "smtp", false, 0, 0, 0 },
	[SECTION_SUBMISSION] = { "submission", false, 0, 0, 0 },
	[SECTION_DNS]      = { "dns", false, 0, 0, 0 },
	[SECTION_PROXY]    = { "proxy", false, 0, 0, 0 },
	[SECTION_DELIVERY] = { "delivery", false, 0, 0, 0 },
	[SECTION_QUEUE]    = { "queue", false, 0, 0, 0 },
	[SECTION_LIMITS]   = { "limits", false, 0, 0, 0 },
	[SECTION_IMAP]     = { "imap", false, 0, 0, 0 },
	[SECTION_POP3]     = { "pop3", false, 0, 0, 0 },
	[SECTION_TRACE]    = { "trace", false, 0, 0, 0 },
	[SECTION_REPORTS]  = { "reports", false, 0, 0, 0 },
	[SECTION_LOG]      = { "log", false, 0, 0, 0 },
	[SECTION_METRICS]  = { "metrics", false, 0, 0, 0 },
	[SECTION_DOMAIN]   = { "domain", true, sizeof(struct domain_config),
			       IN(domains), IN(domain_count) },
	[SECTION_ROUTE]    = { "route", true, sizeof(struct route_config),
			       IN(routes), IN(route_count) },
	[SECTION_SANDBOX]  = { "sandbox", true, sizeof(struct sandbox_config),
			       IN(sandboxes), IN(sandbox_count) },
};

#define LISTEN(key, text) \
	{ SECTION_LISTEN, key, VALUE_LISTEN, IN(listen), NULL, NULL, true, text }

const struct config_key config_keys[] = {
	{ SECTION_TOP, "hostname", VALUE_HOST, IN(hostname), NULL, NULL, true,
	  "The name this server greets with and stamps on mail." },
	{ SECTION_TOP, "data", VALUE_TEXT, IN(data), NULL, NULL, true,
	  "The folder that holds the mail; relative to the file's own folder." },
	{ SECTION_TOP, "user", VALUE_TEXT, IN(user), NULL, NULL, true,
	  "The user to become once the ports are bound, when started as root." },

	{ SECTION_TLS, "certificate", VALUE_TEXT, IN(tls_certificate), NULL, NULL, false,
	  "PEM file with the certificate chain; read again at SIGHUP." },
	{ SECTION_TLS, "key", VALUE_TEXT, IN(tls_key), NULL, NULL, false,
	  "PEM file with the private key." },

	LISTEN("smtp", "Where other servers bring mail (port 25)."),
	LISTEN("submission", "Where mail programs send: STARTTLS, then log in (port 587)."),
	LISTEN("submissions", "The same with TLS from the first byte (port 465)."),
	LISTEN("lmtp", "LMTP from a server in front of this one."),
	LISTEN("imap", "IMAP with STARTTLS (port 143)."),
	LISTEN("imaps", "IMAP with TLS from the first byte (port 993)."),
	LISTEN("pop3", "POP3 with STLS (port 110)."),
	LISTEN("pop3s", "POP3 with TLS from the first byte (port 995)."),
	LISTEN("managesieve", "Sieve scripts (port 4190)."),
	LISTEN("http", "The web page and JMAP without TLS (port 80)."),
	LISTEN("https", "The web page and JMAP (port 443)."),

	{ SECTION_AUTH, "allow-plaintext-login", VALUE_SWITCH, IN(allow_plaintext_login), "no",
	  NULL, false, "Let passwords pass without TLS: for tests on loopback." },
	{ SECTION_AUTH, "admin", VALUE_TEXTS, IN(admins), NULL, NULL, false,
	  "Account that may see and set the quotas of all over IMAP." },

	{ SECTION_SMTP, "verify", VALUE_CHOICE, IN(smtp_verify), "nobody", "nobody|users|everybody",
	  false, "Who may ask with VRFY and EXPN which addresses there are." },
	{ SECTION_SMTP, "dnsbl", VALUE_TEXTS, IN(dnsbl), NULL, NULL, false,
	  "Zone of a DNS list; whom it names may write to postmaster only." },
	{ SECTION_SMTP, "reverse-dns", VALUE_CHOICE, IN(reverse_dns), "off", "off|name|match",
	  false, "Whether other servers need a name in the DNS, and one that leads back to them." },
	{ SECTION_SMTP, "greylist", VALUE_SWITCH, IN(greylist), "no", NULL, false,
	  "Ask servers that come for the first time to come again. Who did is kept in memory." },
	{ SECTION_SMTP, "greylist-delay", VALUE_DURATION, IN(greylist_delay_s), "5m", NULL,
	  false, "When they may come again." },

	{ SECTION_SUBMISSION, "sender", VALUE_CHOICE, IN(submission_sender), "header",
	  "header|envelope|any", false,
	  "Where a user may name only their own addresses: envelope and From, envelope, nowhere." },
	{ SECTION_SUBMISSION, "hide-client", VALUE_SWITCH, IN(submission_hide_client), "no",
	  NULL, false, "Leave a mail program's name and address out of Received." },
	{ SECTION_SUBMISSION, "messages-per-hour", VALUE_COUNT, IN(submission_messages), "3000",
	  NULL, false, "Most messages of one account in an hour; 0: no limit." },
	{ SECTION_SUBMISSION, "recipients-per-hour", VALUE_COUNT, IN(submission_recipients),
	  "10000", NULL, false, "Most recipients of one account in an hour; 0: no limit." },

	{ SECTION_DNS, "server", VALUE_TEXTS, IN(dns_servers), NULL, NULL, true,
	  "Resolver that every question goes to; absent: resolve from the root." },
	{ SECTION_DNS, "mode", VALUE_CHOICE, IN(dns_mode), "validate",
	  "validate|trust-ad|forward", true,
	  "Who checks DNSSEC: this server, the resolver, or nobody." },
	{ SECTION_DNS, "trust-anchor", VALUE_TEXT, IN(dns_trust_anchor), NULL, NULL, true,
	  "File with further trust anchors." },

	{ SECTION_PROXY, "header", VALUE_NETWORK, IN(proxy_header), NULL, NULL, false,
	  "Networks of proxies, each of whose connections begins with a PROXY header." },
	{ SECTION_PROXY, "xclient", VALUE_NETWORK, IN(proxy_xclient), NULL, NULL, false,
	  "Networks of proxies that may use XCLIENT." },

	{ SECTION_DELIVERY, "smarthost", VALUE_TEXT, IN(smarthost), NULL, NULL, false,
	  "HOST:PORT that takes all outgoing mail." },
	{ SECTION_DELIVERY, "source", VALUE_TEXTS, IN(delivery_sources), NULL, NULL, false,
	  "Local address to send from; once for IPv4, once for IPv6." },
	{ SECTION_DELIVERY, "trust", VALUE_TEXT, IN(delivery_trust), NULL, NULL, false,
	  "File with further certificate authorities." },
	{ SECTION_DELIVERY, "tls", VALUE_CHOICE, IN(delivery_tls), "opportunistic", TLS_CHOICES,
	  false, "Whether outgoing mail must be encrypted." },
	{ SECTION_DELIVERY, "port", VALUE_COUNT, IN(delivery_port), "25", NULL, false,
	  "Port of other servers." },
	{ SECTION_DELIVERY, "https-port", VALUE_COUNT, IN(delivery_https_port), "443", NULL,
	  false, "Port of MTA-STS policy hosts." },

	{ SECTION_QUEUE, "first-retry", VALUE_DURATION, IN(queue_first_retry_s), "5m", NULL,
	  false, "How long after a failed attempt the next one comes." },
	{ SECTION_QUEUE, "expire", VALUE_DURATION, IN(queue_expire_s), "5d", NULL, false,
	  "How long to try before the sender is told." },

	{ SECTION_QUEUE, "hold", VALUE_DURATION, IN(queue_hold_s), "30d", NULL, false,
	  "How far ahead a submission may ask to be sent (FUTURERELEASE); 0: not offered." },

	{ SECTION_LIMITS, "exempt", VALUE_NETWORK, IN(exempt), NULL, NULL, false,
	  "Networks without rate limits and log-in back-off." },
	{ SECTION_LIMITS, "connections", VALUE_COUNT, IN(connections), "10000", NULL, false,
	  "Connections at once, in all." },
	{ SECTION_LIMITS, "connections-per-address", VALUE_COUNT, IN(connections_per_address),
	  "100", NULL, false, "Connections at once from one address (IPv6: one /64)." },
	{ SECTION_LIMITS, "connections-per-minute", VALUE_COUNT, IN(connections_per_minute),
	  "3000", NULL, false,
	  "Connections that one address (IPv6: one /64) may make in a minute; 0: no limit." },
	{ SECTION_LIMITS, "messages-per-minute", VALUE_COUNT, IN(messages_per_minute), "6000",
	  NULL, false,
	  "Most messages from one address (IPv6: one /64) in a minute, without a log-in; 0: no limit." },
	{ SECTION_LIMITS, "recipients-per-minute", VALUE_COUNT, IN(recipients_per_minute),
	  "30000", NULL, false, "The same of recipients." },
	{ SECTION_LIMITS, "early-talkers", VALUE_CHOICE, IN(early_talkers), "refuse",
	  "refuse|accept", false,
	  "What becomes of strangers who speak before the greeting; nobody is made to wait for it." },
	{ SECTION_LIMITS, "message-size", VALUE_SIZE, IN(message_size), "50M", NULL, false,
	  "Largest message taken." },
	{ SECTION_LIMITS, "recipients", VALUE_COUNT, IN(recipients), "1000", NULL, false,
	  "Most recipients of one message." },
	{ SECTION_LIMITS, "quota", VALUE_SIZE, IN(quota), "0", NULL, false,
	  "Most octets an account may hold that has no limit of its own; 0: no limit." },
	{ SECTION_LIMITS, "quota-messages", VALUE_COUNT, IN(quota_messages), "0", NULL, false,
	  "Most messages an account may hold that has no limit of its own; 0: no limit." },

	{ SECTION_IMAP, "comment", VALUE_TEXT, IN(imap_comment), NULL, NULL, false,
	  "What the server says of itself: the annotation /shared/comment." },
	{ SECTION_IMAP, "admin", VALUE_TEXT, IN(imap_admin), NULL, NULL, false,
	  "URI that reaches whoever runs it: the annotation /shared/admin." },

	{ SECTION_IMAP, "hide", VALUE_TEXTS, IN(imap_hide), NULL, NULL, false,
	  "ADDRESS CAPABILITY...: what is not announced to that account, whose program fails with it; * instead of an address: to nobody." },

	{ SECTION_POP3, "retention", VALUE_CHOICE, IN(pop3_retention), "delete", "delete|keep|remove-retrieved",
	  false, "Whether a POP3 client's deletions count, or nothing goes, or what it fetched goes, too." },
	{ SECTION_POP3, "keep-days", VALUE_COUNT, IN(pop3_keep_days), "0", NULL, false,
	  "With retention = keep: days until retrieved mail goes; 0: never." },

	{ SECTION_TRACE, "keep-days", VALUE_COUNT, IN(trace_keep_days), "7", NULL, true,
	  "Days for which `postroom why` tells what became of a message; 0: nothing is kept." },

	{ SECTION_REPORTS, "send", VALUE_SWITCH, IN(reports_send), "yes", NULL, false,
	  "Send domains that ask for it reports on their mail (DMARC), and on TLS to them." },
	{ SECTION_REPORTS, "interval", VALUE_DURATION, IN(reports_interval_s), "1d", NULL, false,
	  "The period of a report." },
	{ SECTION_REPORTS, "from", VALUE_ADDRESS, IN(reports_from), NULL, NULL, false,
	  "Who sends them; absent: postmaster of the hostname's domain." },
	{ SECTION_REPORTS, "address", VALUE_TEXTS, IN(reports_addresses), NULL, NULL, false,
	  "Address whose mail is read for reports of others, which `postroom report` shows." },
	{ SECTION_REPORTS, "keep-days", VALUE_COUNT, IN(reports_keep_days), "90", NULL, false,
	  "Days for which they are shown." },

	{ SECTION_LOG, "level", VALUE_CHOICE, IN(log_level), "info", "debug|info|warning|error",
	  false, "Least important event that is logged." },
	{ SECTION_LOG, "format", VALUE_CHOICE, IN(log_format), "text", "text|json", false,
	  "Lines of key=value, or of JSON." },

	{ SECTION_METRICS, "listen", VALUE_TEXT, IN(metrics_listen), NULL, NULL, true,
	  "Where figures for Prometheus are served." },

	{ SECTION_DOMAIN, "catch-all", VALUE_ADDRESS, IN_DOMAIN(catch_all), NULL, NULL, false,
	  "Who gets mail for addresses that do not exist." },
	{ SECTION_DOMAIN, "delimiter", VALUE_TEXT, IN_DOMAIN(delimiter), "+", NULL, false,
	  "Characters that begin a detail, as in jo+news; none: details are not looked for." },
	{ SECTION_DOMAIN, "refuse", VALUE_TEXTS, IN_DOMAIN(refused), NULL, NULL, false,
	  "Local part whose mail is refused, whatever a catch-all says." },
	{ SECTION_DOMAIN, "internal", VALUE_TEXTS, IN_DOMAIN(internal), NULL, NULL, false,
	  "Local part to which only those may write who have logged in." },
	{ SECTION_DOMAIN, "dkim-selector", VALUE_TEXTS, IN_DOMAIN(dkim_selectors), NULL, NULL,
	  false, "DKIM key to sign with." },

	{ SECTION_ROUTE, "host", VALUE_TEXT, IN_ROUTE(host), NULL, NULL, false,
	  "HOST:PORT that takes this domain's mail." },
	{ SECTION_ROUTE, "tls", VALUE_CHOICE, IN_ROUTE(tls), "opportunistic", TLS_CHOICES, false,
	  "Whether this route must be encrypted." },
	{ SECTION_ROUTE, "auth", VALUE_TEXT, IN_ROUTE(auth), NULL, NULL, false,
	  "USER:PASSWORD to log in with." },

	{ SECTION_ROUTE, "backup", VALUE_SWITCH, IN_ROUTE(backup), "no", NULL, false,
	  "Take this domain's mail from anybody, keep it until its own server is there (ETRN)." },

	{ SECTION_SANDBOX, "listen", VALUE_TEXTS, IN_SANDBOX(listen), NULL, NULL, true,
	  "Where this sandbox takes mail." },
};
/* clang-format on */

const size_t config_key_count = countof(config_keys);
