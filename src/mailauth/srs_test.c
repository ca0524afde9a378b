#include "mailauth/srs.h"

#include <string.h>

#include "base/date.h"
#include "base/test.h"

static const slice both[] = { SLICE_INIT("new key"), SLICE_INIT("old key") };
static const struct srs_keys keys = { both, 2 }, old_keys = { both + 1, 1 },
			     new_keys = { both, 1 };

enum { NOW = 1'700'000'000 };

static void forward(const struct srs_keys *k, const char *local, const char *domain,
		    struct buf *out)
{
	buf_init(out, 1000);
	CHECK(srs_forward(k, slice_of(local), slice_of(domain), NOW, out));
	CHECK(out->n <= SRS_LOCAL_MAX);
}

static enum srs_outcome reverse(const struct srs_keys *k, slice local, int64_t now,
				const char *want_local, const char *want_domain)
{
	struct buf got_local, got_domain;
	enum srs_outcome o;

	buf_init(&got_local, 1000);
	buf_init(&got_domain, 1000);
	o = srs_reverse(k, local, now, &got_local, &got_domain);
	CHECK_SLICE(buf_slice(&got_local), slice_of(o == SRS_OK ? want_local : ""));
	CHECK_SLICE(buf_slice(&got_domain), slice_of(o == SRS_OK ? want_domain : ""));
	buf_done(&got_local);
	buf_done(&got_domain);
	return o;
}

TEST(srs_goes_there_and_back)
{
	static const char *const locals[] = { "joe", "a=b=c", "SRS0x", "-", "two words" };

	for (size_t i = 0; i < countof(locals); i++) {
		struct buf out;

		forward(&keys, locals[i], "sender.example", &out);
		CHECK_INT(
			reverse(&keys, buf_slice(&out), NOW, locals[i], "sender.example"),
			SRS_OK);
		buf_done(&out);
	}
	CHECK_INT(reverse(&keys, S("joe"), NOW, "", ""), SRS_NONE);
	CHECK_INT(reverse(&keys, S("SRS0x=a=b=c=d"), NOW, "", ""), SRS_NONE);
}

TEST(srs_changes_of_case_do_no_harm)
{
	struct buf out;

	forward(&keys, "Joe", "Sender.Example", &out);
	for (size_t i = 0; i < out.n; i++)
		out.p[i] = lower_ascii(out.p[i]);
	CHECK_INT(reverse(&keys, buf_slice(&out), NOW, "joe", "sender.example"), SRS_OK);
	buf_done(&out);
}

TEST(srs_is_good_for_some_days)
{
	struct buf out;

	forward(&keys, "joe", "sender.example", &out);
	for (int day = -3; day < 1030; day++) {
		int age = (day + 1024) % 1024;
		enum srs_outcome want =
			age <= SRS_DAYS_MAX || age == 1023 ? SRS_OK : SRS_OLD;

		CHECK_INT(reverse(&keys, buf_slice(&out), NOW + day * DAY_SECONDS, "joe",
				  "sender.example"),
			  want);
	}
	buf_done(&out);
}

TEST(srs_forgeries)
{
	struct buf out;

	forward(&keys, "joe", "sender.example", &out);
	for (size_t i = sizeof("SRS0=") - 1; i < out.n; i++) {
		char was = out.p[i];

		out.p[i] = was == 'q' || was == 'Q' ? 'r' : 'q';
		CHECK_INT(reverse(&keys, buf_slice(&out), NOW, "", ""), SRS_FORGED);
		out.p[i] = was;
	}
	for (size_t n = 5; n < out.n; n++)
		CHECK_INT(reverse(&keys, slice_head(buf_slice(&out), n), NOW, "", ""),
			  SRS_FORGED);
	buf_done(&out);
	CHECK_INT(reverse(&keys, S("SRS1="), NOW, "", ""), SRS_FORGED);
}

TEST(srs_keys_are_replaced)
{
	struct buf out;

	forward(&old_keys, "joe", "sender.example", &out);
	CHECK_INT(reverse(&keys, buf_slice(&out), NOW, "joe", "sender.example"), SRS_OK);
	CHECK_INT(reverse(&new_keys, buf_slice(&out), NOW, "", ""), SRS_FORGED);
	buf_done(&out);
}

TEST(srs_chains_do_not_grow)
{
	struct buf first, second, third;

	forward(&old_keys, "joe", "sender.example", &first);
	buf_add_char(&first, '\0');
	forward(&new_keys, buf_slice(&first).p, "one.example", &second);
	buf_add_char(&second, '\0');
	CHECK(slice_starts(buf_slice(&second), S("SRS1=")));
	forward(&old_keys, buf_slice(&second).p, "two.example", &third);
	CHECK_INT(third.n, second.n - 1);
	CHECK_INT(reverse(&old_keys, buf_slice(&third), NOW, buf_slice(&first).p,
			  "one.example"),
		  SRS_OK);
	buf_done(&first);
	buf_done(&second);
	buf_done(&third);
}

TEST(srs_of_other_writers)
{
	struct buf out;

	forward(&keys, "SRS0+aBcD=TT=x.example=joe", "one.example", &out);
	CHECK_INT(reverse(&keys, buf_slice(&out), NOW, "SRS0+aBcD=TT=x.example=joe",
			  "one.example"),
		  SRS_OK);
	buf_done(&out);
}

TEST(srs_limits)
{
	char name[SRS_LOCAL_MAX];
	struct buf out;

	memset(name, 'a', sizeof(name));
	buf_init(&out, 1000);
	CHECK(!srs_forward(&keys, (slice){ name, sizeof(name) }, S("x.example"), NOW,
			   &out));
	CHECK(!srs_forward(&keys, S("joe"), S(""), NOW, &out));
	CHECK(!srs_forward(&(struct srs_keys){ 0 }, S("joe"), S("x.example"), NOW, &out));
	CHECK_INT(out.n, 0);
	buf_done(&out);
}
