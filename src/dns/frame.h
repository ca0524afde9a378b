/*
 * frame.h - what the mail server and its resolver process say to each other
 *
 * A frame is its length in four octets, its type in one, and a body; numbers
 * are big-endian, strings have their length before them. SETTINGS goes to the
 * resolver once, then QUESTIONs, whose ids come back with ANSWERs. Both sides
 * believe nothing: a frame that is not exactly as it should be is BAD and ends
 * the conversation.
 */
#pragma once

#include "base/buf.h"
#include "base/dns_answer.h"
#include "dns/settings.h"

enum {
	FRAME_MAX = 64 * 1024, /* octets, length and type included */
};

enum frame_type { FRAME_SETTINGS = 1, FRAME_QUESTION, FRAME_ANSWER };

struct frame {
	enum frame_type type;
	uint32_t id; /* of a question and its answer */
	struct dns_settings settings;
	struct dns_question question;
	struct dns_answer answer;
};

/* All return false when the buf is too small for it (and is left as it was). */
bool frame_add_settings(struct buf *out, const struct dns_settings *s);
bool frame_add_question(struct buf *out, uint32_t id, struct dns_question q);
/* Leaves out the records that do not fit and says so in `truncated`. */
bool frame_add_answer(struct buf *out, uint32_t id, const struct dns_answer *a);

enum taken { TAKEN, PARTIAL, BAD };
/* Takes one frame off the front. Its slices point into *in, its records live in the
 * arena, which must have room for DNS_RECORDS_MAX of them. */
enum taken frame_take(slice *in, struct arena *arena, struct frame *ret);
