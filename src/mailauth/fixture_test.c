#include "mailauth/fixture_test.h"

#include <stdlib.h>
#include <string.h>

#include "base/test.h"

static bool is_wire(slice text)
{
	size_t at = slice_find_char(text, '\n');

	return at == text.n || (at > 0 && text.p[at - 1] == '\r');
}

static slice copy_to_wire(slice text, char **ret)
{
	bool wire = is_wire(text);
	char *to = malloc(2 * text.n + 1);
	size_t n = 0;

	CHECK(to);
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '\n' && !wire) to[n++] = '\r';
		to[n++] = text.p[i];
	}
	*ret = to;
	return (slice){ to, n };
}

void test_mail_init(struct test_mail *m, slice text)
{
	slice octets = copy_to_wire(text, &m->octets);
	size_t end = slice_find(octets, S("\r\n\r\n"));

	if (slice_starts(octets, S("\r\n"))) {
		m->header = slice_head(octets, 0);
		m->body = slice_skip(octets, 2);
	} else {
		m->header = slice_head(octets, end + 2);
		m->body = slice_skip(octets, end + 4);
	}
	arena_init(&m->arena, 1 << 20);
	CHECK(header_list_parse(m->header, &m->arena, &m->list));
	m->hashes = body_hashes_new();
}

void test_mail_done(struct test_mail *m)
{
	body_hashes_free(m->hashes);
	arena_done(&m->arena);
	free(m->octets);
}

void test_mail_hash(struct test_mail *m, size_t piece)
{
	for (slice rest = m->body; rest.n; rest = slice_skip(rest, piece))
		body_hashes_feed(m->hashes, slice_head(rest, piece));
	body_hashes_finish(m->hashes);
}

void test_zone_add(struct dns_answers *zone, slice name, slice txt)
{
	struct dns_question q = { DNS_TXT, name };
	const struct dns_answer *had = dns_answers_find(zone, q);
	struct dns_record records[2] = { { .data = txt }, { .data = txt } };
	struct dns_answer answer = { .status = DNS_FOUND,
				     .records = records,
				     .count = 1 };

	if (had) {
		records[0] = had->records[0];
		answer.count = 2;
	}
	CHECK(dns_answers_add(zone, q, &answer));
}

void test_zone_fail(struct dns_answers *zone, slice name, enum dns_status status)
{
	const struct dns_answer answer = { .status = status };

	CHECK(dns_answers_add(zone, (struct dns_question){ DNS_TXT, name }, &answer));
}

void test_zone_record(struct dns_answers *zone, slice name, slice text)
{
	struct buf txt;

	buf_init(&txt, text.n);
	for (size_t i = 0; i < text.n; i++)
		if (!strchr("\\ \t\r\n", text.p[i])) buf_add_char(&txt, text.p[i]);
	if (slice_eq(buf_slice(&txt), S("TEMPERROR")))
		test_zone_fail(zone, name, DNS_TROUBLE);
	else if (slice_eq(buf_slice(&txt), S("PERMERROR")))
		test_zone_fail(zone, name, DNS_NO_NAME);
	else
		test_zone_add(zone, name, buf_slice(&txt));
	buf_done(&txt);
}

void test_zone_read(struct dns_answers *zone, slice text)
{
	slice name;

	while (take_until(&text, ':', &name)) {
		slice record = slice_head(text, slice_find(text, S("\n\n")));

		text = slice_skip(text, record.n);
		test_zone_record(zone, slice_trim(name), record);
	}
}

void test_dkim_run(struct dkim_verifier *v, struct dns_answers *zone, int64_t now)
{
	struct dns_question lacking;

	while (!dkim_verifier_step(v, zone, now, &lacking))
		test_zone_fail(zone, lacking.name, DNS_NO_NAME);
}

struct arc_result test_arc_run(struct arc_verifier *v, struct dns_answers *zone,
			       int64_t now)
{
	struct dns_question lacking;

	while (!arc_verifier_step(v, zone, now, &lacking))
		test_zone_fail(zone, lacking.name, DNS_NO_NAME);
	return arc_verifier_result(v);
}

void test_dkim_verdicts(slice text, struct dns_answers *zone, int64_t now,
			char ret[static 100])
{
	struct dkim_verifier *v;
	struct test_mail m;
	size_t n = 0;

	test_mail_init(&m, text);
	v = dkim_verifier_new(&m.list, m.hashes);
	test_mail_hash(&m, 7);
	test_dkim_run(v, zone, now);
	ret[0] = 0;
	for (uint32_t i = 0; i < dkim_verifier_count(v); i++) {
		enum dkim_verdict verdict = dkim_verifier_result(v, i).finding.verdict;

		n += (size_t)snprintf(ret + n, 100 - n, "%s%.*s", i ? " " : "",
				      FMT(dkim_verdict_name(verdict)));
	}
	dkim_verifier_free(v);
	test_mail_done(&m);
}
