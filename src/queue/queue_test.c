#include "queue/queue.h"

#include <stdlib.h>
#include <string.h>

#include "queue/fixture_test.h"
#include "store/blob.h"
#include "store/delivery.h"

TEST(queue_takes_a_message_and_gives_it_up_when_delivered)
{
	struct fixture f;

	fixture_init(&f);
	CHECK_SLICE(fixture_due(&f, 1000), S(""));
	CHECK_INT(fixture_put(&f, "b@x.test c@y.test d@x.test", 1000), 1);
	CHECK_SLICE(fixture_due(&f, 999), S(""));
	CHECK_SLICE(fixture_due(&f, 1000), S("x.test:2 y.test:1"));
	fixture_try(&f, 1, 0, 1000, ATTEMPT_DELIVERED);
	fixture_try(&f, 1, 2, 1000, ATTEMPT_DELIVERED);
	CHECK_SLICE(fixture_due(&f, 1000), S("y.test:1"));
	CHECK_SLICE(fixture_states(&f), S("1.0=delivered 1.1=queued 1.2=delivered"));
	fixture_try(&f, 1, 1, 1000, ATTEMPT_DELIVERED);
	CHECK_SLICE(fixture_states(&f), S(""));
	fixture_done(&f);
}

TEST(queue_survives_being_closed)
{
	struct fixture f;
	int64_t next;

	fixture_init(&f);
	fixture_put(&f, "b@x.test c@y.test", 1000);
	fixture_try(&f, 1, 0, 1000, ATTEMPT_DEFERRED);
	fixture_reopen(&f);
	CHECK_SLICE(fixture_states(&f), S("1.0=queued 1.1=queued"));
	CHECK_SLICE(fixture_due(&f, 1299), S("y.test:1"));
	CHECK_SLICE(fixture_due(&f, 1300), S("y.test:1 x.test:1"));
	CHECK_INT(queue_next_time(f.queue, &next), ERR_NONE);
	CHECK_INT(next, 1000);
	CHECK_INT(fixture_put(&f, "b@x.test", 1000), 2);
	fixture_done(&f);
}

TEST(queue_knows_of_attempts_that_were_cut_off)
{
	struct fixture f;

	fixture_init(&f);
	fixture_put(&f, "b@x.test c@y.test", 1000);
	fixture_begin(&f);
	CHECK_INT(queue_attempt_begin(f.queue, 1, 0), ERR_NONE);
	CHECK_INT(queue_attempt_begin(f.queue, 1, 0), ERR_NOT_FOUND);
	fixture_commit(&f);
	CHECK_SLICE(fixture_states(&f), S("1.0=sending 1.1=queued"));
	CHECK_SLICE(fixture_due(&f, 1000), S("y.test:1"));
	fixture_reopen(&f);
	CHECK_SLICE(fixture_states(&f), S("1.0=queued 1.1=queued"));
	CHECK_SLICE(fixture_due(&f, 1000), S("x.test:1 y.test:1"));
	fixture_done(&f);
}

TEST(queue_undoes_what_is_rolled_back)
{
	struct fixture f;
	struct queue_envelope envelope = { .reverse_path = S("a@x"), .received = 1 };
	struct queue_target to = { .destination = S("x"), .address = S("b@x") };
	int64_t id;

	fixture_init(&f);
	struct incoming *m = fixture_message(&f, S("\r\n"));
	struct queue_new what = {
		.envelope = &envelope, .message = m, .targets = &to, .count = 1
	};
	fixture_begin(&f);
	CHECK_INT(queue_savepoint(f.queue), ERR_NONE);
	CHECK_INT(queue_put(f.queue, &what, &id), ERR_NONE);
	queue_rollback_to(f.queue);
	CHECK_INT(queue_savepoint(f.queue), ERR_NONE);
	CHECK_INT(queue_put(f.queue, &what, &id), ERR_NONE);
	CHECK_INT(queue_release(f.queue), ERR_NONE);
	CHECK(queue_in_transaction(f.queue));
	fixture_commit(&f);
	CHECK_SLICE(fixture_states(&f), S("2.0=queued"));
	CHECK(queue_take_changed(f.queue));
	CHECK(!queue_take_changed(f.queue));
	fixture_begin(&f);
	CHECK_INT(queue_put(f.queue, &what, &id), ERR_NONE);
	queue_rollback(f.queue);
	CHECK_SLICE(fixture_states(&f), S("2.0=queued"));
	CHECK(!queue_take_changed(f.queue));
	queue_checkpoint(f.queue);
	incoming_free(m);
	fixture_done(&f);
}

static void check_octets(struct fixture *f, int64_t id, slice want)
{
	struct body *b;
	struct buf got;

	buf_init(&got, want.n + 1);
	CHECK_INT(queue_open_body(f->queue, id, &b), ERR_NONE);
	CHECK_INT(body_size(b), want.n);
	CHECK(body_append(b, 0, want.n, &got));
	CHECK(slice_eq(buf_slice(&got), want));
	body_close(b);
	buf_done(&got);
}

/* Below, at and above the size from which a body is packed, or a file. */
static void check_size(struct fixture *f, size_t n)
{
	const struct queue_envelope envelope = { .received = 1 };
	const struct queue_target to = { .destination = S("x"), .address = S("b@x") };
	const slice prefix = S("Received: here\r\n");
	struct buf whole;
	int64_t id;

	buf_init(&whole, n + prefix.n);
	buf_add(&whole, prefix);
	for (size_t i = 0; i < n; i++)
		buf_add_char(&whole, i % 64 == 62 ? '\r' : i % 64 == 63 ? '\n' : 'x');
	struct incoming *m = fixture_message(f, slice_skip(buf_slice(&whole), prefix.n));
	const struct queue_new what = { .envelope = &envelope,
					.message = m,
					.prefix = prefix,
					.targets = &to,
					.count = 1 };

	fixture_begin(f);
	CHECK_INT(queue_put(f->queue, &what, &id), ERR_NONE);
	fixture_commit(f);
	check_octets(f, id, buf_slice(&whole));
	incoming_free(m);
	buf_done(&whole);
}

TEST(queue_gives_back_the_octets)
{
	const struct store_options kinds[] = { { .folder = "" },
					       { .folder = "", .durable = true },
					       { .folder = NULL } };
	const size_t sizes[] = { 0,      1, 40'000, BLOB_INLINE_MAX, BLOB_INLINE_MAX + 1,
				 300'000 };

	for (size_t k = 0; k < countof(kinds); k++) {
		struct fixture f;

		fixture_init_with(&f, kinds[k]);
		for (size_t i = 0; i < countof(sizes); i++)
			check_size(&f, sizes[i]);
		check_size(&f, 300'000); /* the same file again */
		fixture_begin(&f);
		CHECK_INT(queue_delete_message(f.queue, 6), ERR_NONE);
		fixture_commit(&f); /* checks that the other has its body still */
		fixture_begin(&f);
		CHECK_INT(queue_delete_message(f.queue, 7), ERR_NONE);
		CHECK_INT(queue_delete_message(f.queue, 7), ERR_NOT_FOUND);
		fixture_commit(&f);
		fixture_done(&f);
	}
}

TEST(queue_merges_what_was_not_answered)
{
	struct queue_envelope envelope = { .reverse_path = S("a@x"), .received = 1000 };
	const struct queue_target to = { .destination = S("x"), .address = S("b@x") };
	char id[DELIVERY_ID_SIZE];
	const slice delivery = { id, sizeof(id) };
	struct fixture f;
	int64_t first, second;
	bool merged;

	fixture_init(&f);
	struct incoming *m = fixture_message(&f, S("\r\n"));
	const struct queue_new what = {
		.envelope = &envelope, .message = m, .targets = &to, .count = 1
	};
	delivery_make_id(S("a@x"), S("b@x"), incoming_hash(m), id);
	fixture_begin(&f);
	CHECK_INT(queue_deliver(f.queue, delivery, &what, &first, &merged), ERR_NONE);
	CHECK(!merged);
	CHECK_INT(queue_deliver(f.queue, delivery, &what, &second, &merged), ERR_NONE);
	CHECK(merged && first == second);
	CHECK_INT(queue_answered(f.queue, delivery, 1000), ERR_NONE);
	CHECK_INT(queue_deliver(f.queue, delivery, &what, &second, &merged), ERR_NONE);
	CHECK(!merged && first != second);
	envelope.received += DELIVERY_MEMORY_S;
	CHECK_INT(queue_deliver(f.queue, delivery, &what, &second, &merged), ERR_NONE);
	CHECK(!merged);
	fixture_commit(&f);
	CHECK_SLICE(fixture_states(&f), S("1.0=queued 2.0=queued 3.0=queued"));
	incoming_free(m);
	fixture_done(&f);
}

TEST(queue_destination)
{
	static const struct {
		const char *address, *destination;
	} t[] = {
		{ "jo@Example.ORG", "example.org" },
		{ "jo@b\xc3\xbc"
		  "cher.example",
		  "xn--bcher-kva.example" },
		{ "\"a@b\"@x.test", "x.test" },
		{ "jo@[IPv6:2001:DB8::1]", "[ipv6:2001:db8::1]" },
	};

	for (size_t i = 0; i < countof(t); i++) {
		struct buf out;

		buf_init(&out, 300);
		queue_destination_of(slice_of(t[i].address), &out);
		CHECK_SLICE(buf_slice(&out), slice_of(t[i].destination));
		buf_done(&out);
	}
}
