/*
 * push_document.h - a PushSubscription as it is kept: JSON in a document
 *
 * {"deviceClientId", "url", "keys", "code", "types"} as a client set them or is to learn
 * them, "expires" and "credential" as numbers, "signer", "verified", "asked", and the
 * states "known".
 */
#pragma once

#include "base/buf.h"
#include "jmap/call.h"
#include "jmap/push.h"

enum {
	PUSH_URL_MAX = 2000,  /* octets */
	PUSH_TEXT_MAX = 255,  /* likewise, of other texts */
	PUSH_KEYS_ROOM = 128, /* octets: enough to decode both keys of a subscription */
	PUSH_TYPES_MAX = 32,
};

json_t *push_parse(slice document);
/* Whether who asks may see it: made with the same credential, and not expired. */
bool push_is_seen(const struct call *c, const json_t *document);
/* One of those, to be given back by json_decref. ERR_NOT_FOUND. */
enum err push_find(const struct call *c, struct account *a, const char *id, json_t **ret);
/* *id 0: a new one, whose number it becomes. */
enum err push_put(struct account *a, const json_t *document, int64_t *id);
/* What it says to clients, "url" and "keys" too. */
json_t *push_view(const struct call *c, int64_t id, json_t *document);

/* Appends the octets of a key ("p256dh", "auth"), in base64url with or without padding;
 * false unless there are so many. */
bool push_take_key(const json_t *keys, const char *name, size_t octets, struct buf *out);
