/*
 * record.h - one thing that happened, as octets: when, to what, and its story as JSON
 *
 *   record  = time-ms count *count(size key) size json     numbers as varint.h
 *   key     = kind text                                    text in lower case (ASCII)
 *
 * Keys are what a record is found by. Nothing is trusted when it is read back: it comes
 * from a disk.
 */
#pragma once

#include "base/buf.h"

enum {
	RECORD_KEYS_MAX = 8,
	RECORD_KEY_MAX = 256, /* octets; longer ones count by their beginning */
	RECORD_JSON_MAX = 64 * 1024,
};

/* What a key names: the first octet of it. */
enum {
	KEY_ID = 'i',          /* the id in Received fields and the log */
	KEY_MESSAGE_ID = 'm',  /* the Message-ID field, without angle brackets */
	KEY_QUEUE = 'q',       /* a message's number in the queue */
	KEY_DESTINATION = 'd', /* where mail was to go */
	KEY_ADDRESS = 'a',     /* of a sender or recipient that was refused */
};

struct record_keys {
	char text[RECORD_KEYS_MAX][RECORD_KEY_MAX];
	size_t size[RECORD_KEYS_MAX];
	uint32_t count;
};

/* An empty text is no key; those past RECORD_KEYS_MAX are left out. */
void record_key_add(struct record_keys *k, char kind, slice text);
slice record_key(const struct record_keys *k, uint32_t at);
/* What a key is looked for by in an index. */
uint64_t record_key_hash(slice key);

bool record_write(struct buf *out, int64_t at_ms, const struct record_keys *keys,
		  slice json);

struct record {
	int64_t at_ms; /* UNIX milliseconds */
	slice keys[RECORD_KEYS_MAX];
	uint32_t key_count;
	slice json;
};

/* The next one at the front; false at the end, and when it is damaged. */
bool take_record(slice *in, struct record *ret);
