/*
 * received.h - the report in a message that came, whatever its kind
 *
 * The first part that is one by its type or its file's name, unpacked and read. What it
 * says becomes one object of JSON, which is what is kept of it and shown.
 *
 * Limits: RECEIVED_PACKED_MAX, UNPACKED_MAX (unpack.h), RECEIVED_JSON_MAX. May take long:
 * on a worker.
 */
#pragma once

#include "message/mime.h"
#include "message/summary.h"
#include "report/ledger.h"

enum {
	RECEIVED_PACKED_MAX = 8 * 1024 * 1024, /* octets of the part */
	RECEIVED_JSON_MAX = 1024 * 1024,
};

/* The report in a document, packed or not: appends its JSON. ret's slices but json lie in
 * the arena. ERR_MALFORMED: it is none; ERR_LIMIT: it is too large. */
enum err received_read(enum report_kind kind, slice document, int64_t now,
		       struct arena *arena, struct buf *json,
		       struct ledger_received *ret);
/* The same of a message; read is asked for octets of it. ERR_NOT_FOUND: no part looks
 * like a report. */
enum err received_find(const struct mime *m, message_reader *read, void *source,
		       int64_t now, struct arena *arena, struct buf *json,
		       struct ledger_received *ret);
