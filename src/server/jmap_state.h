/*
 * jmap_state.h - JMAP over HTTP, as its files of the server share it (RFC 8620)
 *
 * jmap_user.c      who asks, as JMAP's methods see them
 * jmap_session.c   the session resource
 * jmap_api.c       requests with method calls
 * jmap_upload.c    octets come, to be used in a request
 * jmap_download.c  octets go
 * jmap_events.c    what has changed is told
 * jmap_envelope.c  a mail as SMTP has it
 * jmap_send.c      a mail goes out, as if by a submission service
 * jmap_recall.c    or not, if there is still time
 */
#pragma once

#include "base/arena.h"
#include "jmap/jmap.h"
#include "server/http_state.h"
#include "server/jmap_slots.h"

enum { JMAP_USER_ARENA_MAX = 1024 * 1024, JMAP_ADDRESSES_MAX = 1000 };

extern const struct resource_ops jmap_session_ops, jmap_api_ops, jmap_upload_ops,
	jmap_download_ops, jmap_events_ops;

/* Who asks; its slices live in the arena or as long as the request. */
void jmap_user_find(const struct http_session *h, struct arena *arena,
		    struct jmap_user *ret);
/* Takes "/ID" or "ID" from a path where that is the account of who asks. */
bool jmap_take_account(const struct http_session *h, slice *path);

#define JMAP_ERROR "urn:ietf:params:jmap:error:"

/* A limit of the session resource was passed (RFC 8620 3.6.1). */
void jmap_answer_limit(struct http_session *h, unsigned status, slice limit);
/* A place among the account's, of those there are. False: it was answered with limit. */
bool jmap_take_slot(struct http_session *h, enum jmap_slot kind);
void jmap_leave_slot(struct http_session *h, enum jmap_slot kind);

/* Hands a mail in; ends in jmap_mail_sent, never from inside, and then calls resume. h
 * stays until then (http_wait). */
void jmap_send(struct http_session *h, struct jmap_mail *m,
	       void (*resume)(struct http_session *h));
/* Takes one back that waits in the queue, the same way. */
void jmap_recall(struct http_session *h, struct jmap_recall *r,
		 void (*resume)(struct http_session *h));
