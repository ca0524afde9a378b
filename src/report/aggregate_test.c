#include "report/aggregate.h"

#include "base/test.h"

static struct dmarc_verdict failing(void)
{
	return (struct dmarc_verdict){ .result = DMARC_FAIL,
				       .author = S("news.a.test"),
				       .policy_domain = S("a.test"),
				       .record = { .p = DMARC_REJECT,
						   .sp = DMARC_REJECT,
						   .np = DMARC_REJECT,
						   .fo = DMARC_FO_ANY | DMARC_FO_SPF },
				       .published = DMARC_REJECT,
				       .policy = DMARC_REJECT };
}

static void write_report(struct buf *out, enum dmarc_policy applied)
{
	struct dmarc_verdict v = failing();
	struct dkim_result signatures[] = {
		{ .finding = { DKIM_FAIL, "body hash" },
		  .domain = S("b.test"),
		  .selector = S("s1") },
		{ .finding = { DKIM_PASS, NULL },
		  .domain = S("c.test"),
		  .selector = S("s2") },
	};
	struct aggregate_facts f = { .dmarc = &v,
				     .applied = applied,
				     .mail_from = S("d.test"),
				     .spf_result = S("pass"),
				     .signatures = signatures,
				     .signature_count = countof(signatures) };
	struct buf policy, entry;

	CHECK(ip_parse(S("192.0.2.1"), &f.peer));
	buf_init(&policy, 8192);
	buf_init(&entry, 8192);
	CHECK(aggregate_add_policy(&v, &policy));
	CHECK(aggregate_add_entry(&f, &entry));
	aggregate_write_begin(&(struct aggregate_head){ S("Us & them"), S("x@us.test"),
							S("1@us.test"), 0, 86400,
							buf_slice(&policy) },
			      out);
	aggregate_write_entry(buf_slice(&entry), 3, out);
	aggregate_write_end(out);
	buf_done(&policy);
	buf_done(&entry);
}

TEST(aggregate_written_is_read)
{
	struct buf out;
	struct arena arena;
	struct aggregate a;

	buf_init(&out, 65536);
	arena_init(&arena, AGGREGATE_ARENA_MAX);
	write_report(&out, DMARC_REJECT);
	CHECK_INT(aggregate_read(buf_slice(&out), &arena, &a), ERR_NONE);
	CHECK_SLICE(a.org, S("Us & them"));
	CHECK_SLICE(a.name, S("1@us.test"));
	CHECK_SLICE(a.domain, S("a.test"));
	CHECK_SLICE(a.p, S("reject"));
	CHECK_INT(a.end, 86400);
	CHECK_INT(a.messages, 3);
	CHECK_INT(a.passed, 0);
	CHECK_INT(a.rejected, 3);
	CHECK_SLICE(a.records->source, S("192.0.2.1"));
	CHECK_SLICE(a.records->from, S("news.a.test"));
	CHECK_SLICE(a.records->signatures->domain, S("c.test")); /* passed: first */
	CHECK_SLICE(a.records->signatures->next->result, S("fail"));
	CHECK_SLICE(a.records->reason, S(""));
	arena_done(&arena);
	buf_done(&out);
}

TEST(aggregate_reason_of_leniency)
{
	struct buf out;

	buf_init(&out, 65536);
	write_report(&out, DMARC_NONE);
	CHECK(slice_find(buf_slice(&out), S("<type>local_policy</type>")) < out.n);
	buf_done(&out);
}

TEST(aggregate_refused)
{
	static const char *const bad[] = {
		"",
		"<x/>",
		"<feedback/>",
		/* NOLINTNEXTLINE(bugprone-suspicious-missing-comma): one text */
		"<feedback><report_metadata><org_name>x</org_name><date_range><begin>1"
		"</begin><end>2</end></date_range></report_metadata><policy_published>"
		"<domain>a.test</domain></policy_published></feedback>",
		"<!DOCTYPE feedback><feedback/>",
	};
	struct arena arena;
	struct aggregate a;

	arena_init(&arena, AGGREGATE_ARENA_MAX);
	for (size_t i = 0; i < countof(bad); i++)
		CHECK_INT(aggregate_read(slice_of(bad[i]), &arena, &a), ERR_MALFORMED);
	arena_done(&arena);
}

TEST(aggregate_arena_full)
{
	struct arena arena;
	struct aggregate a;

	arena_init(&arena, 64);
	CHECK_INT(aggregate_read(S("<feedback><record/></feedback>"), &arena, &a),
		  ERR_LIMIT);
	arena_done(&arena);
}
