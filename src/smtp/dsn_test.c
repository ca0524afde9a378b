#include "base/test.h"
#include "smtp/dsn.h"

TEST(dsn_notify)
{
	static const struct {
		slice in;
		unsigned want; /* 0: malformed */
		slice written;
	} t[] = {
		{ SLICE_INIT("NEVER"), DSN_NEVER, SLICE_INIT("NEVER") },
		{ SLICE_INIT("success"), DSN_SUCCESS, SLICE_INIT("SUCCESS") },
		{ SLICE_INIT("DELAY,Failure,SUCCESS"),
		  DSN_DELAY | DSN_FAILURE | DSN_SUCCESS,
		  SLICE_INIT("SUCCESS,FAILURE,DELAY") },
		{ SLICE_INIT("NEVER,SUCCESS"), 0, SLICE_INIT("") },
		{ SLICE_INIT("DELAY,NEVER"), 0, SLICE_INIT("") },
		{ SLICE_INIT("DELAY,DELAY"), 0, SLICE_INIT("") },
		{ SLICE_INIT("DELAY,"), 0, SLICE_INIT("") },
		{ SLICE_INIT(",DELAY"), 0, SLICE_INIT("") },
		{ SLICE_INIT("DELAY, FAILURE"), 0, SLICE_INIT("") },
		{ SLICE_INIT("ALWAYS"), 0, SLICE_INIT("") },
		{ SLICE_INIT(""), 0, SLICE_INIT("") },
	};

	for (size_t i = 0; i < countof(t); i++) {
		unsigned got = 0;
		struct buf out;

		buf_init(&out, 64);
		CHECK(dsn_take_notify(t[i].in, &got) == (t[i].want != 0));
		CHECK_INT(got, t[i].want);
		dsn_write_notify(got, &out);
		CHECK_SLICE(buf_slice(&out), t[i].written);
		buf_done(&out);
	}
}

TEST(dsn_return)
{
	enum dsn_return r = DSN_RETURN_DEFAULT;

	CHECK(!dsn_take_return(S(""), &r));
	CHECK(!dsn_take_return(S("HEADERS"), &r));
	CHECK_INT(r, DSN_RETURN_DEFAULT);
	CHECK(dsn_take_return(S("full"), &r));
	CHECK_INT(r, DSN_RETURN_FULL);
	CHECK(dsn_take_return(S("HDRS"), &r));
	CHECK_INT(r, DSN_RETURN_HEADERS);
}

static slice repeated(char c, size_t n)
{
	static char text[DSN_ORCPT_MAX + 1];

	for (size_t i = 0; i < n; i++)
		text[i] = c;
	return (slice){ text, n };
}

TEST(dsn_envelope_id)
{
	CHECK(dsn_is_envelope_id(S("QQ314159")));
	CHECK(dsn_is_envelope_id(S("a+2Bb+3D+20c")));
	CHECK(dsn_is_envelope_id(repeated('x', DSN_ENVID_MAX)));
	CHECK(!dsn_is_envelope_id(repeated('x', DSN_ENVID_MAX + 1)));
	CHECK(!dsn_is_envelope_id(S("")));
	CHECK(!dsn_is_envelope_id(S("a b")));
	CHECK(!dsn_is_envelope_id(S("a=b")));
	CHECK(!dsn_is_envelope_id(S("a+2")));
	CHECK(!dsn_is_envelope_id(S("a+2x")));
	CHECK(!dsn_is_envelope_id(S("a+0D+0Ab"))); /* would begin a field of the bounce */
	CHECK(!dsn_is_envelope_id(S("a+7F")));
	CHECK(!dsn_is_envelope_id(S("\303\244")));
}

TEST(dsn_original_recipient)
{
	CHECK(dsn_is_original_recipient(S("rfc822;Bob@Big-Bucks.COM"), false));
	CHECK(dsn_is_original_recipient(S("rfc822;Bob+2Bx@Big-Bucks.COM"), false));
	CHECK(dsn_is_original_recipient(S("utf-8;j\\x{F6}@example.test"), false));
	CHECK(dsn_is_original_recipient(S("utf-8;j\303\266@example.test"), true));
	CHECK(!dsn_is_original_recipient(S("utf-8;j\303\266@example.test"), false));
	CHECK(!dsn_is_original_recipient(S("rfc822;j\303\266@example.test"), true));
	CHECK(!dsn_is_original_recipient(S("utf-8;j\303@example.test"), true));
	CHECK(!dsn_is_original_recipient(S("utf-8;j\303\266=@example.test"), true));
	CHECK(!dsn_is_original_recipient(S("Bob@Big-Bucks.COM"), false));
	CHECK(!dsn_is_original_recipient(S(";Bob@Big-Bucks.COM"), false));
	CHECK(!dsn_is_original_recipient(S("rfc 822;Bob"), false));
	CHECK(!dsn_is_original_recipient(S("rfc822;"), false));
	CHECK(!dsn_is_original_recipient(S("rfc822;a+0Ab"), false));
	CHECK(!dsn_is_original_recipient(repeated('x', DSN_ORCPT_MAX + 1), false));
}

/* RFC 6533 3: the 7-bit form is a MUST where no SMTPUTF8 is. */
TEST(dsn_original_recipient_as_it_is_passed_on)
{
	static const struct {
		slice value;
		bool utf8;
		slice want;
	} t[] = {
		{ SLICE_INIT("rfc822;jo+2Bx@a.test"), false,
		  SLICE_INIT(" ORCPT=rfc822;jo+2Bx@a.test") },
		{ SLICE_INIT("utf-8;j\303\266@a.test"), true,
		  SLICE_INIT(" ORCPT=utf-8;j\303\266@a.test") },
		{ SLICE_INIT("utf-8;j\303\266@a.test"), false,
		  SLICE_INIT(" ORCPT=utf-8;j\\x{F6}@a.test") },
		{ SLICE_INIT("utf-8;j\\x{F6}@a.test"), false,
		  SLICE_INIT(" ORCPT=utf-8;j\\x{F6}@a.test") },
		{ SLICE_INIT(""), false, SLICE_INIT("") },
	};

	for (size_t i = 0; i < countof(t); i++) {
		struct buf out;

		buf_init(&out, 1000);
		dsn_add_original_recipient(t[i].value, t[i].utf8, &out);
		CHECK_SLICE(buf_slice(&out), t[i].want);
		buf_done(&out);
	}
}
