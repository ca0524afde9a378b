/*
 * client.h - the client side of SMTP and LMTP, without I/O (RFC 5321, 2033)
 *
 * Drive the engine as base/engine.h says; on TLS start it as the client, and check the
 * certificate as the policy asks: the engine sees only that there is TLS. It greets,
 * starts TLS and logs in as its configuration says, then asks the host for one message
 * after the other. Whatever the peer announces is used: PIPELINING, CHUNKING (else
 * DATA), SIZE, 8BITMIME, BINARYMIME, SMTPUTF8, DSN, REQUIRETLS, MT-PRIORITY, DELIVERBY,
 * FUTURERELEASE, LIMITS.
 *
 * What a message needs and the peer lacks fails before anything is sent: 8-bit content
 * (5.6.3) or binary (5.6.1; converting either is the host's), UTF-8 in
 * the header or an address (5.6.7), REQUIRETLS (5.7.30), to be returned when late
 * (5.3.3), to be held (5.7.1), its size (5.3.4). Recipients beyond the peer's RCPTMAX are
 * put off (4.5.3).
 *
 * Its JOBs are steps of a log-in: they need no account, only a worker for `prepare`,
 * which may hash for half a second (sasl/client.h), and `done` behind it.
 *
 * The calls of the host: ( next, result.. , done ).. and one failed at most, when the
 * session ends without a message in hand. A message given ahead has no next; it comes to
 * its results, too, or is returned. A session that breaks, or whose engine is
 * freed, gives each recipient that has none its result first. A failure behind the
 * stage AT_CONTENT may come too late: a retry may double it (RFC 5321 4.5.3.2.6).
 */
#pragma once

#include "base/engine.h"
#include "smtp/mail.h"
#include "smtp/peer.h"

enum {
	SMTP_PIECE_MAX = 64 * 1024, /* octets of a message asked for at once, and about
				       those of a chunk */
	SMTP_PIPELINE_CHUNKS = 8,   /* chunks without a reply at most */
	SMTP_QUIT_TIMEOUT_MS = 10'000,
};

struct smtp_client;

struct smtp_client_config {
	slice host_name; /* for EHLO */
	bool lmtp;
	/* IF_OFFERED goes on without TLS where the peer refuses it; never after a
	 * handshake that fails, which ends the connection. */
	enum { CLIENT_TLS_NEVER, CLIENT_TLS_IF_OFFERED, CLIENT_TLS_ALWAYS } tls;
	slice user, password; /* log in, or fail; empty user: do not */
	bool plaintext_login; /* passwords may be shown without TLS */
};

/* How far the session is; in a result: what was under way. */
enum smtp_client_stage {
	AT_GREETING,
	AT_EHLO,
	AT_HELO,
	AT_STARTTLS,
	AT_LOGIN,
	AT_REST,
	AT_MAIL,
	AT_RCPT,
	AT_DATA,
	AT_CONTENT,
	AT_END,
	AT_RSET,
	AT_QUIT
};

struct smtp_client_rcpt {
	slice forward_path; /* local@domain */
	unsigned notify;    /* DSN_*, for peers that announce DSN */
	slice orcpt;        /* as dsn.h says; empty: none */
};

/* The host keeps it and what it points to until done(). */
struct smtp_client_message {
	slice reverse_path; /* local@domain, empty for <> */
	const struct smtp_client_rcpt *recipients;
	uint32_t count;    /* 1 to SMTP_RECIPIENTS_MAX */
	uint64_t size;     /* exactly the octets that content() will be asked for */
	bool eight_bit;    /* some are above 127 */
	bool binary;       /* any octets, as they are (RFC 3030 3) */
	bool utf8;         /* its sender or a header needs SMTPUTF8 (RFC 6531 3.4) */
	bool require_tls;  /* RFC 8689; with an empty reverse-path only where it can be */
	slice auth;        /* who gave it, for a peer that we log in to; empty: <> */
	slice envelope_id; /* as dsn.h says; empty: none */
	enum dsn_return ret;
	slice hold; /* "for;600", "until;2026-01-01T00:00:00Z": FUTURERELEASE; or empty */
	int priority; /* -9 to 9 (RFC 6710) */
	enum smtp_deliver_by by;
	int64_t by_s; /* how long until it is late; above 0 with BY_RETURN */
	bool by_trace;
};

struct smtp_client_result {
	/* 2xx; 4xx, or the session failed; 5xx, or the message cannot go to this peer */
	enum { SMTP_DELIVERED, SMTP_DEFERRED, SMTP_REFUSED } outcome;
	enum smtp_client_stage stage;
	int code;       /* of the peer's reply; 0: the text is ours */
	slice enhanced; /* "5.1.1"; the usual one where the peer gave none */
	slice said;     /* the one it gave, or empty */
	slice text;     /* LF between lines, no other control character */
	/* Deferred for the number of recipients alone: the others go, and then there is
	 * room for it (RFC 5321 4.5.3.1.10, RFC 9422 4.2). */
	bool is_crowded;
};

struct smtp_client_host {
	/* Ready for a message -> smtp_client_send. */
	void (*next)(void *host);
	/* Octets from offset on, 1 to max of them -> smtp_client_content. */
	void (*content)(void *host, uint64_t offset, size_t max);
	/* Once for each recipient, by its index. The slices live for the call. */
	void (*result)(void *host, uint32_t recipient,
		       const struct smtp_client_result *r);
	/* The message has all its results. */
	void (*done)(void *host);
	/* The one given ahead will not be sent: none of its octets was. May be NULL where
	 * none ever is. */
	void (*returned)(void *host);
	void (*failed)(void *host, const struct smtp_client_result *why);
};

/* tls: NULL in the clear. The config lives as long as the engine. */
struct smtp_client *smtp_client_new(const struct smtp_client_config *config,
				    const struct tls_facts *tls,
				    const struct smtp_client_host *ops, void *host);
struct engine *smtp_client_engine(struct smtp_client *c);
/* What the peer announced last: whether DSN, say, went along with a message. */
const struct smtp_peer *smtp_client_peer(const struct smtp_client *c);

/* The answers, never from inside the question. NULL: no more messages, say good-bye. */
void smtp_client_send(struct smtp_client *c, const struct smtp_client_message *m);
/* While a message is in hand: the one that is to follow it. True: it was taken, as
 * if by smtp_client_send, and where the peer lets that be, its envelope goes out behind
 * the end of the one in hand (RFC 2920 3.1). False: it is for next(). */
bool smtp_client_ahead(struct smtp_client *c, const struct smtp_client_message *m);
/* Empty: the message cannot be read, which breaks the session and defers it. */
void smtp_client_content(struct smtp_client *c, slice octets);
