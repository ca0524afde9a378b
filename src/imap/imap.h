/*
 * imap.h - the server side of IMAP, without I/O (RFC 3501, RFC 9051)
 *
 * The engine knows no socket, clock or database. Drive it as base/engine.h
 * says. What it needs of the mailbox it does in jobs (base/job.h); what else it
 * needs of the world it asks through struct imap_host.
 *
 * A session begins with the greeting in the output. It ends with WANT_CLOSE,
 * after LOGOUT, a time limit, too many faults, or imap_end().
 *
 * What IMAP4rev1 and the announced extensions say is here; what the client may
 * rely on at a moment is decided in one place, capability.c.
 */
#pragma once

#include "base/engine.h"
#include "sasl/mechanism.h"

struct imap;
struct incoming;    /* store/incoming.h */
struct secret_keys; /* sasl/secret.h */

enum {
	IMAP_LINE_MAX = 64 * 1024,          /* octets of a command without its literals */
	IMAP_COMMAND_MAX = 256 * 1024,      /* octets of a command with its literals */
	IMAP_LOGIN_COMMAND_MAX = 32 * 1024, /* the same before login: an ID of any size */
	IMAP_LOGIN_LITERAL_MAX = 4096,      /* octets of a literal before login */
	IMAP_FAULTS_MAX = 100,              /* BAD answers in a row, then BYE */
	IMAP_EARLY_FAULTS_MAX = 20,         /* the same before login */
	IMAP_EARLY_COMMANDS_MAX = 100,      /* commands before login, then BYE */
	IMAP_LOGIN_FAILURES_MAX = 5,        /* failed logins, then BYE */
	IMAP_IDLE_TIMEOUT_MS = 1'800'000,   /* RFC 9051 5.4: at least 30 minutes */
	IMAP_LOGIN_TIMEOUT_MS = 60'000,     /* silence allowed before login */
};

/* One pair of what ID tells the client (RFC 2971). */
struct imap_id_field {
	slice name, value;
};

/* Shared by the sessions of a listener; the host keeps it as long as they live. */
struct imap_config {
	slice host_name;        /* for the greeting and SASL */
	bool tls_available;     /* STARTTLS is offered */
	bool plaintext_login;   /* passwords may travel without TLS */
	uint64_t append_max;    /* octets of one message */
	uint32_t message_limit; /* messages of one command (RFC 9738); 0: no limit */
	const struct imap_id_field *id;
	size_t id_count;
	slice comment, admin_uri; /* METADATA of the server; may be empty */
	slice hidden; /* capabilities that are not announced: words with SP between */
	/* SASL_* properties of mechanisms that are not offered, beside what the state of
	 * the connection forbids. */
	unsigned sasl_refused;
	const struct secret_keys *secret_keys; /* for sasl_facts */
};

/* An account that a login has opened. The engine copies the slices. */
struct imap_login {
	int64_t account; /* directory id */
	/*
	 * Empty: the account's mailboxes appear under their names. Else (the
	 * sandbox, where one account serves all logins) the mailbox called root
	 * appears as INBOX, root/x as x, and nothing else is there. The host has
	 * made the mailbox.
	 */
	slice root;
	bool read_only; /* everything can be seen, nothing changed */
	slice hidden;   /* capabilities that this account is not told of, beside those for
			   all */
	/* The URL where the same log-in finds the same mail by JMAP (RFC 9698), without
	 * quotes or backslashes; empty: nowhere. */
	slice jmap;
	bool is_admin; /* may see and set the quotas of all accounts */
};

/*
 * What the engine asks. The first two are answered later, by the function
 * named, on the loop, never from inside the call; the engine wants HOST until
 * then. What a pointer argument shows lives until the answer.
 */
struct imap_host {
	/* Answer the exchange's question (sasl_server_question) by sasl_server_verdict,
	 * _secrets or _keys, and tell the status that it gave -> imap_auth_done. */
	void (*auth)(void *host, struct sasl_server *exchange);
	/* authentication, proven to be itself, wants to act as authorization (may be
	 * empty: as itself) -> imap_login_done. */
	void (*authorize)(void *host, slice authentication, slice authorization);

	/* The account of an address, or of what a user may log in as; 0: none. Quick. */
	int64_t (*find_account)(void *host, slice name);

	/* From now on call the engine's changed() after every commit that others could
	 * see: to its own account, to this one (which may be that) and to the others.
	 * Each takes the place of the one before; unwatch ends them all. */
	void (*watch)(void *host, int64_t account);
	void (*watch_others)(void *host, const int64_t *accounts, uint32_t count);
	void (*unwatch)(void *host);

	/* The login is over (RFC 8437): forget the account; another login may follow. */
	void (*leave)(void *host);
	/* A message to be filled by APPEND (incoming_new of the host's store). */
	struct incoming *(*incoming_new)(void *host);
	/* UNIX seconds. */
	int64_t (*now)(void *host);
};

/* tls: NULL for a connection in the clear, else what TLS has agreed on. */
struct imap *imap_new(const struct imap_config *config, const struct tls_facts *tls,
		      const struct imap_host *ops, void *host);
struct engine *imap_engine(struct imap *s); /* to drive and to free it */

/* Answers auth. The engine goes on with the exchange as status says. */
void imap_auth_done(struct imap *s, enum sasl_status status);
/* Answers authorize. ERR_NONE: login is what was opened. ERR_DENIED: it may not.
 * ERR_LATER, ERR_LIMIT (too many sessions): not now. */
void imap_login_done(struct imap *s, enum err outcome, const struct imap_login *login);
/* Ends the session with BYE as soon as no job runs: its account went away or its password
 * was changed. reason must live as long as the session. */
void imap_end(struct imap *s, slice reason);
