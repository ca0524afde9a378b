/*
 * mail.h - what a client has said of a message with MAIL and RCPT (RFC 5321 4.1.1.2),
 *          and a trusted one of its own client with XCLIENT
 */
#pragma once

#include "smtp/dsn.h"

/* What is to be done with a message that is late (RFC 2852 4): nothing was asked, the
 * sender is told, it is returned. */
enum smtp_deliver_by { BY_NONE, BY_NOTIFY, BY_RETURN };

/* MAIL FROM. The slices live until the transaction ends. */
struct smtp_mail {
	slice reverse_path;  /* local@domain without <>; empty for <> */
	slice local, domain; /* its halves, the local part unquoted */
	uint64_t size;       /* announced; 0: not */
	bool eight_bit;      /* BODY=8BITMIME */
	bool binary;         /* BODY=BINARYMIME (RFC 3030 3) */
	bool utf8;           /* SMTPUTF8 */
	slice auth;          /* AUTH= (RFC 4954 5), decoded; empty: not given or <> */
	enum dsn_return ret; /* RET */
	slice envelope_id;   /* ENVID, as it stands on the wire; empty: not given */
	bool require_tls;
	int priority;         /* -9 to 9 */
	int64_t release_time; /* not before this UNIX second; 0: at once */
	enum smtp_deliver_by by;
	int64_t by_time; /* UNIX seconds: later than that is late */
	bool by_trace;   /* the sender hears of each relay */
	slice hold; /* what asked for it, "for;600" or "until;2026-01-01T00:00:00Z", for
		       the field Future-Release-Request (RFC 4865 5.1.2) */
};

/* RCPT TO. The slices live until the answer. */
struct smtp_rcpt {
	slice forward_path;  /* local@domain without <> */
	slice local, domain; /* unquoted; the domain is empty for <postmaster> */
	unsigned notify;     /* DSN_*; 0: not given */
	slice orcpt;         /* as it stands on the wire; empty: not given */
};

/* XCLIENT, as Postfix's XCLIENT_README has it. Empty: not told, or not known. The slices
 * live for the call. */
struct smtp_xclient {
	slice name, address, port; /* of the client; "192.0.2.1", "IPV6:2001:db8::1" */
	slice protocol, helo;      /* "SMTP" or "ESMTP", and the name it gave */
	slice login;
	slice to_address, to_port; /* what it connected to */
};
