#include "config/config.h"

#include "base/test.h"

static struct config *parse(const char *text, struct buf *faults)
{
	buf_init(faults, 10000);
	return config_parse(slice_of(text), "test.conf", faults);
}

TEST(config_reads_values_and_fallbacks)
{
	struct buf faults;
	struct config *c = parse("# a comment\n"
				 "hostname = mail.example.org # behind white space\n"
				 "data = /var/lib/post#room\r\n"
				 "[listen]\n"
				 "smtp = *:25\n"
				 "submission = *:587\n"
				 "submission = [::1]:2525\n"
				 "lmtp = unix:/run/lmtp\n"
				 "[limits]\n"
				 "exempt = 127.0.0.0/8 ::1/128\n"
				 "message-size = 10M\n"
				 "[queue]\nexpire = 2d\n"
				 "[auth]\nallow-plaintext-login = yes\n"
				 "[domain Example.ORG]\ncatch-all = a@example.org\n"
				 "[domain example.net]\n",
				 &faults);

	CHECK_SLICE(buf_slice(&faults), S(""));
	CHECK_SLICE(c->hostname, S("mail.example.org"));
	CHECK_SLICE(c->data, S("/var/lib/post#room"));
	CHECK_INT(c->listen.count, 4);
	CHECK_INT(c->listen.items[2].service, SERVICE_SUBMISSION);
	CHECK_SLICE(c->listen.items[2].address, S("[::1]:2525"));
	CHECK_INT(c->exempt.count, 2);
	CHECK_INT(c->message_size, 10 * 1024 * 1024);
	CHECK_INT(c->queue_expire_s, 2 * 86400);
	CHECK_INT(c->queue_first_retry_s, 300);
	CHECK_INT(c->connections_per_address, 100);
	CHECK_INT(c->allow_plaintext_login, 1);
	CHECK_INT(c->domain_count, 2);
	CHECK_SLICE(config_find_domain(c, S("EXAMPLE.org"))->catch_all,
		    S("a@example.org"));
	CHECK(!config_find_domain(c, S("example.com")));
	config_free(c);
	buf_done(&faults);
}

TEST(config_reads_filters_in_order)
{
	struct buf faults;
	struct config *c = parse("hostname = a.b\ndata = /d\n"
				 "[milter Second]\naddress = unix:/run/second\n"
				 "mail = all\non-failure = accept\n"
				 "[milter first]\naddress = [::1]:7\ntimeout = 5s\n",
				 &faults);

	CHECK_SLICE(buf_slice(&faults), S(""));
	CHECK_INT(c->milter_count, 2);
	CHECK_SLICE(c->milters[0].name, S("second"));
	CHECK_SLICE(c->milters[0].address, S("unix:/run/second"));
	CHECK_INT(c->milters[0].mail, FILTERED_ALL);
	CHECK_INT(c->milters[0].on_failure, FAILURE_ACCEPTS);
	CHECK_INT(c->milters[0].timeout_s, 60);
	CHECK_INT(c->milters[1].mail, FILTERED_STRANGERS);
	CHECK_INT(c->milters[1].on_failure, FAILURE_DEFERS);
	CHECK_INT(c->milters[1].timeout_s, 5);
	config_free(c);
	buf_done(&faults);
}

static const struct {
	const char *text, *fault;
} faulty[] = {
	{ "hostname = a b\ndata = /d\n", "test.conf:1: bad value `a b`" },
	{ "hostname = a.b\ndata = /d\nsize = 3\n", "test.conf:3: unknown key `size`" },
	{ "hostname = a.b\ndata = /d\n[limits]\nmessage-size = 5X\n",
	  "test.conf:4: bad value `5X`; write a size" },
	{ "hostname = a.b\ndata = /d\n[limits]\nmessage-size = 99999999999999T\n",
	  "test.conf:4: bad value" },
	{ "hostname = a.b\ndata = /d\n[listen]\nimap = 143\n",
	  "test.conf:4: bad value `143`; write HOST:PORT" },
	{ "hostname = a.b\ndata = /d\n[listen]\nimap = a b:143\n",
	  "test.conf:4: bad value `a b:143`; write HOST:PORT" },
	{ "hostname = a.b\ndata = /d\n[listen]\nimap = 127.0.0.1:70000\n",
	  "test.conf:4: bad value" },
	{ "hostname = a.b\ndata = /d\n[limits]\nexempt = 127.0.0.0/99\n",
	  "test.conf:4: bad value `127.0.0.0/99`; write a network" },
	{ "hostname = a.b\ndata = /d\n[nonsense]\nx = y\n",
	  "test.conf:3: unknown section `[nonsense]`" },
	{ "hostname = a.b\ndata = /d\n[domain]\n", "it needs a name" },
	{ "hostname = a.b\ndata = /d\n[domain ../a.b]\ncatch-all = a@a.b\n",
	  "test.conf:3: bad domain in `[domain ../a.b]`" },
	{ "hostname = a.b\ndata = /d\n[domain a..b]\n", "bad domain in" },
	{ "hostname = a.b\ndata = /d\n[domain a\x01.b]\n", "bad domain in" },
	{ "hostname = a.b\ndata = /d\n[domain a.b]\n[domain A.B]\n",
	  "test.conf:4: domain `[domain A.B]`; given twice" },
	{ "hostname = a.b\ndata = /d\n[tls\n", "end it with ]" },
	{ "hostname = a.b\ndata = /d\n[tls]\nkey = k\n", "half a pair" },
	{ "hostname = a.b\ndata /d\n", "test.conf:2: no value in" },
	{ "hostname = a.b\n", "missing key `data`" },
	{ "hostname = a.b\ndata = /d\nhostname = a.b\n",
	  "test.conf:3: key `hostname`; given twice; remove one" },
	{ "hostname = a.b\ndata = /d\n[log]\nlevel = info\n[auth]\n[log]\nlevel "
	  "= error\n",
	  "test.conf:7: key `level`; given twice" },
	{ "hostname = a.b\ndata = /d\n[domain a.b]\ncatch-all = a@a.b\n"
	  "[domain b.b]\ncatch-all = a@a.b\ncatch-all = c@a.b\n",
	  "test.conf:7: key `catch-all`; given twice" },
	{ "hostname = a.b\ndata = /d\n[oauth]\nintrospection = http://a.b/\n",
	  "test.conf:4: bad value `http://a.b/`; write an address, as https" },
	{ "hostname = a.b\ndata = /d\n[oauth]\nclient = a:b\n",
	  "half a pair in `[oauth]`" },
	{ "hostname = a.b\ndata = /d\n[oauth]\nclient = a\n"
	  "introspection = https://a.b/\n",
	  "write ID:SECRET" },
	{ "hostname = a.b\ndata = /d\n[milter f]\ntimeout = 5s\n",
	  "missing address of [milter] `f`" },
	{ "hostname = a.b\ndata = /d\n[milter f]\naddress = *:25\n",
	  "test.conf:4: bad value `*:25`; write ADDRESS:PORT" },
	{ "hostname = a.b\ndata = /d\n[milter f]\naddress = filter.test:25\n",
	  "test.conf:4: bad value `filter.test:25`; write ADDRESS:PORT" },
	{ "hostname = a.b\ndata = /d\n[milter f]\naddress = 127.0.0.1:0\n",
	  "test.conf:4: bad value `127.0.0.1:0`; write ADDRESS:PORT" },
};

TEST(config_names_every_fault_with_its_line)
{
	for (size_t i = 0; i < countof(faulty); i++) {
		struct buf faults;

		CHECK(!parse(faulty[i].text, &faults));
		slice text = buf_slice(&faults);
		if (slice_find(text, slice_of(faulty[i].fault)) == text.n)
			CHECK_SLICE(text, slice_of(faulty[i].fault));
		buf_done(&faults);
	}
}

TEST(config_tells_what_needs_a_restart)
{
	struct buf faults, needs;
	struct config *a =
		parse("hostname = a.b\ndata = /d\n[listen]\nimap = *:143\n", &faults);
	struct config *b = parse("hostname = a.b\ndata = /e\n[listen]\nimap = *:144\n"
				 "[limits]\nrecipients = 5\n",
				 &faults);

	buf_init(&needs, 1000);
	config_restart_needs(a, a, &needs);
	CHECK_SLICE(buf_slice(&needs), S(""));
	config_restart_needs(a, b, &needs);
	CHECK_SLICE(buf_slice(&needs), S("data, [listen]"));
	config_free(a);
	config_free(b);
	buf_done(&needs);
	buf_done(&faults);
}

TEST(config_manual_names_every_key)
{
	struct buf out;

	buf_init(&out, 100000);
	config_write_manual(&out);
	CHECK(slice_find(buf_slice(&out), S(".It Cm catch-all")) < out.n);
	CHECK(!out.overflow);
	buf_done(&out);
}
