/*
 * jmap.h - JMAP for mail, without I/O: requests in, answers out (RFC 8620, RFC 8621)
 *
 * A request is a document with method calls, which are done in order: each in one or more
 * jobs (base/job.h) on the user's account, or by its host, and so its driver does as
 * jmap_request_want says:
 *
 *   JOB    run jmap_request_job(), then its done()
 *   HOST   nothing: the host was asked something and will answer
 *   CLOSE  the answer is there
 *
 * Where the octets come from, who the user is, and that a push goes out is its driver's.
 */
#pragma once

#include "base/buf.h"
#include "base/engine.h"
#include "jmap/limits.h"

struct jmap_request;
struct jmap_mail;
struct jmap_recall;

/* Who asks. The slices outlive the request. */
struct jmap_user {
	int64_t account;
	slice login;            /* as it authenticated: an address */
	slice inbox;            /* the store mailbox with the role "inbox": INBOX, or a
				   sandbox's */
	const slice *addresses; /* from which it may send: its own first, then aliases;
				   "*@domain" stands for all of a domain */
	uint32_t address_count;
	bool may_send;        /* false in a sandbox */
	bool may_push;        /* likewise */
	slice push_key;       /* what signs pushes (RFC 9749 3), in base64url; or empty */
	int64_t credential;   /* by which it authenticated: the directory's, or 0: none
				 of those, a token */
	uint32_t hold_max_s;  /* how long a mail may wait to be sent, no longer than
				 JMAP_DELAYED_SEND_MAX; 0: not at all */
	uint64_t message_max; /* octets of a message */
};

struct jmap_host {
	int64_t (*now)(void *host); /* UNIX seconds */
	/* Hand this mail in as by submission -> jmap_mail_sent, perhaps at once. */
	void (*send)(void *host, struct jmap_mail *m);
	/* Take this mail back -> jmap_recalled, perhaps at once. */
	void (*cancel)(void *host, struct jmap_recall *r);
	/* Whether a new push subscription may lead there, with that key (push.h): at
	 * once, on any thread. ERR_DENIED: not to that address; ERR_MALFORMED: the key is
	 * no point on the curve; ERR_LIMIT: there were too many lately. */
	enum err (*check_push)(void *host, slice url, slice key);
	void (*pushes_changed)(void *host); /* the account's have; at once */
};

struct jmap_sent;

/* A mail to be sent (RFC 8621 7): lives until jmap_mail_sent. What belongs to DSN is as
 * it stands on the wire (smtp/dsn.h): ENVID and ORCPT are xtext. */
struct jmap_mail {
	struct jmap_request *request;
	struct incoming *message; /* as it is to go out: Bcc is gone; not finished; the
				     host's from now on */
	slice reverse_path;       /* local@domain; may be empty */
	const slice *recipients;
	uint32_t recipient_count;
	int64_t release_at; /* UNIX seconds: FUTURERELEASE (RFC 4865); 0: now */
	slice hold; /* what asked for that, "for;600" or "until;..."; may be empty */
	slice envelope_id;      /* ENVID; may be empty */
	slice ret;              /* RET: "FULL", "HDRS" or empty (RFC 3461 4.3) */
	const slice *notify;    /* of each recipient, NOTIFY as written, or empty */
	const slice *originals; /* of each recipient, ORCPT, or empty */
	/* The request's own: what jmap_mail_sent calls, on the loop. */
	void (*sent)(struct jmap_mail *m, const struct jmap_sent *what);
};

/* What became of it: the queue's number (0: it went to mailboxes here alone), and an SMTP
 * reply, e.g. "250 2.0.0 queued", for each recipient where it failed. */
struct jmap_sent {
	enum err outcome;
	int64_t queue_id;
	const slice *replies; /* one for each recipient; copied */
};
void jmap_mail_sent(struct jmap_mail *m, const struct jmap_sent *what);

/* A mail that is to be taken back: lives until jmap_recalled. */
struct jmap_recall {
	struct jmap_request *request;
	int64_t queue_id; /* of jmap_sent */
	/* The request's own, likewise. */
	void (*recalled)(struct jmap_recall *r, enum err outcome);
};
/* ERR_NONE: no recipient has it, nor ever will. ERR_DENIED: it cannot be taken back any
 * more, or is not in the queue. ERR_LATER. */
void jmap_recalled(struct jmap_recall *r, enum err outcome);

/* content: JSON (I-JSON, RFC 7493), copied. host and user outlive the request. */
struct jmap_request *jmap_request_new(const struct jmap_host *ops, void *host,
				      const struct jmap_user *user, slice content);
/* Not while its job runs or its host is asked. */
void jmap_request_free(struct jmap_request *r);
enum want jmap_request_want(const struct jmap_request *r);
struct job *jmap_request_job(struct jmap_request *r);
/* The HTTP status and the JSON of the answer, or of a problem (RFC 7807): then the status
 * is an error's. */
unsigned jmap_request_status(const struct jmap_request *r);
slice jmap_request_answer(const struct jmap_request *r);

/* The id of an account: "A2". */
void jmap_account_id(int64_t account, struct buf *out);

/* Appends the session resource (RFC 8620 2). base: "https://mail.example.org", without a
 * slash at its end. */
void jmap_session_write(const struct jmap_user *user, slice base, struct buf *out);

/* Appends the states of an account as a TypeState object's content (RFC 8620 7.1):
 * {"Email":"...","Mailbox":"..."}; types has the names that are asked for, or nothing. */
enum err jmap_states_write(struct account *a, const slice *types, uint32_t count,
			   struct buf *out);
