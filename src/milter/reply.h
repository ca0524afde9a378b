/*
 * reply.h - one packet of a filter, read
 *
 * Checked as far as it stands alone: its length and its shape. Text that goes into a
 * message has no NUL, and line ends within it, LF or CRLF, only in front of a blank: a
 * filter cannot begin a header field or a body with it.
 */
#pragma once

#include "milter/protocol.h"

#include "base/slice.h"

enum milter_reading { MILTER_WHOLE, MILTER_PARTIAL, MILTER_MALFORMED };

/* The slices are those of the input. */
struct milter_reply {
	enum milter_word word;         /* or MILTER_OPTIONS */
	uint32_t version, may, wishes; /* OPTIONS */
	uint32_t index;                /* INSERT_HEADER, CHANGE_HEADER */
	slice name;                    /* of a header field */
	slice text;     /* the field's value, an address without <>, octets of a body, a
			   reason; of OPTIONS the lists of macros, for milter_take_macros */
	int code;       /* REPLY: 400 to 599 */
	slice enhanced; /* "5.7.1"; may be empty */
};

/* Takes a packet from the front of *in; PARTIAL changes nothing. */
enum milter_reading milter_take_reply(slice *in, struct milter_reply *ret);

/* One of the lists: the macros, with blanks between them, wanted at a stage. */
bool milter_take_macros(slice *in, uint32_t *ret_stage, slice *ret_names);
