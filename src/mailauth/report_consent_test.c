#include "mailauth/report_consent.h"

#include "base/buf.h"
#include "base/test.h"
#include "mailauth/test_zone.h"

static const struct zone_record zone[] = {
	{ "_dmarc.own.test", DNS_TXT, "v=DMARC1; p=none; rua=mailto:a@own.test" },
	{ "_dmarc.sub.org.test", DNS_TXT,
	  "v=DMARC1; p=none; rua=mailto:a@mail.org.test!5m" },
	{ "_dmarc.org.test", DNS_TXT, "v=DMARC1; p=none" },
	{ "_dmarc.blue.test", DNS_TXT,
	  "v=DMARC1; p=none; "
	  "rua=mailto:a@red.test,mailto:b@victim.test,https://x.test/" },
	{ "blue.test._report._dmarc.red.test", DNS_TXT, "v=DMARC1" },
	{ "_dmarc.moved.test", DNS_TXT, "v=DMARC1; p=none; rua=mailto:a@red.test" },
	{ "moved.test._report._dmarc.red.test", DNS_TXT,
	  "v=DMARC1; rua=mailto:other@red.test" },
	{ "_dmarc.tricked.test", DNS_TXT, "v=DMARC1; p=none; rua=mailto:a@red.test" },
	{ "tricked.test._report._dmarc.red.test", DNS_TXT,
	  "v=DMARC1; rua=mailto:a@victim.test" },
	{ "_dmarc.late.test", DNS_TXT, "v=DMARC1; p=none; rua=mailto:a@down.test" },
	{ "late.test._report._dmarc.down.test", DNS_TXT, NULL },
	{ "_smtp._tls.both.test", DNS_TXT,
	  "v=TLSRPTv1; rua=mailto:t@else.test,https://x.test/tls" },
	{ "_smtp._tls.down.test", DNS_TXT, NULL },
	{ 0 },
};

typedef bool consent(slice, const struct dns_answers *, struct arena *,
		     struct report_targets *, struct dns_question *);

/* The addresses and URLs, a blank behind each; "?" for trouble. */
static void check_targets(consent *ask, const char *domain, const char *want)
{
	struct dns_answers known;
	struct report_targets t;
	struct dns_question q;
	struct arena arena;
	struct buf got;

	buf_init(&got, 4096);
	dns_answers_init(&known);
	arena_init(&arena, REPORT_CONSENT_ARENA_MAX);
	while (!ask(slice_of(domain), &known, &arena, &t, &q)) {
		CHECK(!dns_answers_find(&known, q));
		zone_answer(zone, q, &known);
		arena_reset(&arena);
	}
	for (uint32_t i = 0; i < t.address_count; i++)
		buf_addf(&got, "%.*s ", FMT(t.addresses[i]));
	for (uint32_t i = 0; i < t.url_count; i++)
		buf_addf(&got, "%.*s ", FMT(t.urls[i]));
	if (t.is_in_trouble) buf_add_char(&got, '?');
	CHECK_SLICE(buf_slice(&got), slice_of(want));
	arena_done(&arena);
	dns_answers_done(&known);
	buf_done(&got);
}

/* RFC 9990 4. */
TEST(report_consent_of_dmarc)
{
	static const struct {
		const char *domain, *want;
	} t[] = {
		{ "own.test", "a@own.test " },
		{ "sub.org.test", "a@mail.org.test " },
		{ "blue.test", "a@red.test " },
		{ "moved.test", "other@red.test " },
		{ "tricked.test", "" },
		{ "late.test", "?" },
		{ "none.test", "" },
	};

	for (size_t i = 0; i < countof(t); i++)
		check_targets(report_consent_dmarc, t[i].domain, t[i].want);
}

/* RFC 8460 3. */
TEST(report_consent_of_tls)
{
	check_targets(report_consent_tls, "both.test", "t@else.test https://x.test/tls ");
	check_targets(report_consent_tls, "down.test", "?");
	check_targets(report_consent_tls, "none.test", "");
}
