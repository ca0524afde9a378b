/*
 * filter.h - what filters ([milter NAME]) say of a message, and what they change in it
 *
 * Behind the end of the data, and behind the checks of inbound.h, so that what a domain's
 * policy refuses costs no more. One filter after the other, in the order of the
 * configuration, each on a connection of its own, within its time; the next one sees what
 * the one before has changed. They see a message as it came, but for what pretends to be
 * ours, and without our trace fields.
 *
 * One that cannot be asked, or breaks the protocol, has failed: the message is deferred,
 * or passes it, as `on-failure` says.
 *
 *   READ the header, on a worker -> ASK.. -> WRITE the changed message, on a worker
 */
#pragma once

#include "milter/field_list.h"
#include "net/connect.h"
#include "server/session.h"
#include "smtp/server.h"
#include "store/incoming.h"

enum filter_action { FILTER_TAKES, FILTER_REFUSES, FILTER_DISCARDS };

struct filtering {
	/* Set by the owner; all it points to stays until filtering_done. */
	struct session *session;
	struct incoming **message; /* another one, once they have changed it */
	bool is_submitted;         /* by somebody who logged in */
	struct milter_mail mail;   /* what they are told, but for header and body */
	void (*finished)(struct filtering *f);

	/* The outcome; mail has the sender and the recipients that it now goes to. */
	bool is_running;
	enum filter_action action;
	struct smtp_reply reply; /* of FILTER_REFUSES */
	bool is_quarantined;
	bool breaks_seals; /* of the body, or of fields that came with it */
	bool has_new_envelope;
	slice by; /* the name of the filter that did one of these; or empty */

	/* The module's own. */
	struct arena arena;
	uint32_t at; /* the filter in hand, of the configuration's */
	struct field_list fields;
	bool is_headless, has_new_body;
	struct incoming *body, *new_body; /* body: NULL while it is the message's */
	uint64_t body_start;
	struct endpoint endpoint;
	struct outgoing outgoing;
	struct conn *conn; /* NULL: none, or it has ended */
	struct milter *milter;
	struct milter_verdict verdict;
	struct timer timer;
	struct work work;
	bool is_reading; /* a piece of the body: */
	struct buf piece;
	uint64_t piece_offset;
	size_t piece_max;
	enum err trouble; /* of our own, reading or writing */
};

/* Whether any filter is to be asked about such mail. */
bool filter_wants(const struct config *c, bool is_submitted);
/* The owner keeps it until finished, which is never called from within. */
void filter_start(struct filtering *f);
/* Not while it runs; harmless if it never did. */
void filtering_done(struct filtering *f);
