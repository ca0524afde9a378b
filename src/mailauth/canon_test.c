#include "mailauth/canon.h"

#include "base/test.h"
#include "mailauth/body_hashes.h"

static void collect(void *to, slice octets)
{
	buf_add(to, octets);
}

static void make_body(enum canon canon, slice body, size_t piece, struct buf *out)
{
	struct body_canon c;

	buf_reset(out);
	body_canon_init(&c, canon, collect, out);
	for (; body.n; body = slice_skip(body, piece))
		body_canon_feed(&c, slice_head(body, piece));
	body_canon_finish(&c);
}

/* RFC 6376 3.4.5, 3.4.3 and 3.4.4. */
TEST(canon_body)
{
	static const struct {
		const char *in, *simple, *relaxed;
	} t[] = {
		{ " C \r\nD \t E\r\n\r\n\r\n", " C \r\nD \t E\r\n", " C\r\nD E\r\n" },
		{ "", "\r\n", "" },
		{ "\r\n", "\r\n", "" },
		{ "\r\n\r\n\r\n", "\r\n", "" },
		{ " \t\r\n\r\n", " \t\r\n", "" },
		{ " ", " \r\n", "" },
		{ "a", "a\r\n", "a\r\n" },
		{ "a\r\n", "a\r\n", "a\r\n" },
		{ "a\r\n \r\n", "a\r\n \r\n", "a\r\n" },
		{ "a\r\n\r\nb", "a\r\n\r\nb\r\n", "a\r\n\r\nb\r\n" },
		{ "a\r\n \t\r\nb \t \r\n", "a\r\n \t\r\nb \t \r\n", "a\r\n\r\nb\r\n" },
		{ "\r\n\r\na", "\r\n\r\na\r\n", "\r\n\r\na\r\n" },
		/* Bare line ends are octets like others. */
		{ "a\n\n", "a\n\n\r\n", "a\n\n\r\n" },
		{ "a \n", "a \n\r\n", "a \n\r\n" },
		{ "a\r", "a\r\r\n", "a\r\r\n" },
		{ "a\r\r\n", "a\r\r\n", "a\r\r\n" },
		{ "\r\n\r", "\r\n\r\r\n", "\r\n\r\r\n" },
		{ "a \rb", "a \rb\r\n", "a \rb\r\n" },
	};
	struct buf out;

	buf_init(&out, 1000);
	for (size_t i = 0; i < countof(t); i++) {
		for (size_t piece = 1; piece < 6; piece++) {
			make_body(CANON_SIMPLE, slice_of(t[i].in), piece, &out);
			CHECK_SLICE(buf_slice(&out), slice_of(t[i].simple));
			make_body(CANON_RELAXED, slice_of(t[i].in), piece, &out);
			CHECK_SLICE(buf_slice(&out), slice_of(t[i].relaxed));
		}
	}
	buf_done(&out);
}

/* RFC 6376 3.4.5, 3.4.1 and 3.4.2. */
TEST(canon_field)
{
	static const struct {
		const char *in, *relaxed;
	} t[] = {
		{ "A: X", "a:X\r\n" },
		{ "B : Y\t\r\n\tZ  ", "b:Y Z\r\n" },
		{ "SUBJect: AbC", "subject:AbC\r\n" },
		{ "A:", "a:\r\n" },
		{ "A:  \r\n\t", "a:\r\n" },
		{ "A:x\r\n y\r\n\r\n", "a:x y\r\n" },
		{ "A: b\rc", "a:b\rc\r\n" }, /* a bare CR is signed */
		{ "A: \r b", "a:\r b\r\n" },
		{ "A: b\n c", "a:b c\r\n" }, /* a bare LF folds, as message/ reads it */
	};
	struct buf out;

	buf_init(&out, 1000);
	for (size_t i = 0; i < countof(t); i++) {
		slice in = slice_of(t[i].in);
		struct signed_field field;

		CHECK(signed_field_parse(in, &field));
		buf_reset(&out);
		CHECK(canon_field(CANON_RELAXED, &field, &out));
		CHECK_SLICE(buf_slice(&out), slice_of(t[i].relaxed));
		buf_reset(&out);
		CHECK(canon_field(CANON_SIMPLE, &field, &out));
		CHECK_SLICE(slice_head(buf_slice(&out), in.n), in);
		CHECK_SLICE(slice_skip(buf_slice(&out), in.n), S("\r\n"));
	}
	buf_done(&out);
}

TEST(canon_large_body)
{
	struct buf in, out;

	buf_init(&in, 100000);
	buf_init(&out, 100000);
	for (int i = 0; i < 3000; i++)
		buf_add(&in, S("\r\n"));
	for (int i = 0; i < 3000; i++)
		buf_add(&in, S("long "));
	buf_add(&in, S("x\r\n"));
	make_body(CANON_RELAXED, buf_slice(&in), in.n, &out);
	CHECK_SLICE(buf_slice(&out), buf_slice(&in));
	make_body(CANON_SIMPLE, buf_slice(&in), 999, &out);
	CHECK_SLICE(buf_slice(&out), buf_slice(&in));
	buf_done(&in);
	buf_done(&out);
}

static const uint8_t empty_hash[SHA256_OCTETS] = { /* of nothing (FIPS 180) */
						   0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc,
						   0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8,
						   0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae,
						   0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c,
						   0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52,
						   0xb8, 0x55
};

static void check_same_hash(const struct body_hashes *h, int a, int b)
{
	CHECK_SLICE(((slice){ (const char *)body_hashes_get(h, a)->octets, 32 }),
		    ((slice){ (const char *)body_hashes_get(h, b)->octets, 32 }));
}

TEST(body_hashes_limits)
{
	struct body_hashes *h = body_hashes_new();
	int whole = body_hashes_want(h, CANON_RELAXED, BODY_WHOLE);
	int none = body_hashes_want(h, CANON_SIMPLE, 0);
	int all = body_hashes_want(h, CANON_RELAXED, 5);
	int much = body_hashes_want(h, CANON_RELAXED, 1000);

	CHECK_INT(body_hashes_want(h, CANON_RELAXED, BODY_WHOLE), whole);
	for (int i = 4; i < BODY_HASHES_MAX; i++)
		CHECK_INT(body_hashes_want(h, CANON_SIMPLE, i), i);
	CHECK_INT(body_hashes_want(h, CANON_SIMPLE, 99), -1);
	CHECK_INT(body_hashes_want(h, CANON_SIMPLE, 4), 4);
	body_hashes_feed(h, S("a  b\r"));
	body_hashes_feed(h, S("\n\r\n"));
	body_hashes_finish(h);
	check_same_hash(h, whole, all);
	check_same_hash(h, whole, much);
	CHECK_INT(body_hashes_get(h, much)->canonical_octets, 5);
	CHECK_INT(body_hashes_get(h, none)->canonical_octets, 6);
	assert_memory_equal(body_hashes_get(h, none)->octets, empty_hash, 32);
	body_hashes_free(h);
	body_hashes_free(NULL);
}
