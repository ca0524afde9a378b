#include "queue/sending.h"

#include <string.h>

#include "base/utf8.h"
#include "queue/fixture_test.h"

enum { NOW = 1'000'000, DAY = 86400 };

TEST(sending_shows_the_longest_due_first_and_pages)
{
	struct fixture f;

	fixture_init(&f);
	fixture_put(&f, "b@c.test", NOW - 1);
	fixture_put(&f, "b@b.test b@a.test", NOW);
	fixture_put(&f, "b@a.test", NOW);
	fixture_put(&f, "b@d.test", NOW + 1);
	CHECK_SLICE(fixture_due(&f, NOW), S("c.test:1 a.test:2 b.test:1"));
	fixture_done(&f);
}

struct walk {
	struct buf seen, name;
	struct queue_place place;
	uint32_t left;
};

static bool walk_one(void *context, const struct queue_place *p)
{
	struct walk *w = context;

	buf_add(&w->seen, p->destination);
	buf_add_char(&w->seen, ' ');
	buf_reset(&w->name);
	buf_add(&w->name, p->destination);
	w->place = (struct queue_place){ p->next_attempt, buf_slice(&w->name) };
	return --w->left > 0;
}

TEST(sending_goes_on_behind_a_place)
{
	struct fixture f;
	struct walk w = { .left = 2 };

	fixture_init(&f);
	buf_init(&w.seen, 100);
	buf_init(&w.name, 100);
	fixture_put(&f, "x@a x@b x@c x@d x@e", NOW);
	for (int i = 0; i < 3; i++) {
		CHECK_INT(queue_due_places(f.queue, NOW, &w.place, walk_one, &w),
			  ERR_NONE);
		buf_add_char(&w.seen, '/');
		w.left = 2;
	}
	CHECK_SLICE(buf_slice(&w.seen), S("a b /c d /e /"));
	buf_done(&w.seen);
	buf_done(&w.name);
	fixture_done(&f);
}

static bool add_number(void *context, const struct queue_recipient *r)
{
	buf_addf(context, "%lld.%u ", (long long)r->message, r->number);
	return true;
}

static void check_due(struct fixture *f, slice destination, uint32_t max, slice want)
{
	const struct queue_place p = { .destination = destination };
	struct buf b;

	buf_init(&b, 1000);
	CHECK_INT(queue_due(f->queue, &p, NOW, max, add_number, &b), ERR_NONE);
	CHECK_SLICE(slice_trim(buf_slice(&b)), want);
	buf_done(&b);
}

TEST(sending_gives_the_urgent_first_and_messages_whole)
{
	static const int priorities[] = { 0, -9, 9, 0 };
	const struct queue_target targets[] = {
		{ .destination = S("x"), .address = S("a@x") },
		{ .destination = S("y"), .address = S("a@y") },
		{ .destination = S("x"), .address = S("b@x") },
	};
	struct fixture f;

	fixture_init(&f);
	for (size_t i = 0; i < countof(priorities); i++) {
		const struct queue_envelope e = { .received = NOW,
						  .priority = priorities[i] };

		fixture_put_envelope(&f, &e, targets, countof(targets));
	}
	check_due(&f, S("x"), 100, S("3.0 3.2 1.0 1.2 4.0 4.2 2.0 2.2"));
	check_due(&f, S("x"), 3, S("3.0 3.2 1.0"));
	check_due(&f, S("y"), 100, S("3.1 1.1 4.1 2.1"));
	check_due(&f, S("z"), 100, S(""));
	fixture_done(&f);
}

TEST(sending_releases_in_the_future)
{
	const struct queue_envelope e = { .received = NOW, .release_at = NOW + 50 };
	const struct queue_target to = { .destination = S("x"), .address = S("a@x") };
	struct fixture f;

	fixture_init(&f);
	fixture_put_envelope(&f, &e, &to, 1);
	CHECK_SLICE(fixture_due(&f, NOW + 49), S(""));
	CHECK_SLICE(fixture_due(&f, NOW + 50), S("x:1"));
	/* Its five days count from there. */
	fixture_try(&f, 1, 0, NOW + 49 + 5 * DAY, ATTEMPT_DEFERRED);
	CHECK_INT(fixture_recipient(&f, 1, 0).next_attempt, NOW + 50 + 5 * DAY);
	fixture_done(&f);
}

static struct attempt attempt_of(enum attempt_outcome outcome, int64_t now)
{
	return (struct attempt){ .outcome = outcome,
				 .reply = { 421, S("4.3.2"), S("busy\nlater"), S("mx") },
				 .now = now,
				 .schedule = &schedule_usual };
}

TEST(sending_keeps_what_the_last_attempt_said)
{
	struct fixture f;
	struct queue_recipient r;

	fixture_init(&f);
	fixture_put(&f, "a@x", NOW);
	CHECK_INT(fixture_recipient(&f, 1, 0).last_attempt, 0);
	fixture_try(&f, 1, 0, NOW + 7, ATTEMPT_DEFERRED);
	r = fixture_recipient(&f, 1, 0);
	CHECK_INT(r.attempts, 1);
	CHECK_INT(r.last_attempt, NOW + 7);
	CHECK_INT(r.next_attempt, NOW + 7 + 300);
	CHECK_INT(r.reply.code, 450);
	CHECK_SLICE(r.reply.status, S("4.2.0"));
	CHECK_SLICE(r.reply.text, S("later"));
	CHECK_SLICE(r.reply.remote, S("mx.test"));
	fixture_try(&f, 1, 0, NOW + 400, ATTEMPT_UNTRIED);
	CHECK_INT(fixture_recipient(&f, 1, 0).attempts, 1);
	CHECK_SLICE(fixture_due(&f, NOW + 400), S("x:1"));
	fixture_done(&f);
}

TEST(sending_keeps_of_a_reply_only_text)
{
	struct fixture f;
	struct attempt a = attempt_of(ATTEMPT_DEFERRED, NOW);
	char noise[3000];

	memset(noise, '\xff', sizeof(noise));
	noise[0] = '\0';
	a.reply.text = (slice){ noise, sizeof(noise) };
	fixture_init(&f);
	fixture_put(&f, "a@x", NOW);
	fixture_begin(&f);
	CHECK_INT(queue_attempt_begin(f.queue, 1, 0), ERR_NONE);
	CHECK_INT(queue_attempt_end(f.queue, 1, 0, &a), ERR_NONE);
	fixture_commit(&f);
	a.reply.text = fixture_recipient(&f, 1, 0).reply.text;
	CHECK_INT(a.reply.text.n, 3 * QUEUE_REPLY_MAX);
	CHECK(utf8_valid(a.reply.text));
	CHECK(a.reply.text.p[0] != 0);
	fixture_done(&f);
}

TEST(sending_ends_an_attempt_only_once_and_only_if_begun)
{
	const struct attempt a = attempt_of(ATTEMPT_DELIVERED, NOW);
	struct fixture f;

	fixture_init(&f);
	fixture_put(&f, "a@x", NOW);
	fixture_begin(&f);
	CHECK_INT(queue_attempt_end(f.queue, 1, 0, &a), ERR_NOT_FOUND);
	CHECK_INT(queue_attempt_begin(f.queue, 1, 0), ERR_NONE);
	CHECK_INT(queue_attempt_end(f.queue, 1, 0, &a), ERR_NONE);
	CHECK_INT(queue_attempt_end(f.queue, 1, 0, &a), ERR_NOT_FOUND);
	CHECK_INT(queue_attempt_begin(f.queue, 1, 0), ERR_NOT_FOUND);
	fixture_commit(&f);
	fixture_done(&f);
}

TEST(sending_gives_up_after_its_time)
{
	struct fixture f;

	fixture_init(&f);
	fixture_put(&f, "a@x", NOW);
	fixture_try(&f, 1, 0, NOW + 5 * DAY - 1, ATTEMPT_DEFERRED);
	CHECK_INT(fixture_recipient(&f, 1, 0).next_attempt, NOW + 5 * DAY);
	fixture_try(&f, 1, 0, NOW + 5 * DAY, ATTEMPT_DEFERRED);
	CHECK_SLICE(fixture_states(&f), S("1.0=expired!2"));
	fixture_done(&f);
}

TEST(sending_defers_all_that_wait_for_what_is_out_of_reach)
{
	const struct attempt a = attempt_of(ATTEMPT_DEFERRED, NOW + 5 * DAY);
	struct fixture f;
	uint32_t count;
	int64_t next;

	fixture_init(&f);
	fixture_put(&f, "a@x b@x c@x d@y", NOW + 5 * DAY);
	fixture_put(&f, "a@x", NOW); /* its time is over */
	fixture_begin(&f);
	CHECK_INT(queue_unreachable(f.queue, S("x"), &a, NOW + 5 * DAY + 3600, 3, &count),
		  ERR_NONE);
	CHECK_INT(count, 3);
	CHECK_INT(queue_unreachable(f.queue, S("x"), &a, NOW + 5 * DAY + 3600, 3, &count),
		  ERR_NONE);
	fixture_commit(&f);
	CHECK_SLICE(fixture_states(&f),
		    S("1.0=queued 1.1=queued 1.2=queued 1.3=queued 2.0=expired!2"));
	CHECK_SLICE(fixture_recipient(&f, 1, 2).reply.text, S("busy\nlater"));
	CHECK_SLICE(fixture_due(&f, NOW + 5 * DAY + 3599), S("y:1"));
	CHECK_SLICE(fixture_due(&f, NOW + 5 * DAY + 3600), S("y:1 x:3"));
	/* What comes in meanwhile waits with the rest; a person may insist. */
	fixture_put(&f, "e@x", NOW + 5 * DAY);
	CHECK_SLICE(fixture_due(&f, NOW + 5 * DAY), S("y:1"));
	fixture_begin(&f);
	CHECK_INT(queue_retry_message(f.queue, 3, NOW + 5 * DAY), ERR_NONE);
	fixture_commit(&f);
	CHECK_SLICE(fixture_due(&f, NOW + 5 * DAY), S("x:1 y:1"));
	fixture_try(&f, 1, 3, NOW + 5 * DAY, ATTEMPT_DELIVERED);
	fixture_try(&f, 3, 0, NOW + 5 * DAY, ATTEMPT_DELIVERED);
	CHECK_INT(queue_next_time(f.queue, &next), ERR_NONE);
	CHECK_INT(next, NOW + 5 * DAY + 300);
	fixture_done(&f);
}

static int64_t put_by(struct fixture *f, enum deliver_by by, int64_t by_time)
{
	const struct queue_envelope envelope = { .reverse_path = S("a@sender.test"),
						 .received = NOW,
						 .by = by,
						 .by_time = by_time };
	const struct queue_target to = { .destination = S("x.test"),
					 .address = S("b@x.test") };

	return fixture_put_envelope(f, &envelope, &to, 1);
}

/* RFC 2852 4: it is tried no later, and then comes back, or the sender hears of it. */
TEST(sending_by_a_time)
{
	struct fixture f;

	fixture_init(&f);
	put_by(&f, DELIVER_BY_RETURN, NOW + 60);
	put_by(&f, DELIVER_BY_NOTIFY, NOW + 60);
	put_by(&f, DELIVER_BY_NOTIFY, NOW - 60);
	for (int64_t message = 1; message <= 3; message++)
		fixture_try(&f, message, 0, NOW, ATTEMPT_DEFERRED);
	CHECK_SLICE(fixture_states(&f), S("1.0=queued 2.0=queued 3.0=queued"));
	CHECK_INT(fixture_recipient(&f, 1, 0).next_attempt, NOW + 60);
	CHECK_INT(fixture_recipient(&f, 2, 0).next_attempt, NOW + 60);
	for (int64_t message = 1; message <= 3; message++)
		fixture_try(&f, message, 0, NOW + 60, ATTEMPT_DEFERRED);
	CHECK_SLICE(fixture_states(&f), S("1.0=expired!2 2.0=queued!1 3.0=queued"));
	fixture_done(&f);
}
