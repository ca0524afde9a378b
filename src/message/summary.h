/*
 * summary.h - what the store keeps of a message beside its bytes
 *
 * Built once at arrival, so that nothing is parsed again to list, sort, thread
 * or search by header. Slices live in the arena that was given. Text is UTF-8:
 * encoded words are decoded, folding removed, invalid octets replaced; it is cut at
 * SUMMARY_TEXT_MAX. A message whose ENVELOPE or BODYSTRUCTURE would pass its limit has an
 * empty envelope or is shown as one opaque part.
 */
#pragma once

#include "message/mime.h"

enum {
	PREVIEW_MAX = 256,            /* characters (RFC 8970 section 4) */
	SUMMARY_TEXT_MAX = 64 * 1024, /* octets of each decoded text */
	ENVELOPE_MAX = 1024 * 1024,
	BODY_STRUCTURE_MAX = 1024 * 1024,
	SUMMARY_ARENA_MAX = 8 * 1024 * 1024, /* what a summary takes at most */
};

struct summary {
	uint64_t size; /* octets of the whole */
	int64_t sent;  /* the Date field as UNIX seconds; SENT_UNKNOWN when there is none
			*/
	int32_t sent_zone; /* its zone in minutes east of UTC */
	slice envelope;    /* IMAP ENVELOPE, ready for the wire, with its parentheses */
	slice body_structure;                      /* IMAP BODYSTRUCTURE, likewise */
	slice parts;                               /* part_map.h, packed */
	slice subject;                             /* decoded */
	slice from, to, cc, bcc, sender, reply_to; /* decoded: "Name <addr>, ..." */
	slice message_id; /* without angle brackets; empty when there is none */
	slice references; /* ids of References, then those that In-Reply-To alone names;
			     take_reference */
	slice preview;
	bool has_attachment; /* as JMAP's hasAttachment: RFC 8621 4.1.4 */
};

#define SENT_UNKNOWN INT64_MIN

/*
 * Takes an id from the front of references, oldest first. SP stands between two, and HTAB
 * before the first of those that only In-Reply-To named: *ret_is_reply_to tells that one.
 * Summaries made before that mark came up have SP there too.
 */
bool take_reference(slice *references, slice *ret, bool *ret_is_reply_to);

/*
 * read(source, offset, into, n) gives n octets of the message, for the preview
 * alone: it is called for the text part's beginning only.
 */
typedef bool message_reader(void *source, uint64_t offset, char *into, size_t n);

/* False only when the arena is full. */
bool summary_make(const struct mime *m, message_reader *read, void *source,
		  struct arena *arena, struct summary *ret);
