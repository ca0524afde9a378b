#include "queue/listing.h"

#include "queue/fixture_test.h"

enum { NOW = 1'000'000 };

TEST(listing_holds_and_releases)
{
	struct fixture f;

	fixture_init(&f);
	fixture_put(&f, "a@x b@y c@x", NOW);
	fixture_begin(&f);
	CHECK_INT(queue_attempt_begin(f.queue, 1, 0), ERR_NONE);
	CHECK_INT(queue_hold_message(f.queue, 1), ERR_NONE);
	CHECK_INT(queue_hold_message(f.queue, 2), ERR_NOT_FOUND);
	fixture_commit(&f);
	CHECK_SLICE(fixture_states(&f), S("1.0=sending 1.1=held 1.2=held"));
	CHECK_SLICE(fixture_due(&f, NOW), S(""));
	fixture_begin(&f);
	CHECK_INT(queue_release_message(f.queue, 1, NOW + 5), ERR_NONE);
	CHECK_INT(queue_release_message(f.queue, 2, NOW), ERR_NOT_FOUND);
	fixture_commit(&f);
	CHECK_SLICE(fixture_due(&f, NOW + 5), S("x:1 y:1"));
	fixture_done(&f);
}

TEST(listing_puts_on_hold_from_the_start)
{
	const struct queue_envelope e = { .received = NOW };
	const struct queue_target to = { .destination = S("x"), .address = S("a@x") };
	struct fixture f;
	int64_t id;

	fixture_init(&f);
	struct incoming *m = fixture_message(&f, S("\r\n"));
	const struct queue_new what = {
		.envelope = &e, .message = m, .targets = &to, .count = 1, .held = true
	};

	fixture_begin(&f);
	CHECK_INT(queue_put(f.queue, &what, &id), ERR_NONE);
	fixture_commit(&f);
	CHECK_SLICE(fixture_states(&f), S("1.0=held"));
	incoming_free(m);
	fixture_done(&f);
}

TEST(listing_retries_now)
{
	struct fixture f;

	fixture_init(&f);
	fixture_put(&f, "a@x b@y", NOW);
	fixture_try(&f, 1, 0, NOW, ATTEMPT_DEFERRED);
	fixture_begin(&f);
	CHECK_INT(queue_retry_message(f.queue, 1, NOW + 1), ERR_NONE);
	CHECK_INT(queue_retry_message(f.queue, 9, NOW + 1), ERR_NOT_FOUND);
	fixture_commit(&f);
	CHECK_SLICE(fixture_due(&f, NOW + 1), S("x:1 y:1"));
	fixture_done(&f);
}

TEST(listing_deletes_even_what_is_being_tried)
{
	const struct attempt a = { .outcome = ATTEMPT_DELIVERED,
				   .now = NOW,
				   .schedule = &schedule_usual };
	struct fixture f;

	fixture_init(&f);
	fixture_put(&f, "a@x b@y", NOW);
	fixture_begin(&f);
	CHECK_INT(queue_attempt_begin(f.queue, 1, 0), ERR_NONE);
	CHECK_INT(queue_delete_message(f.queue, 1), ERR_NONE);
	CHECK_INT(queue_attempt_end(f.queue, 1, 0, &a), ERR_NOT_FOUND);
	CHECK_INT(queue_delete_message(f.queue, 1), ERR_NOT_FOUND);
	fixture_commit(&f);
	CHECK_SLICE(fixture_states(&f), S(""));
	fixture_done(&f);
}

static bool write_message(void *context, const struct queue_message *m)
{
	queue_message_json(m, context);
	return true;
}

static bool write_recipient(void *context, const struct queue_recipient *r)
{
	queue_recipient_json(r, context);
	return true;
}

TEST(listing_as_json)
{
	const struct queue_envelope e = { .reverse_path = S("a@sender.test"),
					  .envelope_id = S("QQ+2B1"),
					  .flags = MESSAGE_UTF8,
					  .received = NOW,
					  .login = S("a"),
					  .trace_id = S("1234") };
	const struct queue_target to = { .destination = S("x.test"),
					 .address = S("b@x.test") };
	struct fixture f;
	struct json_writer w;
	struct buf b;

	fixture_init(&f);
	buf_init(&b, 10'000);
	json_writer_init(&w, &b);
	fixture_put_envelope(&f, &e, &to, 1);
	json_write_array_begin(&w);
	CHECK_INT(queue_find(f.queue, 1, write_message, &w), ERR_NONE);
	CHECK_INT(queue_find(f.queue, 2, write_message, &w), ERR_NOT_FOUND);
	CHECK_INT(queue_recipients(f.queue, 1, 0, write_recipient, &w), ERR_NONE);
	fixture_try(&f, 1, 0, NOW, ATTEMPT_DEFERRED);
	CHECK_INT(queue_recipients(f.queue, 1, 0, write_recipient, &w), ERR_NONE);
	CHECK_INT(queue_recipients(f.queue, 1, 1, write_recipient, &w), ERR_NONE);
	json_write_array_end(&w);
	CHECK_SLICE(
		buf_slice(&b),
		S("[{\"message\":1,\"id\":\"1234\",\"from\":\"a@sender.test\","
		  "\"login\":\"a\",\"envelopeId\":\"QQ+2B1\",\"size\":39,\"priority\":0,"
		  "\"received\":\"1970-01-12T13:46:40Z\","
		  "\"releaseAt\":\"1970-01-12T13:46:40Z\",\"eightBit\":false,"
		  "\"utf8\":true,\"binary\":false,\"tlsOptional\":false,"
		  "\"requireTls\":false},"
		  "{\"number\":0,\"to\":\"b@x.test\",\"destination\":\"x.test\","
		  "\"state\":\"queued\",\"attempts\":0,\"lastAttempt\":null,"
		  "\"nextAttempt\":\"1970-01-12T13:46:40Z\",\"reply\":null},"
		  "{\"number\":0,\"to\":\"b@x.test\",\"destination\":\"x.test\","
		  "\"state\":\"queued\",\"attempts\":1,"
		  "\"lastAttempt\":\"1970-01-12T13:46:40Z\","
		  "\"nextAttempt\":\"1970-01-12T13:51:40Z\",\"reply\":{\"code\":450,"
		  "\"status\":\"4.2.0\",\"text\":\"later\",\"remote\":\"mx.test\"}}]"));
	buf_done(&b);
	fixture_done(&f);
}
