#include "dns/wire.h"

#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/test.h"

/* ---- messages as a server would write them ---- */

struct message {
	struct buf b;
	unsigned counts[4];
};

static void add_u16(struct buf *b, unsigned value)
{
	buf_add_char(b, (char)(value >> 8));
	buf_add_char(b, (char)value);
}

static void add_name(struct buf *b, const char *text)
{
	struct wire_name w;

	CHECK(name_to_wire(slice_of(text), &w));
	buf_add(b, (slice){ (const char *)w.octets, w.n });
}

static struct message start(unsigned flags, const char *name, enum dns_type type)
{
	struct message m = { .b = { .max = 1'000'000 }, .counts = { 1 } };

	add_u16(&m.b, 0x1234);
	add_u16(&m.b, flags);
	for (size_t i = 0; i < countof(m.counts); i++)
		add_u16(&m.b, m.counts[i]);
	add_name(&m.b, name);
	add_u16(&m.b, type);
	add_u16(&m.b, 1);
	return m;
}

enum section { ANSWER = 1, AUTHORITY = 2 };

static void add_rr(struct message *m, enum section s, const char *owner,
		   enum dns_type type, unsigned ttl, slice data)
{
	unsigned count = ++m->counts[s];
	char *head;

	add_name(&m->b, owner);
	add_u16(&m->b, type);
	add_u16(&m->b, 1);
	add_u16(&m->b, ttl >> 16);
	add_u16(&m->b, ttl);
	add_u16(&m->b, (unsigned)data.n);
	buf_add(&m->b, data);
	head = m->b.p + m->b.start;
	head[4 + 2 * s] = (char)(count >> 8);
	head[5 + 2 * s] = (char)count;
}

static struct dns_answer read_all(const struct message *m, enum dns_type type,
				  struct arena *arena)
{
	arena_init(arena, WIRE_ARENA_MAX);
	return wire_read_answer(buf_slice(&m->b), type, arena);
}

static void expect_status(struct message *m, enum dns_type type, enum dns_status status)
{
	struct arena arena;

	CHECK_INT(read_all(m, type, &arena).status, status);
	arena_done(&arena);
	buf_done(&m->b);
}

enum { NOERROR = 0x8180, NXDOMAIN = 0x8183, REFUSED = 0x8185 };
static const slice ip = SLICE_INIT("\xc0\0\2\1");
static const slice soa =
	SLICE_INIT("\2ns\0\1p\0\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4\0\0\0\x3c");

/* ---- what is read ---- */

TEST(wire_reads_each_type)
{
	const struct {
		enum dns_type type;
		slice wire;
		bool ok;
		slice data;
		unsigned preference;
	} t[] = {
		{ DNS_A, S("\1\2\3\4"), true, S("\1\2\3\4"), 0 },
		{ DNS_A, S("\1\2\3"), false, S(""), 0 },
		{ DNS_A, S("\1\2\3\4\5"), false, S(""), 0 },
		{ DNS_AAAA, S("0123456789abcdef"), true, S("0123456789abcdef"), 0 },
		{ DNS_AAAA, S("\1\2\3\4"), false, S(""), 0 },
		{ DNS_MX, S("\1\2\2MX\4test\0"), true, S("mx.test"), 0x102 },
		{ DNS_MX, S("\0\0\0"), true, S(""), 0 },
		{ DNS_MX, S("\0\1\3a.b\0"), false, S(""), 0 },
		{ DNS_MX, S("\0"), false, S(""), 0 },
		{ DNS_TXT, S("\2ab\0\1c"), true, S("abc"), 0 },
		{ DNS_TXT, S("\0"), true, S(""), 0 },
		{ DNS_TXT, S("\2a"), false, S(""), 0 },
		{ DNS_PTR, S("\1h\xc0\x0c"), true, S("h.a.test"), 0 },
		{ DNS_NS, S("\2ns\0"), true, S("ns"), 0 },
		{ DNS_CNAME, S("\1c\0"), true, S("c"), 0 },
		{ DNS_SOA, S("\2ns\0\1p\0aaaaaaaaaaaaaaaaaaaa"), true, S("ns"), 0 },
		{ DNS_TLSA, S("\3\1\1x"), true, S("\3\1\1x"), 0 },
		{ DNS_TLSA, S("\3\1\1"), false, S(""), 0 },
	};

	for (size_t i = 0; i < countof(t); i++) {
		struct message m = start(NOERROR, "a.test", t[i].type);
		struct arena arena;

		add_rr(&m, ANSWER, "a.test", t[i].type, 60, t[i].wire);
		struct dns_answer a = read_all(&m, t[i].type, &arena);
		CHECK_INT(a.status, t[i].ok ? DNS_FOUND : DNS_TROUBLE);
		if (t[i].ok) {
			CHECK_SLICE(a.records[0].data, t[i].data);
			CHECK_INT(a.records[0].preference, t[i].preference);
			CHECK(a.count == 1 && a.ttl == 60);
		}
		arena_done(&arena);
		buf_done(&m.b);
	}
}

/* An answer none of whose records can be read is not "no data". */
TEST(wire_leaves_out_what_it_cannot_read)
{
	struct message m = start(NOERROR, "a.test", DNS_A);
	struct arena arena;

	add_rr(&m, ANSWER, "a.test", DNS_A, 60, S("bad"));
	add_rr(&m, ANSWER, "b.test", DNS_A, 1, ip);
	add_rr(&m, ANSWER, "A.TEST", DNS_A, 50, ip);
	struct dns_answer a = read_all(&m, DNS_A, &arena);
	CHECK(a.status == DNS_FOUND && a.count == 1 && a.ttl == 50);
	arena_done(&arena);
	buf_done(&m.b);
}

TEST(wire_follows_aliases)
{
	struct message m = start(NOERROR, "a.test", DNS_A);
	struct arena arena;

	add_rr(&m, ANSWER, "c.test", DNS_A, 60, ip);
	add_rr(&m, ANSWER, "b.test", DNS_CNAME, 30, S("\1c\4test\0"));
	add_rr(&m, ANSWER, "a.test", DNS_CNAME, 40, S("\1b\4test\0"));
	struct dns_answer a = read_all(&m, DNS_A, &arena);
	CHECK(a.status == DNS_FOUND && a.count == 1 && a.ttl == 30);
	CHECK_SLICE(a.canonical, S("c.test"));
	arena_done(&arena);
	buf_done(&m.b);
}

TEST(wire_aliases_in_a_circle_are_trouble)
{
	struct message m = start(NOERROR, "a.test", DNS_A);

	add_rr(&m, ANSWER, "a.test", DNS_CNAME, 30, S("\1b\4test\0"));
	add_rr(&m, ANSWER, "b.test", DNS_CNAME, 30, S("\1a\4test\0"));
	expect_status(&m, DNS_A, DNS_TROUBLE);
}

TEST(wire_no_holds_as_long_as_the_soa_says)
{
	const struct {
		unsigned flags;
		enum dns_status status;
	} t[] = { { NOERROR, DNS_NO_DATA }, { NXDOMAIN, DNS_NO_NAME } };

	for (size_t i = 0; i < countof(t); i++)
		for (unsigned ttl = 30; ttl <= 90; ttl += 60) {
			struct message m = start(t[i].flags, "a.test", DNS_A);
			struct arena arena;

			add_rr(&m, AUTHORITY, "test", DNS_SOA, ttl, soa);
			struct dns_answer a = read_all(&m, DNS_A, &arena);
			CHECK_INT(a.status, t[i].status);
			CHECK_INT(a.ttl, ttl < 60 ? ttl : 60);
			arena_done(&arena);
			buf_done(&m.b);
		}
}

TEST(wire_no_without_soa)
{
	struct message m = start(NXDOMAIN, "a.test", DNS_A);
	struct arena arena;

	CHECK_INT(read_all(&m, DNS_A, &arena).ttl, WIRE_NO_TTL);
	arena_done(&arena);
	buf_done(&m.b);
}

TEST(wire_keeps_the_preferred_of_a_thousand)
{
	struct message m = start(NOERROR, "a.test", DNS_MX);
	struct arena arena;

	for (unsigned i = 1000; i > 0; i--)
		add_rr(&m, ANSWER, "a.test", DNS_MX, 60,
		       (slice){ (const char[]){ (char)(i >> 8), (char)i, 0 }, 3 });
	struct dns_answer a = read_all(&m, DNS_MX, &arena);
	CHECK(a.count == DNS_RECORDS_MAX && a.truncated);
	for (uint32_t i = 0; i < a.count; i++)
		assert_in_range(a.records[i].preference, 1, DNS_RECORDS_MAX);
	arena_done(&arena);
	buf_done(&m.b);
}

/* However it is cut, a message is no answer. */
TEST(wire_cut_messages_are_trouble)
{
	struct message m = start(NOERROR, "a.test", DNS_A);

	add_rr(&m, ANSWER, "a.test", DNS_A, 60, ip);
	for (size_t n = 0; n < m.b.n; n++) {
		struct arena arena;

		arena_init(&arena, WIRE_ARENA_MAX);
		CHECK_INT(wire_read_answer(slice_head(buf_slice(&m.b), n), DNS_A, &arena)
				  .status,
			  DNS_TROUBLE);
		arena_done(&arena);
	}
	expect_status(&m, DNS_A, DNS_FOUND);
}

TEST(wire_refusals_are_trouble)
{
	struct message refused = start(REFUSED, "a.test", DNS_A);
	struct message question = start(0x0100, "a.test", DNS_A);
	struct message other = start(NOERROR, "a.test", DNS_TXT);

	expect_status(&refused, DNS_A, DNS_TROUBLE);
	expect_status(&question, DNS_A, DNS_TROUBLE);
	expect_status(&other, DNS_A, DNS_TROUBLE);
}

/* ---- questions ---- */

TEST(wire_writes_a_question)
{
	uint8_t room[WIRE_QUERY_MAX];
	struct wire_name name, other;

	CHECK(name_to_wire(S("a.test"), &name) && name_to_wire(S("b.test"), &other));
	size_t n = wire_write_query(room, 0x1234, &name, DNS_MX);
	slice q = { (const char *)room, n };
	CHECK_SLICE(q, S("\x12\x34\1\x20\0\1\0\0\0\0\0\1\1a\4test\0\0\xf\0\1"
			 "\0\0\x29\4\xd0\0\0\0\0\0\0"));
	CHECK(!wire_answers(q, 0x1234, &name, DNS_MX)); /* it is a question */
	room[2] |= 0x80;
	CHECK(wire_answers(q, 0x1234, &name, DNS_MX));
	CHECK(!wire_answers(q, 0x1235, &name, DNS_MX));
	CHECK(!wire_answers(q, 0x1234, &other, DNS_MX));
	CHECK(!wire_answers(q, 0x1234, &name, DNS_A));
	CHECK(!wire_answers(slice_head(q, 20), 0x1234, &name, DNS_MX));
	CHECK_INT(wire_flags(q), WIRE_QR | WIRE_RD | WIRE_AD);
	CHECK_INT(wire_flags(slice_head(q, 11)), 0);
}
