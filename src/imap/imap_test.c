#include "imap/imap.h"

#include "base/dialogue.h"
#include "base/test.h"
#include "imap/test_host.h"

static void begin(void *context)
{
	CHECK(test_host_init(context));
}

static void end(void *context)
{
	test_host_done(context);
}

static bool set_quota(struct test_host *h, slice value, int64_t *limit)
{
	uint64_t number;

	if (!take_u64(&value, &number)) return false;
	*limit = (int64_t)number;
	quota_set_site(h->store, &h->quota);
	return true;
}

static bool option(void *context, slice key, slice value)
{
	struct test_host *h = context;

	if (slice_eq(key, S("tls"))) {
		h->is_tls = slice_eq(value, S("active"));
		h->config.tls_available = !slice_eq(value, S("none"));
	} else if (slice_eq(key, S("plaintext-login"))) {
		h->config.plaintext_login = slice_eq(value, S("yes"));
	} else if (slice_eq(key, S("server"))) {
		h->is_sandbox = slice_eq(value, S("sandbox"));
		if (h->is_sandbox) h->config.sasl_refused &= ~(unsigned)SASL_NEEDS_TOKENS;
	} else if (slice_eq(key, S("admin"))) {
		h->admin = value;
	} else if (slice_eq(key, S("hide"))) {
		h->hidden = value;
		return take_word(&h->hidden, &h->hide_from);
	} else if (slice_eq(key, S("jmap"))) {
		h->jmap = value;
	} else if (slice_eq(key, S("message-limit"))) {
		return take_u32(&value, &h->config.message_limit);
	} else if (slice_eq(key, S("quota"))) {
		return set_quota(h, value, &h->quota.storage);
	} else if (slice_eq(key, S("quota-messages"))) {
		return set_quota(h, value, &h->quota.messages);
	} else {
		return false;
	}
	return true;
}

static struct engine *connect(void *context)
{
	return test_host_connect(context);
}

static void work(void *context)
{
	test_host_work(context);
}

static const struct dialogue_host dialogue_ops = {
	.begin = begin,
	.end = end,
	.option = option,
	.connect = connect,
	.work = work,
};

TEST(imap_dialogues)
{
	struct test_host h;

	dialogue_run_folder("imap", &dialogue_ops, &h);
}

static void begin_twice(void *context)
{
	begin(context);
	((struct test_host *)context)->runs_twice = true;
}

/* A job whose group was lost is run again, and answers as if it had been run once. */
TEST(imap_dialogues_with_lost_groups)
{
	struct dialogue_host ops = dialogue_ops;
	struct test_host h;

	ops.begin = begin_twice;
	dialogue_run_folder("imap", &ops, &h);
}

/* What a stranger may say of itself: 30 pairs of 30 and 1024 octets (RFC 2971 3.3). */
TEST(imap_largest_id)
{
	enum { PAIRS = 30, NAME = 30, VALUE = 1024 };
	struct test_host h;
	struct buf id;

	begin(&h);
	buf_init(&id, IMAP_LOGIN_COMMAND_MAX);
	for (int i = 0; i < PAIRS; i++)
		buf_addf(&id, "%s\"%0*d\" \"%0*d\"", i ? " " : "a ID (", NAME, i, VALUE,
			 i);
	buf_add(&id, S(")\r\n"));
	CHECK(!id.overflow);

	struct engine *e = connect(&h);
	CHECK_INT(engine_feed(e, buf_slice(&id)), id.n);
	CHECK(slice_ends_nocase(buf_slice(engine_output(e)), S("a OK ID completed\r\n")));
	e->ops->free(e);
	buf_done(&id);
	end(&h);
}
