/*
 * object_id.h - what IMAP and JMAP call the same thing by (RFC 8474 4, 5; RFC 8620 1.2)
 *
 * A letter, the account and the store's number, which is never used again: "M2-1f". Ids
 * of different accounts and kinds differ.
 */
#pragma once

#include "base/buf.h"

enum object_kind {
	OBJECT_MAILBOX = 'F',
	OBJECT_EMAIL = 'M',
	OBJECT_THREAD = 'T',
	OBJECT_UPLOAD = 'U',
	OBJECT_IDENTITY = 'I',
	OBJECT_SUBMISSION = 'S',
	OBJECT_PUSH = 'P',
};

void object_id_write(enum object_kind kind, int64_t account, int64_t id, struct buf *out);
/* objectid = 1*255(ALPHA / DIGIT / "_" / "-"). *ret is -1 for one that nothing of the
 * kind and account has. */
bool take_object_id(slice *in, enum object_kind kind, int64_t account, int64_t *ret);
