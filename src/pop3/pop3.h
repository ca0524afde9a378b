/*
 * pop3.h - the server side of POP3, without I/O (RFC 1939, 2449, 2595, 5034, 6856)
 *
 * Drive the engine as base/engine.h says. What it needs of the world it asks
 * through struct pop3_host, and what it needs of the mailbox it does in jobs
 * (base/job.h): a session works on the snapshot taken at login, several
 * sessions may be open at once, and what another one removed answers -ERR.
 */
#pragma once

#include "base/engine.h"
#include "sasl/mechanism.h"

struct pop3;
struct secret_keys; /* sasl/secret.h */

enum {
	POP3_LINE_MAX = 255, /* octets, CRLF included (RFC 2449 4) */
	POP3_AUTH_LINE_MAX =
		12'288, /* octets of a line of an AUTH exchange (RFC 5034 4) */
	POP3_SKIP_MAX = 16 * 1024 * 1024, /* octets of a line that is too long */
	POP3_FAULTS_MAX = 100,            /* faulty commands in a row, then the end */
	POP3_EARLY_FAULTS_MAX = 20,       /* the same before the login */
	POP3_LOGIN_FAILURES_MAX = 5,
	POP3_EARLY_COMMANDS_MAX = 100,  /* commands before the login has succeeded */
	POP3_MESSAGES_MAX = 1'000'000,  /* of a mailbox: a session serves the first */
	POP3_TIMEOUT_MS = 600'000,      /* RFC 1939 3: at least 10 minutes */
	POP3_LOGIN_TIMEOUT_MS = 60'000, /* in all, from the greeting on */
};

/*
 * What happens at QUIT to mail that a client deletes or has retrieved (RFC 2449 6.7).
 * RETR sets \Seen then; with days, it also sets the keyword POP3_RETRIEVED, so that what
 * an IMAP client has read is not taken for retrieved. Without QUIT nothing happens.
 */
struct pop3_retention {
	bool keep; /* DELE hides a message from this session only; nothing is removed */
	int64_t days; /* with keep: what was retrieved goes this long after its arrival;
			 0: never (EXPIRE NEVER) */
	bool remove_retrieved; /* without keep: RETR deletes, too (EXPIRE 0) */
};

#define POP3_RETRIEVED "$POP3Retrieved"

/* The engine copies it; the host name and the keys must outlive the engine. */
struct pop3_config {
	slice host_name;      /* at most 255 octets */
	bool tls_available;   /* STLS is offered */
	bool plaintext_login; /* USER/PASS and PLAIN may be used without TLS */
	unsigned refused;     /* SASL_* flags of mechanisms that are not offered */
	const struct secret_keys *secret_keys; /* for sasl_facts; NULL: no SCRAM */
	struct pop3_retention retention;
};

/* An account that a login has opened. The engine copies mailbox. */
struct pop3_login {
	int64_t account;
	slice mailbox; /* the store mailbox that is served: INBOX, or a sandbox's inbox */
};

struct pop3_host {
	/* Do what the SASL exchange needs and put the result into it -> pop3_auth_done.
	 * USER and PASS come as an exchange of PLAIN, APOP as one of sasl_apop. */
	void (*auth)(void *host, struct sasl_server *exchange);
	/* -> pop3_login_done */
	void (*authorize)(void *host, slice authentication, slice authorization);
	int64_t (*now)(void *host); /* UNIX seconds */
};

/* tls: NULL for a connection in the clear, else what TLS has agreed on. */
struct pop3 *pop3_new(const struct pop3_config *config, const struct tls_facts *tls,
		      const struct pop3_host *ops, void *host);
struct engine *pop3_engine(struct pop3 *p);

/* The exchange got its answer, which gave status. */
void pop3_auth_done(struct pop3 *p, enum sasl_status status);
/* ERR_DENIED when the one may not act as the other; login is read with ERR_NONE only. */
void pop3_login_done(struct pop3 *p, enum err outcome, const struct pop3_login *login);
/* Ends the session as soon as no job runs: the account or its password changed. */
void pop3_end(struct pop3 *p, slice reason); /* one line of text */
