/*
 * test_filter.h - drives a milter client with what a filter says, cut anyhow
 */
#pragma once

#include "milter/milter.h"

struct test_filter {
	struct milter *milter;
	struct milter_verdict verdict;
	struct buf said, new_body;
	uint64_t asked;
	bool wants_body;
};

static const slice test_rcpts[] = { SLICE_INIT("jo@example.test"),
				    SLICE_INIT("ann@example.test") };
static const struct milter_field test_fields[] = {
	{ .name = SLICE_INIT("Subject"), .value = SLICE_INIT(" hi\r\n\tthere") },
};
static const struct milter_mail test_mail = {
	.host_name = SLICE_INIT("mx.test"),
	.peer_name = SLICE_INIT("[192.0.2.1]"),
	.peer_address = SLICE_INIT("192.0.2.1"),
	.peer_port = SLICE_INIT("258"),
	.helo = SLICE_INIT("client.test"),
	.id = SLICE_INIT("x1"),
	.sender = SLICE_INIT("a@b.test"),
	.sender_arguments = SLICE_INIT("SIZE=9\0"),
	.recipients = test_rcpts,
	.recipient_count = countof(test_rcpts),
	.fields = test_fields,
	.field_count = countof(test_fields),
	.body_size = 5,
	.budget_ms = 1000,
};

static inline void filter_asked_body(void *host, uint64_t offset, size_t)
{
	struct test_filter *f = host;

	f->wants_body = true;
	f->asked = offset;
}

static inline bool filter_new_body(void *host, slice octets)
{
	return buf_add(&((struct test_filter *)host)->new_body, octets);
}

static const struct milter_host filter_host = { .body = filter_asked_body,
						.new_body = filter_new_body };

static inline void filter_init(struct test_filter *f)
{
	*f = (struct test_filter){ 0 };
	buf_init(&f->said, 1 << 20);
	buf_init(&f->new_body, 1 << 18);
	milter_verdict_init(&f->verdict);
	f->milter = milter_new(&test_mail, &filter_host, f, &f->verdict);
}

static inline void filter_done(struct test_filter *f)
{
	struct engine *e = milter_engine(f->milter);

	e->ops->free(e);
	milter_verdict_done(&f->verdict);
	buf_done(&f->new_body);
	buf_done(&f->said);
}

/* Answers whatever is no INPUT. */
static inline enum want filter_settle(struct test_filter *f)
{
	struct engine *e = milter_engine(f->milter);

	for (;;) {
		buf_move(&f->said, engine_output(e));
		if (engine_want(e) == WANT_DRAIN) {
			e->ops->drained(e);
		} else if (engine_want(e) == WANT_HOST && f->wants_body) {
			f->wants_body = false;
			milter_tell_body(f->milter,
					 slice_skip(S("body."), (size_t)f->asked));
		} else {
			return engine_want(e);
		}
	}
}

/* At most cut octets more at a time. */
static inline void filter_says(struct test_filter *f, slice text, size_t cut)
{
	size_t window = cut;

	while (filter_settle(f) == WANT_INPUT && text.n) {
		slice head = slice_head(text, window);
		size_t taken = engine_feed(milter_engine(f->milter), head);

		if (!taken && head.n == text.n) break;
		text = slice_skip(text, taken);
		window = taken ? cut : window + cut;
	}
	filter_settle(f);
}
