/*
 * arguments.h - reading the arguments of a call (RFC 8620 1.2, 1.3, 1.4)
 *
 * Each take_* reads one member of an object, if it is there: false, after call_fail with
 * invalidArguments, for what has another type or range. What is absent, or null where
 * null is the same, leaves *ret alone, which thus has the default.
 */
#pragma once

#include "jmap/call.h"
#include "store/object_id.h"

enum { ID_TEXT_MAX = 255 }; /* octets (RFC 8620 1.2) */

/* Those are the names that may be there; the list ends with NULL. */
bool arguments_known(struct call *c, const char *const *names);
/* The same, of two lists; the second may be NULL. */
bool arguments_known_of(struct call *c, const char *const *names,
			const char *const *further);
bool argument_string(struct call *c, const char *name, const char **ret);
bool argument_bool(struct call *c, const char *name, bool *ret);
bool argument_unsigned(struct call *c, const char *name, uint64_t *ret); /* < 2^53 */
bool argument_int(struct call *c, const char *name, int64_t *ret);
bool argument_object(struct call *c, const char *name, json_t **ret);
bool argument_array(struct call *c, const char *name, json_t **ret);
/* An array of strings; also checks each. */
bool argument_strings(struct call *c, const char *name, json_t **ret);

/* "2014-10-30T06:12:00Z": a UTCDate has no other zone, and its letters are capitals (RFC
 * 8620 1.4). A fraction is taken, for JavaScript's toISOString writes ".000". */
bool utc_date_parse(const char *text, int64_t *ret);
json_t *utc_date(int64_t instant);
json_t *date_with_zone(int64_t instant, int zone_minutes);

json_t *json_slice(slice utf8);  /* invalid octets are replaced: mail has them */
json_t *json_buf(struct buf *b); /* of what it held: it is done */
slice json_text(const json_t *string);
json_t *json_id(enum object_kind kind, int64_t account, int64_t id);
/* The number in an id of this account and kind; -1: none. */
int64_t id_number(const struct call *c, enum object_kind kind, const char *id);

/* A state string, and back: false for what never was one. */
json_t *json_state(uint64_t state);
bool state_parse(const char *text, uint64_t *ret);
