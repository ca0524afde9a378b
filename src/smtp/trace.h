/*
 * trace.h - the header fields that a server puts in front (RFC 5321 4.4)
 *
 * Whatever the facts are, what is written is a valid field with lines of less than 998
 * octets: a name that the client gave cannot end it, nor look like a part of ours.
 */
#pragma once

#include "base/engine.h"

struct smtp_trace {
	slice helo;                  /* as the client gave it */
	slice peer;                  /* its address as text; empty: a local socket */
	slice host_name;             /* ours */
	slice protocol;              /* smtp_session_facts.protocol */
	const struct tls_facts *tls; /* NULL without */
	slice id;                    /* ours of the message: an atom */
	slice recipient; /* the only one, local@domain; empty: do not tell, there are
			    several */
	int priority;    /* -9 to 9 (RFC 6710 4.1) */
	int64_t now;     /* UNIX seconds */
};

/* Appends a Received field with its CRLF. */
bool smtp_received_write(const struct smtp_trace *t, struct buf *out);
/* Appends a Return-Path field with its CRLF: local unquoted, both empty for <>. */
bool smtp_return_path_write(slice local, slice domain, struct buf *out);
