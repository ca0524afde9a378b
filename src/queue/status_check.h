/*
 * status_check.h - are they the fields of RFC 3464? For the tests and fuzz targets alone
 *
 * A strict reader of message/delivery-status. Aborts, saying why, where something else is
 * found.
 */
#pragma once

#include <stdio.h>
#include <stdlib.h>

#include "queue/bounce.h"

#define REQUIRE(condition)                                                               \
	do {                                                                             \
		if (condition) break;                                                    \
		fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);          \
		abort();                                                                 \
	} while (0)

/* CRLF and no other control; no line past what may be sent. */
static inline void check_lines(slice text)
{
	size_t column = 0;

	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c == '\r') {
			REQUIRE(i + 1 < text.n && text.p[i + 1] == '\n');
			column = 0;
			i++;
			continue;
		}
		REQUIRE((c >= ' ' || c == '\t') && c != 127);
		REQUIRE(++column <= 998);
	}
}

/* One field unfolded; false at the end of its group. */
static inline bool take_status_field(slice *in, struct buf *ret)
{
	slice line;

	buf_reset(ret);
	if (in->n == 0 || take_literal(in, S("\r\n"))) return false;
	do {
		REQUIRE(take_line(in, &line));
		buf_add(ret, line);
	} while (in->n && *in->p == ' ');
	return true;
}

/* Each group has exactly these at least once, and nothing twice. */
static inline void check_group(slice *in, const slice *names, size_t count)
{
	struct buf field, seen;

	buf_init(&field, 100'000);
	buf_init(&seen, 100'000);
	while (take_status_field(in, &field)) {
		slice value = buf_slice(&field), name;

		REQUIRE(take_until(&value, ':', &name) && take_char(&value, ' '));
		buf_add_char(&seen, '/');
		REQUIRE(slice_find(buf_slice(&seen), name) == seen.n);
		buf_add(&seen, name);
	}
	for (size_t i = 0; i < count; i++)
		REQUIRE(slice_find(buf_slice(&seen), names[i]) < seen.n);
	buf_done(&field);
	buf_done(&seen);
}

static inline void check_status(const struct bounce *b, slice status)
{
	static const slice whole[] = { SLICE_INIT("Reporting-MTA"),
				       SLICE_INIT("Arrival-Date") },
			   each[] = { SLICE_INIT("Final-Recipient"), SLICE_INIT("Action"),
				      SLICE_INIT("Status") };

	check_group(&status, whole, countof(whole));
	for (uint32_t i = 0; i < b->report->count; i++)
		check_group(&status, each, countof(each));
	REQUIRE(status.n == 0);
}
