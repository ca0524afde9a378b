#include "queue/report.h"

#include "queue/fixture_test.h"

enum { NOW = 1'000'000, HOUR = 3600, DAY = 86400 };

/* RFC 3461 5.2.2 to 5.2.6 */
TEST(report_is_owed_as_was_asked)
{
	static const struct {
		enum recipient_state state;
		unsigned notify;
		enum report usual, null_path, by_itself, final;
	} t[] = {
		/* clang-format off */
		{ RECIPIENT_FAILED,    0,                REPORT_FAILED,  0, REPORT_FAILED, REPORT_FAILED },
		{ RECIPIENT_FAILED,    NOTIFY_NEVER,     0,              0, 0, 0 },
		{ RECIPIENT_FAILED,    NOTIFY_FAILURE,   REPORT_FAILED,  0, REPORT_FAILED, REPORT_FAILED },
		{ RECIPIENT_FAILED,    NOTIFY_SUCCESS,   0,              0, 0, 0 },
		{ RECIPIENT_EXPIRED,   0,                REPORT_FAILED,  0, REPORT_FAILED, REPORT_FAILED },
		{ RECIPIENT_EXPIRED,   NOTIFY_DELAY,     0,              0, 0, 0 },
		{ RECIPIENT_QUEUED,    0,                REPORT_DELAYED, 0, REPORT_DELAYED, REPORT_DELAYED },
		{ RECIPIENT_QUEUED,    NOTIFY_DELAY,     REPORT_DELAYED, 0, REPORT_DELAYED, REPORT_DELAYED },
		{ RECIPIENT_QUEUED,    NOTIFY_FAILURE,   0,              0, 0, 0 },
		{ RECIPIENT_QUEUED,    NOTIFY_NEVER,     0,              0, 0, 0 },
		{ RECIPIENT_DELIVERED, 0,                0,              0, 0, 0 },
		{ RECIPIENT_DELIVERED, NOTIFY_FAILURE,   0,              0, 0, 0 },
		{ RECIPIENT_DELIVERED, NOTIFY_SUCCESS,   REPORT_RELAYED, 0, 0, REPORT_DELIVERED },
		{ RECIPIENT_DELIVERED, NOTIFY_NEVER,     0,              0, 0, 0 },
		{ RECIPIENT_HELD,      NOTIFY_DELAY,     0,              0, 0, 0 },
		/* clang-format on */
	};

	for (size_t i = 0; i < countof(t); i++) {
		CHECK_INT(report_owed(t[i].state, t[i].notify, false, HANDOVER_SILENT),
			  t[i].usual);
		CHECK_INT(report_owed(t[i].state, t[i].notify, true, HANDOVER_FINAL),
			  t[i].null_path);
		CHECK_INT(report_owed(t[i].state, t[i].notify, false, HANDOVER_ASKED),
			  t[i].by_itself);
		CHECK_INT(report_owed(t[i].state, t[i].notify, false, HANDOVER_FINAL),
			  t[i].final);
	}
}

TEST(report_of_a_failure_is_the_last_of_a_message)
{
	struct fixture f;

	fixture_init(&f);
	fixture_put(&f, "a@x b@y", NOW);
	fixture_try(&f, 1, 0, NOW, ATTEMPT_REFUSED);
	fixture_try(&f, 1, 1, NOW, ATTEMPT_DELIVERED);
	CHECK_SLICE(fixture_states(&f), S("1.0=failed!2 1.1=delivered"));
	CHECK_INT(fixture_make_reports(&f, NOW), 1);
	CHECK_SLICE(fixture_states(&f), S("2.0=queued"));
	CHECK_SLICE(fixture_due(&f, NOW), S("sender.test:1"));
	CHECK_SLICE(fixture_recipient(&f, 2, 0).target.address, S("a@sender.test"));
	/* No report of a report. */
	fixture_try(&f, 2, 0, NOW, ATTEMPT_REFUSED);
	CHECK_SLICE(fixture_states(&f), S(""));
	CHECK_INT(fixture_make_reports(&f, NOW), 0);
	fixture_done(&f);
}

/* RFC 3461 5.2.3 */
TEST(report_of_a_delivery_to_our_own_mailboxes)
{
	const struct queue_envelope envelope = { .reverse_path = S("a@sender.test"),
						 .received = NOW };
	const struct queue_target to[] = {
		{ S("here.test"), S("jo@here.test"), S("rfc822;jo"), NOTIFY_SUCCESS,
		  true },
		{ S("here.test"), S("mary@here.test"), S(""), NOTIFY_FAILURE, true },
	};
	struct fixture f;

	fixture_init(&f);
	fixture_put_envelope(&f, &envelope, to, countof(to));
	CHECK_SLICE(fixture_states(&f), S("1.0=delivered!4 1.1=delivered"));
	CHECK_SLICE(fixture_due(&f, NOW), S(""));
	CHECK_INT(fixture_make_reports(&f, NOW), 1);
	CHECK_SLICE(fixture_states(&f), S("2.0=queued"));
	CHECK_SLICE(fixture_recipient(&f, 2, 0).target.address, S("a@sender.test"));
	fixture_done(&f);
}

TEST(report_of_a_delay_is_made_once)
{
	struct fixture f;

	fixture_init(&f);
	fixture_put(&f, "a@x", NOW);
	fixture_try(&f, 1, 0, NOW + 4 * HOUR - 1, ATTEMPT_DEFERRED);
	CHECK_INT(fixture_make_reports(&f, NOW), 0);
	fixture_try(&f, 1, 0, NOW + 4 * HOUR, ATTEMPT_DEFERRED);
	CHECK_SLICE(fixture_states(&f), S("1.0=queued!1"));
	CHECK_INT(fixture_make_reports(&f, NOW), 1);
	fixture_try(&f, 1, 0, NOW + 8 * HOUR, ATTEMPT_DEFERRED);
	CHECK_SLICE(fixture_states(&f), S("1.0=queued 2.0=queued"));
	fixture_done(&f);
}

TEST(report_of_a_delay_gives_way_to_the_end)
{
	struct fixture f;

	fixture_init(&f);
	fixture_put(&f, "a@x b@x", NOW);
	fixture_try(&f, 1, 0, NOW + 4 * HOUR, ATTEMPT_DEFERRED);
	fixture_try(&f, 1, 1, NOW + 4 * HOUR, ATTEMPT_DEFERRED);
	fixture_try(&f, 1, 0, NOW + 5 * HOUR, ATTEMPT_REFUSED);
	fixture_try(&f, 1, 1, NOW + 5 * HOUR, ATTEMPT_DELIVERED);
	CHECK_SLICE(fixture_states(&f), S("1.0=failed!2 1.1=delivered"));
	fixture_done(&f);
}

TEST(report_settles_only_what_it_told)
{
	struct fixture f;
	struct queue_report r;

	fixture_init(&f);
	fixture_put(&f, "a@x b@x", NOW);
	fixture_try(&f, 1, 0, NOW + 4 * HOUR, ATTEMPT_DEFERRED);
	CHECK_INT(queue_next_report(f.queue, 0, &f.arena, &r), ERR_NONE);
	CHECK_INT(r.kind, REPORT_DELAYED);
	CHECK_INT(r.count, 1);
	CHECK_SLICE(r.message.envelope.reverse_path, S("a@sender.test"));
	fixture_try(&f, 1, 0, NOW + 5 * HOUR, ATTEMPT_REFUSED);
	fixture_begin(&f);
	CHECK_INT(queue_reported(f.queue, &r), ERR_NONE);
	fixture_commit(&f);
	CHECK_SLICE(fixture_states(&f), S("1.0=failed!2 1.1=queued"));
	CHECK_INT(queue_next_report(f.queue, 1, &f.arena, &r), ERR_NOT_FOUND);
	fixture_done(&f);
}

TEST(report_for_very_many_comes_in_several)
{
	enum { COUNT = 2 * REPORT_RECIPIENTS_MAX + 1 };
	const struct queue_envelope e = { .reverse_path = S("a@s"), .received = NOW };
	const struct attempt refused = { .outcome = ATTEMPT_REFUSED,
					 .now = NOW,
					 .schedule = &schedule_usual };
	struct queue_target targets[COUNT];
	struct fixture f;

	for (size_t i = 0; i < COUNT; i++)
		targets[i] = (struct queue_target){ .destination = S("x"),
						    .address = S("b@x") };
	fixture_init(&f);
	fixture_put_envelope(&f, &e, targets, COUNT);
	fixture_begin(&f);
	for (uint32_t i = 0; i < COUNT; i++) {
		CHECK_INT(queue_attempt_begin(f.queue, 1, i), ERR_NONE);
		CHECK_INT(queue_attempt_end(f.queue, 1, i, &refused), ERR_NONE);
	}
	fixture_commit(&f);
	CHECK_INT(fixture_make_reports(&f, NOW), 3);
	CHECK_SLICE(fixture_states(&f), S("2.0=queued 3.0=queued 4.0=queued"));
	fixture_done(&f);
}

static void add_field(const void *signer, const struct incoming *report, int64_t now,
		      struct buf *fields)
{
	CHECK(incoming_size(report) > 0);
	CHECK_INT(now, NOW);
	buf_addf(fields, "Signed: by %s\r\n", (const char *)signer);
}

TEST(report_is_signed)
{
	const struct report_maker m = { .host_name = S("mail.sender.test"),
					.schedule = &schedule_usual,
					.now = NOW,
					.sign = add_field,
					.signer = "us" };
	struct fixture f;
	struct body *body;
	struct buf octets;
	int64_t message, report;

	fixture_init(&f);
	fixture_put(&f, "b@x", NOW);
	fixture_try(&f, 1, 0, NOW, ATTEMPT_REFUSED);
	fixture_begin(&f);
	CHECK_INT(queue_make_report(f.queue, &m, 0, &message, &report), ERR_NONE);
	fixture_commit(&f);
	buf_init(&octets, 1 << 20);
	CHECK_INT(queue_open_body(f.queue, report, &body), ERR_NONE);
	CHECK(body_append(body, 0, 1000, &octets));
	CHECK(slice_starts(buf_slice(&octets), S("Signed: by us\r\n")));
	body_close(body);
	buf_done(&octets);
	fixture_done(&f);
}
