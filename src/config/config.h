/*
 * config.h - the configuration file: one text file, one table of keys
 *
 * INI: `[section name]`, `key = value`, `#` starts a comment at the line's
 * start or after white space. config_keys.c describes every key once; parsing,
 * defaults, `postroom check`, the manual page and the reload rules all follow
 * that table. An unknown key or a bad value is a fault with its line and a
 * mend; all faults are collected, not only the first.
 *
 * A struct config owns all its slices (they are NUL-ended as well, so .p can
 * be handed to the system) and never changes once loaded.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "config/config_choices.h"

enum {
	CONFIG_FILE_MAX = 1024 * 1024,       /* octets */
	CONFIG_ARENA_MAX = 16 * 1024 * 1024, /* octets */
};

enum service_kind {
	SERVICE_SMTP,
	SERVICE_SUBMISSION,
	SERVICE_SUBMISSIONS,
	SERVICE_LMTP,
	SERVICE_IMAP,
	SERVICE_IMAPS,
	SERVICE_POP3,
	SERVICE_POP3S,
	SERVICE_MANAGESIEVE,
	SERVICE_HTTP,
	SERVICE_HTTPS,
	SERVICE_COUNT
};

/* The key's name under [listen]: "smtp", "submissions", ... */
const char *service_name(enum service_kind s);

struct slice_list {
	slice *items;
	uint32_t count;
};

struct listen_config {
	enum service_kind service;
	slice address; /* HOST:PORT, *:PORT, [V6]:PORT, unix:/PATH */
};

struct listen_list {
	struct listen_config *items;
	uint32_t count;
};

struct domain_config {
	slice name;                          /* lower case */
	slice catch_all;                     /* address, or empty */
	slice delimiter;                     /* characters that begin a detail; "none" */
	struct slice_list refused, internal; /* local parts */
	struct slice_list dkim_selectors;
	int64_t mta_sts, mta_sts_max_age_s; /* enum sts_choice */
};

struct route_config {
	slice domain, host;
	int64_t tls;      /* enum tls_choice */
	int64_t protocol; /* enum protocol_choice */
	slice auth;
	int64_t backup; /* 1: we are a backup MX of it */
};

/* Beside the one of [tls]. */
struct certificate_config {
	slice name;
	slice file, key;
};

struct milter_config {
	slice name, address;
	int64_t timeout_s;
	int64_t on_failure; /* enum failure_choice */
	int64_t mail;       /* enum filtered_choice */
};

struct sandbox_config {
	slice name;
	struct slice_list listen;
};

/* Numbers are int64_t whatever they mean, so that one table can set them all. */
struct config {
	slice hostname, data, user;
	slice tls_certificate, tls_key, tls_client_ca;
	struct slice_list tls_client_users; /* "address subject" */
	slice oauth_keys, oauth_introspection, oauth_client, oauth_user_claim;
	slice oauth_issuer, oauth_audience, oauth_scope, oauth_discovery;
	int64_t oauth_skew_s;
	struct listen_list listen;
	int64_t allow_plaintext_login, channel_binding; /* 0 or 1 */
	struct slice_list admins, imap_hide;
	struct slice_list dnsbl; /* zones */
	int64_t reverse_dns;     /* enum reverse_choice */
	int64_t greylist, greylist_delay_s;
	int64_t submission_sender; /* enum sender_choice */
	int64_t submission_hide_client;
	int64_t submission_messages, submission_recipients; /* an hour, of one account */
	struct slice_list dns_servers;
	int64_t dns_mode; /* enum dns_mode of dns/settings.h */
	slice dns_trust_anchor;
	slice smarthost, delivery_trust;
	int64_t smarthost_protocol; /* enum protocol_choice */
	struct slice_list delivery_sources;
	int64_t delivery_tls, delivery_port, delivery_https_port;
	int64_t smtp_verify;                           /* enum verify_choice */
	struct slice_list bare_newlines;               /* networks in CIDR form */
	struct slice_list proxy_header, proxy_xclient; /* likewise */
	int64_t queue_first_retry_s, queue_expire_s, queue_hold_s;
	int64_t queue_hold_quota, queue_hold_messages; /* of one account; 0: no limit */
	struct slice_list push_networks;               /* networks in CIDR form */
	struct slice_list exempt;                      /* likewise */
	int64_t connections_per_minute, messages_per_minute, recipients_per_minute;
	int64_t early_talkers; /* enum early_choice */
	int64_t connections, connections_per_address, message_size, recipients;
	int64_t quota, quota_messages; /* 0: no limit */
	int64_t imap_message_limit;    /* likewise */
	int64_t pop3_retention;        /* enum retention_choice */
	int64_t pop3_keep_days;        /* 0: for ever, with POP3_KEEP */
	int64_t trace_keep_days;       /* 0: nothing is kept */
	int64_t reports_send, reports_interval_s, reports_keep_days;
	slice reports_from;                  /* address, or empty */
	slice reports_selector;              /* of the key for TLS reports, or empty */
	struct slice_list reports_addresses; /* whose mail is read for reports */
	int64_t log_level, log_format;
	slice metrics_listen, imap_comment, imap_admin;
	struct certificate_config *certificates;
	uint32_t certificate_count;
	struct domain_config *domains;
	uint32_t domain_count;
	struct route_config *routes;
	uint32_t route_count;
	struct milter_config *milters; /* in the order in which they are asked */
	uint32_t milter_count;
	struct sandbox_config *sandboxes;
	uint32_t sandbox_count;
	struct arena arena;
};

/* Parses text; name stands in the faults, which are lines "name:line: fault; mend".
 * NULL when there was any. The caller frees with config_free. */
struct config *config_parse(slice text, const char *name, struct buf *faults);
/* The same from a file; a relative `data` is taken from the file's folder. */
struct config *config_load(const char *path, struct buf *faults);
void config_free(struct config *c);

/* Appends the names of keys that differ and that only a restart can change. */
void config_restart_needs(const struct config *old, const struct config *fresh,
			  struct buf *out);
/* Appends the manual page's section on the file, in mdoc, from the table of keys. */
void config_write_manual(struct buf *out);

/* What a key of [listen] takes: HOST:PORT with a numeric host, *:PORT, unix:/PATH. */
bool config_is_listen_address(slice text);
const struct domain_config *config_find_domain(const struct config *c, slice domain);
