/*
 * json_writer.h - JSON (RFC 8259) written straight into a buf
 *
 * Calls follow the structure of the text; commas and quotes come by
 * themselves. Strings may hold any octets: what is not UTF-8 becomes U+FFFD,
 * one for each octet. In an object every value is preceded by json_write_key. A
 * wrong order of calls is a bug (assert); a full buf shows in its overflow
 * flag, to be looked at once at the end.
 */
#pragma once

#include "base/buf.h"

enum { JSON_DEPTH_MAX = 64 }; /* objects and arrays within each other */

struct json_writer {
	struct buf *out;
	uint64_t objects; /* bit n: level n is an object */
	uint8_t depth;    /* levels open */
	bool wants_comma; /* the level has a value already */
	bool wants_value; /* a key was written */
};

void json_writer_init(struct json_writer *w, struct buf *out);

void json_write_object_begin(struct json_writer *w);
void json_write_object_end(struct json_writer *w);
void json_write_array_begin(struct json_writer *w);
void json_write_array_end(struct json_writer *w);

void json_write_key(struct json_writer *w, slice name);
void json_write_string(struct json_writer *w, slice value);
void json_write_int(struct json_writer *w, int64_t value);
void json_write_uint(struct json_writer *w, uint64_t value);
void json_write_bool(struct json_writer *w, bool value);
void json_write_null(struct json_writer *w);
void json_write_date(struct json_writer *w, int64_t instant);    /* as date_add_iso */
void json_write_date_ms(struct json_writer *w, int64_t unix_ms); /* as date_add_iso_ms */
/* A value that is JSON already, copied as it is. */
void json_write_raw(struct json_writer *w, slice json);

/* A string with its quotes, outside any writer. */
bool json_add_string(struct buf *out, slice value);
