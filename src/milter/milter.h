/*
 * milter.h - the client side of the milter protocol, without I/O
 *
 * One connection asks one filter about one message that is all there: the engine tells
 * the filter of the client, the envelope, the header and the body, in the order in which
 * they came, and notes what it answers. Drive it as base/engine.h says; it ends with
 * CLOSE, and then the verdict says all. What the filter wants changed is listed, in its
 * order, and counts only with MILTER_TAKES: it is the caller who changes.
 *
 *   OPTIONS -> CONNECT HELO MAIL RCPT.. DATA HEADER.. HEADER_END BODY.. END -> verdict
 *
 * A filter that refuses one recipient refuses the message: when it is asked, the
 * recipient was accepted already, and no mail is to be lost without a word.
 *
 * Limits: MILTER_EDITS_MAX, MILTER_ARENA_MAX, MILTER_PACKET_MAX. Past them, and for
 * everything else that is not in the protocol, the filter has failed.
 */
#pragma once

#include "base/arena.h"
#include "base/engine.h"

enum {
	MILTER_EDITS_MAX = 2000,
	MILTER_ARENA_MAX = 4 * 1024 * 1024, /* octets of a filter's changes */
};

/* The value is all that stands behind the colon, folded as it came, without its last
 * CRLF. */
struct milter_field {
	slice name, value;
	slice raw; /* the whole, as it stands in the message; empty: it is a filter's */
};

/* What the filter is told. Lives, with what it points to, as long as the engine. Empty
 * texts are not told, save the names and the sender. */
struct milter_mail {
	slice host_name;               /* ours */
	slice program;                 /* with its version */
	slice service;                 /* "smtp", "submission" */
	slice peer_name;               /* "[192.0.2.1]" where it has none */
	slice peer_address, peer_port; /* empty: a Unix socket */
	slice peer;                    /* both, as "mx.example [192.0.2.1]" */
	slice helo;
	slice tls_version, cipher, cipher_bits;
	slice login_mechanism, login; /* empty: nobody has logged in */
	slice id;                     /* ours of the message */
	slice sender;                 /* local@domain; empty for <> */
	slice sender_arguments;       /* "SIZE=100", a NUL behind each */
	slice recipient;              /* the engine's: the one in hand */
	const slice *recipients;
	uint32_t recipient_count;
	const struct milter_field *fields;
	uint32_t field_count;
	uint64_t body_size; /* octets */
	int64_t budget_ms;  /* for the longest silence */
};

enum milter_edit_kind {
	EDIT_ADD_FIELD,    /* at the end of the header section */
	EDIT_INSERT_FIELD, /* as the field of that index, from 0 */
	EDIT_CHANGE_FIELD, /* the index-th of that name, from 1; an empty value: it goes
			    */
	EDIT_SENDER,
	EDIT_ADD_RCPT,
	EDIT_REMOVE_RCPT,
};

struct milter_edit {
	enum milter_edit_kind kind;
	uint32_t index;
	slice name;
	slice value; /* as struct milter_field's, but lines may end in LF; or an address
		      */
};

enum milter_action {
	MILTER_FAILED, /* it broke the protocol, or off */
	MILTER_TAKES,
	MILTER_REFUSES,
	MILTER_DISCARDS,
};

/* The owner's, and outlives the engine. */
struct milter_verdict {
	enum milter_action action;
	const char *fault; /* static text: why it failed */
	int code;          /* of MILTER_REFUSES: 4xx or 5xx */
	slice enhanced, text;
	bool quarantined;
	slice reason; /* of that */
	bool has_new_body;
	struct milter_edit *edits;
	uint32_t edit_count, edit_room;
	struct arena arena; /* of all these */
};

void milter_verdict_init(struct milter_verdict *v);
void milter_verdict_done(struct milter_verdict *v);

struct milter_host {
	/* Octets of the body from offset on, 1 to max of them -> milter_tell_body. */
	void (*body)(void *host, uint64_t offset, size_t max);
	/* More of the body that takes the place of the message's own. False: too much. */
	bool (*new_body)(void *host, slice octets);
};

struct milter;

struct milter *milter_new(const struct milter_mail *mail, const struct milter_host *ops,
			  void *host, struct milter_verdict *verdict);
struct engine *milter_engine(struct milter *m);
/* Never from inside the question. Empty: it cannot be read. */
void milter_tell_body(struct milter *m, slice octets);
