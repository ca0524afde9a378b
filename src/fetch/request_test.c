#include "fetch/request.h"

#include "base/cleanup.h"
#include "base/test.h"

TEST(fetch_request_comes_back_as_it_was_written)
{
	CLEANUP(buf_done) struct buf b = { .max = 1000 };
	struct fetch_request w = { .host = S("mta-sts.example.org"),
				   .port = 443,
				   .path = S("/.well-known/mta-sts.txt"),
				   .address_count = 2,
				   .trust = S("/etc/ca.pem"),
				   .authorization = S("Basic am86c2VjcmV0"),
				   .fields = S("TTL: 60\r\n"),
				   .answer_max = 65536,
				   .timeout_ms = 60000 },
			     r;

	CHECK(ip_parse(S("192.0.2.1"), &w.addresses[0]));
	CHECK(ip_parse(S("2001:db8::1"), &w.addresses[1]));
	CHECK(fetch_request_write(&w, &b));
	CHECK_INT(fetch_request_read(buf_slice(&b), &r), FETCH_READ);
	CHECK_SLICE(r.host, w.host);
	CHECK_INT(r.port, 443);
	CHECK_SLICE(r.path, w.path);
	CHECK_INT(r.address_count, 2);
	CHECK(ip_eq(r.addresses[0], w.addresses[0]));
	CHECK(ip_eq(r.addresses[1], w.addresses[1]));
	CHECK_SLICE(r.trust, w.trust);
	CHECK_SLICE(r.body_type, S(""));
	CHECK_SLICE(r.authorization, w.authorization);
	CHECK_SLICE(r.fields, w.fields);
	CHECK_INT(r.answer_max, 65536);
	CHECK_INT(r.timeout_ms, 60000);
}

TEST(fetch_answer_comes_back_as_it_was_written)
{
	CLEANUP(buf_done) struct buf b = { .max = 1000 };
	const struct fetch_answer w = { .status = 200,
					.type = S("text/plain"),
					.body = S("version: STSv1\n") };
	struct fetch_answer r;

	CHECK(fetch_answer_write(&w, &b));
	for (size_t n = 0; n < b.n; n++)
		CHECK_INT(fetch_answer_read(slice_head(buf_slice(&b), n), &r),
			  FETCH_PARTIAL);
	CHECK_INT(fetch_answer_read(buf_slice(&b), &r), FETCH_READ);
	CHECK_INT(r.status, 200);
	CHECK_SLICE(r.fault, S(""));
	CHECK_SLICE(r.type, w.type);
	CHECK_SLICE(r.body, w.body);
}

TEST(fetch_request_with_numbers_that_are_none_is_bad)
{
	static const slice bad[] = {
		SLICE_INIT("1:h,5:65536,1:/,0:,0:,0:,0:,0:,0:,1:1,1:1,"),
		SLICE_INIT("1:h,1:x,1:/,0:,0:,0:,0:,0:,0:,1:1,1:1,"),
		SLICE_INIT("1:h,1:1,1:/,5:1.2.3,0:,0:,0:,0:,0:,1:1,1:1,"),
		SLICE_INIT("1:h,1:1,1:/,0:,0:,0:,0:,0:,0:,2:-1,1:1,"),
	};
	struct fetch_request r;

	for (size_t i = 0; i < countof(bad); i++)
		CHECK_INT(fetch_request_read(bad[i], &r), FETCH_BAD);
}
