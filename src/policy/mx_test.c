#include "policy/mx.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/test.h"

struct row {
	const char *name;
	enum dns_type type;
	const char *data; /* NULL: trouble; "": the root */
	uint16_t preference;
	bool secure;
};

/* clang-format off */
static const struct row zone[] = {
	{ "two.test", DNS_MX, "b.test", 20, false }, { "two.test", DNS_MX, "a.test", 10, false },
	{ "a.test", DNS_A, "192.0.2.1", 0, false }, { "a.test", DNS_AAAA, "2001:db8::1", 0, false },
	{ "b.test", DNS_A, "192.0.2.2", 0, false },
	{ "null.test", DNS_MX, "", 0, false },
	{ "mx-lost.test", DNS_MX, "nowhere.test", 1, false },
	{ "mx-trouble.test", DNS_MX, "trouble.test", 1, false },
	{ "trouble.test", DNS_A, NULL, 0, false }, { "trouble.test", DNS_AAAA, NULL, 0, false },
	{ "fails.test", DNS_MX, NULL, 0, false },
	{ "empty.test", DNS_TXT, "x", 0, false },
	{ "backup.test", DNS_MX, "a.test", 10, false }, { "backup.test", DNS_MX, "us.test", 20, false },
	{ "backup.test", DNS_MX, "b.test", 20, false },
	{ "ours.test", DNS_MX, "us.test", 10, false },
	{ "own-address.test", DNS_MX, "alias.test", 10, false }, { "alias.test", DNS_A, "192.0.2.99", 0, false },
	{ "zero.test", DNS_A, "0.0.0.0", 0, false },
	{ "dane.test", DNS_MX, "s.test", 1, true }, { "s.test", DNS_A, "192.0.2.5", 0, true },
	{ "s.test", DNS_AAAA, "2001:db8::5", 0, true }, { "_25._tcp.s.test", DNS_TLSA, "tlsa", 0, true },
	{ "half.test", DNS_MX, "s.test", 1, false },
	{ "no-tlsa.test", DNS_MX, "n.test", 1, true }, { "n.test", DNS_A, "192.0.2.6", 0, true },
	{ "n.test", DNS_AAAA, "2001:db8::6", 0, true }, { "_25._tcp.n.test", DNS_TLSA, NULL, 0, false },
};

static const struct { const char *domain, *want; } table[] = {
	{ "two.test",         "a.test 2001:db8::1 192.0.2.1, b.test 192.0.2.2" },
	{ "a.test",           "a.test 2001:db8::1 192.0.2.1" },
	{ "null.test",        "refused 5.1.10" }, /* RFC 7505 3 */
	{ "missing.test",     "refused 5.1.2" },
	{ "empty.test",       "refused 5.4.4" },
	{ "zero.test",        "refused 5.4.4" },
	{ "mx-lost.test",     "refused 5.4.4" },
	{ "mx-trouble.test",  "deferred 4.4.3" },
	{ "fails.test",       "deferred 4.4.3" },
	{ "backup.test",      "a.test 2001:db8::1 192.0.2.1" }, /* none as far as we are */
	{ "ours.test",        "refused 5.4.6" },
	{ "own-address.test", "refused 5.4.6" },
	{ "dane.test",        "s.test 2001:db8::5 192.0.2.5 tlsa" },
	{ "half.test",        "s.test 2001:db8::5 192.0.2.5" }, /* MX is not secure */
	{ "no-tlsa.test",     "deferred 4.4.3" }, /* RFC 7672 2.2 */
	{ "[192.0.2.7]",      " 192.0.2.7" },
	{ "[IPv6:2001:db8::7]", " 2001:db8::7" },
	{ "[192.0.2]",        "refused 5.1.2" },
};
/* clang-format on */

static void answer(struct dns_question q, struct dns_answers *known)
{
	struct dns_record records[8];
	struct ip rooms[8];
	struct dns_answer a = { .status = DNS_NO_NAME,
				.secure = true,
				.records = records };

	for (size_t i = 0; i < countof(zone); i++) {
		const struct row *r = &zone[i];

		if (!slice_eq_nocase(slice_of(r->name), q.name)) continue;
		if (a.status == DNS_NO_NAME) a.status = DNS_NO_DATA;
		if (r->type != q.type) continue;
		a.status = r->data ? DNS_FOUND : DNS_TROUBLE;
		a.secure = r->secure;
		if (!r->data) break;
		records[a.count] =
			(struct dns_record){ r->preference, slice_of(r->data) };
		if (ip_parse(slice_of(r->data), &rooms[a.count]))
			records[a.count].data =
				(slice){ (const char *)rooms[a.count].octets,
					 rooms[a.count].n };
		a.count++;
	}
	if (!dns_answers_add(known, q, &a)) abort();
}

static void write_result(const struct mx_result *r, struct buf *out)
{
	char text[IP_TEXT_MAX];

	if (r->verdict != MX_FOUND)
		buf_addf(out, "%s %.*s",
			 r->verdict == MX_REFUSED ? "refused" : "deferred",
			 FMT(r->status));
	for (uint32_t i = 0; i < r->host_count; i++) {
		const struct mx_host *h = &r->hosts[i];

		buf_addf(out, "%s%.*s", i ? ", " : "", FMT(h->name));
		for (uint32_t k = 0; k < h->address_count; k++)
			buf_addf(out, " %.*s", FMT(ip_text(h->addresses[k], text)));
		for (uint32_t k = 0; k < h->tlsa_count; k++)
			buf_addf(out, " %.*s", FMT(h->tlsa[k]));
	}
}

static void check(slice domain, slice want)
{
	struct ip own;
	struct mx_request request = { .domain = domain,
				      .port = 25,
				      .own_name = S("us.test"),
				      .own = &own,
				      .own_count = 1,
				      .seed = 7 };
	struct dns_answers known;
	struct dns_question q;
	struct mx_result result;
	struct arena arena;
	struct buf got;

	CHECK(ip_parse(S("192.0.2.99"), &own));
	arena_init(&arena, MX_ARENA_MAX);
	dns_answers_init(&known);
	buf_init(&got, 1000);
	while (!mx_decide(&request, &known, &arena, &result, &q))
		answer(q, &known);
	write_result(&result, &got);
	CHECK_SLICE(buf_slice(&got), want);
	buf_done(&got);
	dns_answers_done(&known);
	arena_done(&arena);
}

TEST(mx_decides)
{
	for (size_t i = 0; i < countof(table); i++)
		check(slice_of(table[i].domain), slice_of(table[i].want));
}
