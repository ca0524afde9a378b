/*
 * smtp_session.h - a connection that brings mail
 */
#pragma once

#include "net/conn.h"

struct door;

/* struct service's open; context is the door. */
bool smtp_session_open(void *context, struct conn *c);

/* Somebody who has logged in by another protocol and brings mail over a connection of our
 * own: by the rules of a submission service, with all that stands behind it. */
struct smtp_guest {
	const struct door *door; /* of the kind SERVICE_SUBMISSION, without TLS */
	int64_t account;
	int64_t generation; /* of the credentials that were proven */
	slice login;        /* lives as long as the connection */
	int64_t queue_id;   /* of the message brought last, once it has its reply; 0: it
			       went   to mailboxes of ours alone */
};

/* The same; context is a guest, who stays until the session is closed. */
bool smtp_session_open_guest(void *context, struct conn *c);
struct smtp_guest *smtp_session_guest(const void *session);
