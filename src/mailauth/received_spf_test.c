#include "mailauth/received_spf.h"

#include "base/test.h"

static void check_field(const struct spf_request *r, const struct spf_verdict *v,
			slice want)
{
	struct buf out;

	buf_init(&out, 8192);
	CHECK(received_spf_write(r, v, &out));
	CHECK_SLICE(buf_slice(&out), want);
	buf_done(&out);
}

TEST(received_spf_fields)
{
	struct spf_request r = { .helo = S("foo.example.com"),
				 .local = S("myname"),
				 .domain = S("example.com"),
				 .receiver = S("mybox.example.org") };
	struct spf_verdict v = { .result = SPF_PASS,
				 .domain = S("example.com"),
				 .mechanism = S("ip4:192.0.2.1") };

	CHECK(ip_parse(S("192.0.2.1"), &r.ip));
	check_field(&r, &v,
		    S("Received-SPF: pass (mybox.example.org: domain of example.com\r\n"
		      "\tdesignates 192.0.2.1 as permitted sender)\r\n"
		      "\treceiver=mybox.example.org;\r\n"
		      "\tidentity=mailfrom;\r\n"
		      "\tclient-ip=192.0.2.1;\r\n"
		      "\tenvelope-from=\"myname@example.com\";\r\n"
		      "\thelo=foo.example.com;\r\n"
		      "\tmechanism=\"ip4:192.0.2.1\";\r\n"));

	r.local = S("my \"name");
	check_field(
		&r,
		&(struct spf_verdict){ .result = SPF_NEUTRAL,
				       .domain = S("example.com") },
		S("Received-SPF: neutral (mybox.example.org: domain of example.com\r\n"
		  "\tneither permits nor denies 192.0.2.1)\r\n"
		  "\treceiver=mybox.example.org;\r\n"
		  "\tidentity=mailfrom;\r\n"
		  "\tclient-ip=192.0.2.1;\r\n"
		  "\tenvelope-from=\"\\\"my \\\\\\\"name\\\"@example.com\";\r\n"
		  "\thelo=foo.example.com;\r\n"
		  "\tmechanism=default;\r\n"));

	r.identity = SPF_HELO;
	r.helo = S("evil) \"\r\nX: y");
	v = (struct spf_verdict){ .result = SPF_PERMERROR,
				  .domain = S("evil) \"\r\nX: y"),
				  .problem = S("syntax error") };
	check_field(&r, &v,
		    S("Received-SPF: permerror (mybox.example.org: domain of evil \"?"
		      "?X: y\r\n"
		      "\thas a wrong policy about 192.0.2.1)\r\n"
		      "\treceiver=mybox.example.org;\r\n"
		      "\tidentity=helo;\r\n"
		      "\tclient-ip=192.0.2.1;\r\n"
		      "\thelo=\"evil) \\\"?"
		      "?X: y\";\r\n"
		      "\tmechanism=default;\r\n"
		      "\tproblem=\"syntax error\";\r\n"));
}
