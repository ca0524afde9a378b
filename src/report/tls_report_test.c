#include "report/tls_report.h"

#include "base/test.h"

TEST(tls_report_read_of_rfc)
{
	static const char text[] =
		"{\"organization-name\":\"Company-X\",\"date-range\":{"
		"\"start-datetime\":\"2016-04-01T00:00:00Z\","
		"\"end-datetime\":\"2016-04-01T23:59:59Z\"},"
		"\"contact-info\":\"sts-reporting@company-x.example\","
		"\"report-id\":\"5065427c\",\"policies\":[{\"policy\":{"
		"\"policy-type\":\"sts\",\"policy-domain\":\"company-y.example\","
		"\"mx-host\":\"*.mail.company-y.example\"},\"summary\":{"
		"\"total-successful-session-count\":5326,"
		"\"total-failure-session-count\":303},\"failure-details\":[{"
		"\"result-type\":\"certificate-expired\",\"failed-session-count\":100}]}"
		"]}";
	struct tls_report r;

	CHECK_INT(tls_report_read(slice_of(text), &r), ERR_NONE);
	CHECK_SLICE(r.org, S("Company-X"));
	CHECK_SLICE(r.domain, S("company-y.example"));
	CHECK_INT(r.successes, 5326);
	CHECK_INT(r.failures, 303);
	CHECK_INT(r.begin, 1459468800);
	tls_report_done(&r);
}

TEST(tls_report_refused)
{
	static const char *const bad[] = {
		"",
		"[]",
		"{}",
		"{\"organization-name\":1}",
		/* NOLINTNEXTLINE(bugprone-suspicious-missing-comma): one text */
		"{\"organization-name\":\"x\",\"date-range\":{"
		"\"start-datetime\":\"2016-04-01T00:00:00Z\","
		"\"end-datetime\":\"2016-04-01T00:00:00Z\"},\"policies\":[]}",
	};
	struct tls_report r;

	for (size_t i = 0; i < countof(bad); i++) {
		CHECK_INT(tls_report_read(slice_of(bad[i]), &r), ERR_MALFORMED);
		tls_report_done(&r);
	}
}

static void write_report(struct buf *out)
{
	struct tls_report_writer w;
	struct buf policy, attempt;
	const slice strings[] = { S("version: STSv1"), S("mode: enforce") };
	const struct tls_policy p = { .type = "sts",
				      .domain = S("a.test"),
				      .strings = strings,
				      .string_count = 2 };
	const struct tls_attempt failed = { .result = "certificate-expired",
					    .host = S("mx.a.test") };

	buf_init(&policy, 4096);
	buf_init(&attempt, 4096);
	CHECK(tls_report_add_policy(&p, &policy));
	CHECK(tls_report_add_attempt(&failed, &attempt));
	tls_report_begin(&w,
			 &(struct tls_report_head){ S("b.test"), S("x@b.test"), S("1@b"),
						    0, 86400 },
			 out);
	tls_report_entry(&w, buf_slice(&policy), S(""), 7);
	tls_report_entry(&w, buf_slice(&policy), buf_slice(&attempt), 2);
	tls_report_entry(&w, S("{\"policy-type\":\"no-policy-found\"}"), S(""), 1);
	CHECK(tls_report_end(&w));
	buf_done(&policy);
	buf_done(&attempt);
}

TEST(tls_report_written_is_read)
{
	struct tls_report r;
	struct buf out;

	buf_init(&out, 65536);
	write_report(&out);
	CHECK_INT(tls_report_read(buf_slice(&out), &r), ERR_NONE);
	CHECK_SLICE(r.domain, S("a.test"));
	CHECK_INT(r.successes, 8);
	CHECK_INT(r.failures, 2);
	CHECK_INT(r.end, 86399);
	CHECK(slice_find(
		      buf_slice(&out),
		      S("\"failure-details\":[{\"result-type\":\"certificate-expired\","
			"\"receiving-mx-hostname\":\"mx.a.test\","
			"\"failed-session-count\":2}]")) < out.n);
	tls_report_done(&r);
	buf_done(&out);
}
