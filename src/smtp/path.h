/*
 * path.h - Reverse-path and Forward-path, strictly (RFC 5321 4.1.2, RFC 6531 3.3)
 *
 * A source route is accepted and ignored (RFC 5321 appendix C). There is no leniency in
 * smtp_take_path: an address without "<" and ">" is refused, for what a client means by
 * it is guesswork, and every client in use writes them. UTF-8 is part of the grammar
 * here; whether it was asked for (SMTPUTF8) the caller looks up in is_utf8.
 *
 * Limits: SMTP_PATH_MAX, SMTP_DOMAIN_MAX. A local part may be as long as the path allows,
 * not only the 64 octets that everybody must take (RFC 5321 4.5.3.1.1): forwarders that
 * keep the sender in it (SRS) and mailing services that keep the recipient (VERP) make
 * long ones, and bounces come back to them.
 */
#pragma once

#include "base/arena.h"

enum smtp_path_kind {
	REVERSE_PATH, /* may be "<>" */
	FORWARD_PATH, /* may be "<postmaster>", in any case */
};

enum smtp_path_verdict { PATH_GOOD, PATH_MALFORMED, PATH_TOO_LONG };

/* The slices live in the arena. */
struct smtp_path {
	slice address; /* local@domain as written, without the route; empty for <> */
	slice local, domain; /* the local part unquoted; no domain for <postmaster> */
	bool is_utf8;        /* not all of it is ASCII */
};

/* Changes nothing unless PATH_GOOD; PATH_TOO_LONG also when the arena is full. */
enum smtp_path_verdict smtp_take_path(slice *in, enum smtp_path_kind kind,
				      struct arena *memory, struct smtp_path *ret);

/* For a sandbox, which captures what a program means to send, right or wrong: without "<"
 * and ">", without a domain, with UTF-8 or blanks. Neither controls nor nothing at all.
 */
enum smtp_path_verdict smtp_take_any_path(slice *in, struct arena *memory,
					  struct smtp_path *ret);

/* Mailbox = Local-part "@" ( Domain / address-literal ), the whole text. */
bool smtp_is_mailbox(slice text);
