/*
 * limits.h - what a client may ask for at once, told in the session (RFC 8620 2)
 */
#pragma once

enum {
	JMAP_REQUEST_MAX = 10 * 1024 * 1024, /* octets: maxSizeRequest */
	JMAP_VALUES_MAX = 250'000,           /* of all types in a request */
	JMAP_DEPTH_MAX = 100,                /* arrays and objects within each other */
	JMAP_REQUESTS_AT_ONCE = 8,           /* of an account: maxConcurrentRequests */
	JMAP_UPLOAD_MAX = 50 * 1000 * 1000,  /* octets: maxSizeUpload */
	JMAP_UPLOADS_AT_ONCE = 4,            /* the same: maxConcurrentUpload */
	JMAP_CALLS_MAX = 64,                 /* maxCallsInRequest */
	JMAP_GET_MAX = 1000,                 /* maxObjectsInGet */
	JMAP_SET_MAX = 1000,                 /* maxObjectsInSet */
	JMAP_ANSWER_MAX = 64 * 1024 * 1024,  /* octets: of an answer, by what it holds */
	JMAP_MAILBOXES_PER_EMAIL = 1000,     /* maxMailboxesPerEmail (RFC 8621 1.3.1) */
	JMAP_ATTACHMENTS_MAX = 50 * 1000 * 1000, /* octets of all in an email */
	JMAP_RECIPIENTS_MAX = 1000,              /* of an EmailSubmission */
	JMAP_DELAYED_SEND_MAX = 7 * 24 * 3600,   /* seconds */
	JMAP_CHANGES_MAX = 5000,                 /* ids, where the client names no max */
	JMAP_PUSHES_MAX = 50,                    /* subscriptions of an account */
	JMAP_PUSH_LIFE_S = 14 * 24 * 3600,       /* the longest (RFC 8620 7.2) */
	JMAP_QUERY_MAX = 10'000,                 /* ids of a page, likewise */
};
