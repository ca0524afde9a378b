/*
 * parameters.h - the ESMTP parameters of MAIL and RCPT: one table (RFC 5321 4.1.2)
 *
 * An unknown one is refused with 555, a malformed or doubled one with 501. A new
 * extension's parameter is a row and a function in parameters.c.
 */
#pragma once

#include "base/arena.h"
#include "smtp/server.h"

enum smtp_parameters_of { PARAMETERS_OF_MAIL = 1, PARAMETERS_OF_RCPT = 2 };

/* What parameters say goes into mail or rcpt; what that points to, into memory. */
struct smtp_parameters {
	enum smtp_parameters_of command;
	const struct smtp_config *config;
	struct smtp_mail *mail;
	struct smtp_rcpt *rcpt; /* NULL with MAIL */
	struct arena *memory;
	bool tls;
	int64_t now; /* UNIX seconds */
};

/* in: all that follows the path. NULL, or the refusal. */
const struct smtp_reply *smtp_parameters_take(const struct smtp_parameters *p, slice in);
