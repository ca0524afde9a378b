/*
 * fetch_items.h - what a FETCH asks for (RFC 9051 6.4.5, RFC 3501 6.4.5)
 */
#pragma once

#include "imap/section.h"

enum { FETCH_SECTIONS_MAX = 256 }; /* of one command; more are refused */

enum fetch_item {
	FETCH_UID,
	FETCH_FLAGS,
	FETCH_INTERNALDATE,
	FETCH_SIZE,
	FETCH_MODSEQ,
	FETCH_EMAILID,
	FETCH_THREADID,
	FETCH_SAVEDATE,
	FETCH_PREVIEW,
	FETCH_ENVELOPE,
	FETCH_BODY,
	FETCH_BODYSTRUCTURE,
	FETCH_ITEMS
};

enum fetch_form {
	FETCH_AS_STORED,
	FETCH_DECODED, /* without the part's transfer encoding (RFC 3516 4.2) */
	FETCH_DECODED_SIZE,
};

/* An item that gives octets of the message. */
struct fetch_section {
	struct fetch_section *next;
	enum fetch_form form;
	slice name; /* BODY, BINARY, BINARY.SIZE; the older RFC822, RFC822.HEADER, ... */
	bool has_brackets; /* the section is written behind the name */
	bool marks;        /* sets \Seen */
	bool is_partial;   /* "<offset.octets>" */
	uint64_t offset, octets;
	struct section section;
};

struct fetch_items {
	enum fetch_item plain[FETCH_ITEMS]; /* each once, as first asked for */
	uint32_t plain_count;
	struct fetch_section *sections; /* as asked for */
	bool marks;                     /* one of them does */
};

/* One item, a macro, or a list of items in parentheses. */
bool take_fetch_items(slice *in, struct arena *arena, struct fetch_items *ret);
bool fetch_items_have(const struct fetch_items *f, enum fetch_item item);
/* Add an item unless it is there. */
void fetch_items_put_first(struct fetch_items *f, enum fetch_item item);
void fetch_items_put_last(struct fetch_items *f, enum fetch_item item);

/* "BODY[TEXT]<0>": the item's name in the response, without what was PEEK. */
bool fetch_section_write(const struct fetch_section *s, struct buf *out);
