/*
 * failure.h - a report about one message that failed, as its fields say it
 *
 * The machine-readable part of a multipart/report of type feedback-report (RFC 5965, with
 * RFC 6591's fields of authentication failures). They are read, never sent: they tell
 * strangers more of a message than they need to know (RFC 7489 9.1).
 */
#pragma once

#include "base/json_writer.h"

struct failure {
	slice kind;   /* Feedback-Type: "auth-failure", "abuse", ... */
	slice agent;  /* User-Agent, without its version */
	slice domain; /* Reported-Domain */
	slice source; /* Source-IP */
	slice auth_failure, delivery_result, identity_alignment;
	slice arrival, mail_from, results, dkim_domain;
};

/* Of the fields as they stand in the part; slices lie in it. False: it has no
 * Feedback-Type. */
bool failure_read(slice fields, struct failure *ret);
/* The members of an object that tell of it. */
void failure_tell(const struct failure *f, struct json_writer *w);
