/*
 * envelope.h - what the queue keeps of a message and its recipients, as values
 *
 * ENVID and ORCPT are kept as they stood on the wire, in xtext: the next server is to
 * get exactly what we got (RFC 3461 5.2.1).
 */
#pragma once

#include "base/slice.h"

/* Stored numbers, here and below: never renumber. The wishes have the values that the
 * SMTP engine gives them. */

/* When the sender wants to be told (RFC 3461 4.1); 0: nothing was said. */
enum {
	NOTIFY_SUCCESS = 1,
	NOTIFY_FAILURE = 2,
	NOTIFY_DELAY = 4,
	NOTIFY_NEVER = 8,
};

/* What of the message a failure returns (RFC 3461 4.3). */
enum return_wish { RETURN_DEFAULT = 0, RETURN_FULL = 1, RETURN_HEADERS = 2 };

/* What the message asks of the servers that it passes. */
enum {
	MESSAGE_8BIT = 1,          /* 8BITMIME */
	MESSAGE_UTF8 = 2,          /* SMTPUTF8 */
	MESSAGE_REQUIRE_TLS = 4,   /* REQUIRETLS (RFC 8689) */
	MESSAGE_BINARY = 8,        /* BINARYMIME (RFC 3030) */
	MESSAGE_TLS_OPTIONAL = 16, /* "TLS-Required: No" (RFC 8689 4.2.2) */
	MESSAGE_BY_TRACE = 32,     /* of RFC 2852: the sender hears of each relay */
};

enum { PRIORITY_LEAST = -9, PRIORITY_MOST = 9 }; /* RFC 6710 */

/* What is to be done with a message that is late (RFC 2852 4). */
enum deliver_by { DELIVER_ANY_TIME = 0, DELIVER_BY_NOTIFY = 1, DELIVER_BY_RETURN = 2 };

struct queue_envelope {
	slice reverse_path; /* local@domain without <>; empty for <> */
	slice envelope_id;  /* ENVID; empty: not given */
	enum return_wish return_wish;
	unsigned flags; /* MESSAGE_* */
	int priority;
	int64_t received;   /* UNIX seconds */
	int64_t release_at; /* UNIX seconds: not sent before (RFC 4865); or 0 */
	enum deliver_by by;
	int64_t by_time; /* UNIX seconds: later than that is late */
	slice hold;      /* what asked for that, "for;600"; empty: not given */
	slice login;     /* who submitted it, or empty */
	slice trace_id;  /* its name in Received and in logs */
};

/* A recipient as it is given to the queue. */
struct queue_target {
	slice destination; /* a domain in A-labels and lower case, or a route's name */
	slice address;     /* local@domain */
	slice original;    /* ORCPT; empty: not given */
	unsigned notify;   /* NOTIFY_* */
	/* In what is put into the queue only: a mailbox of ours has it, and the sender
	 * wants to hear of that; what goes out is a report. */
	bool is_delivered;
};

/*
 *   QUEUED --attempt_begin--> SENDING --deferred--> QUEUED
 *                                     --delivered, refused, too old--> its end
 *   QUEUED <--release-- --hold--> HELD
 *
 * An attempt that a crash cut off is QUEUED again.
 */
enum recipient_state {
	RECIPIENT_QUEUED = 0,
	RECIPIENT_SENDING = 1,
	RECIPIENT_HELD = 2,
	RECIPIENT_DELIVERED = 3, /* the next server has it */
	RECIPIENT_FAILED = 4,    /* refused for good */
	RECIPIENT_EXPIRED = 5,   /* tried for too long */
};

/* Where a delivered message has gone, and so who tells of it (RFC 3461 5.2). */
enum handover {
	HANDOVER_SILENT = 0, /* to a server that knows no DSN */
	HANDOVER_ASKED,      /* to one that was asked for the report */
	HANDOVER_FINAL,      /* into the mailbox */
	HANDOVER_TRACED, /* to a server, and the sender is to hear of it (RFC 2852 4) */
};

/* What the sender is to be told: the action of a report (RFC 3464 2.3.3). */
enum report {
	REPORT_NONE = 0,
	REPORT_DELAYED = 1,
	REPORT_FAILED = 2,
	REPORT_RELAYED = 3, /* to a server that does not report itself */
	REPORT_DELIVERED = 4,
	REPORT_EXPANDED = 5, /* delivered, and sent on to several */
};

struct queue_reply {
	int code;     /* 550; 0: no server said it, the text is ours */
	slice status; /* "5.1.1"; may be empty */
	slice text;   /* LF between lines */
	slice remote; /* the name of the server that said it, or empty */
};

struct queue_message {
	int64_t id;
	struct queue_envelope envelope;
	uint64_t size; /* octets as they are sent */
};

struct queue_recipient {
	int64_t message;
	uint32_t number; /* of the recipient within its message, from 0 */
	struct queue_target target;
	enum recipient_state state;
	uint32_t attempts;
	int64_t next_attempt, last_attempt; /* UNIX seconds; last 0: none yet */
	struct queue_reply reply;           /* to the last attempt */
	enum report owed;
};
