/*
 * bounce_dump KIND VARIANT - one report, for tests
 *
 * KIND: delayed, failed, relayed, delivered or expanded; VARIANT: plain, full (the whole
 * message is asked for), latin (8-bit header fields), utf8 or global (to an ASCII or to
 * a UTF-8 sender). tests/differential/dsn.py reads what Python's email makes of it.
 */
#include <stdio.h>
#include <string.h>

#include "queue/bounce.h"

static const char *const kinds[] = { "",        "delayed",   "failed",
				     "relayed", "delivered", "expanded" };

static const struct variant {
	const char *name;
	enum return_wish wish;
	unsigned flags;
	slice sender, recipient, original, message;
} variants[] = {
	/* clang-format off */
	{ "plain", RETURN_DEFAULT, 0, SLICE_INIT("a@x.test"), SLICE_INIT("b@y.test"),
	  SLICE_INIT("rfc822;b+2Btag@y.test"), SLICE_INIT("Subject: s\r\n\r\nbody\r\n") },
	{ "full", RETURN_FULL, 0, SLICE_INIT("a@x.test"), SLICE_INIT("b@y.test"),
	  SLICE_INIT(""), SLICE_INIT("Subject: s\r\n\r\nb\xf6" "dy\r\n") },
	{ "latin", RETURN_HEADERS, 0, SLICE_INIT("a@x.test"), SLICE_INIT("b@y.test"),
	  SLICE_INIT(""), SLICE_INIT("Subject: caf\xe9\r\n\r\nbody\r\n") },
	{ "utf8", RETURN_FULL, MESSAGE_UTF8, SLICE_INIT("a@x.test"), SLICE_INIT("\xc3\xa9@y.test"),
	  SLICE_INIT("utf-8;\\x{E9}@y.test"), SLICE_INIT("Subject: \xc3\xa9\r\n\r\nbody\r\n") },
	{ "global", RETURN_HEADERS, MESSAGE_UTF8, SLICE_INIT("\xc3\xa4@x.test"), SLICE_INIT("\xc3\xa9@y.test"),
	  SLICE_INIT("utf-8;\\x{E9}@y.test"), SLICE_INIT("Subject: \xc3\xa9\r\n\r\nbody\r\n") },
	/* clang-format on */
};

static int dump(enum report kind, const struct variant *v)
{
	const struct queue_recipient recipients[] = {
		{ .target = { .address = v->recipient, .original = v->original },
		  .state = RECIPIENT_FAILED,
		  .last_attempt = 1'136'473'260,
		  .reply = { 550, S("5.1.1"),
			     S("There is no such user at this address, nor has there"
			       " ever been\nAsk somebody else"),
			     S("mx.y.test") } },
		{ .target = { .address = S("c@z.test") },
		  .state = RECIPIENT_EXPIRED,
		  .reply = { .text = S("Connection refused") } },
	};
	const struct queue_report report = {
		.kind = kind,
		.message = { .size = v->message.n,
			     .envelope = { .reverse_path = v->sender,
					   .envelope_id = S("QQ+2B314"),
					   .return_wish = v->wish,
					   .flags = v->flags,
					   .received = 1'136'473'200 } },
		.recipients = recipients,
		.count = countof(recipients),
	};
	const struct bounce b = { .report = &report,
				  .host_name = S("mx.x.test"),
				  .id = S("0123abcd"),
				  .now = 1'136'473'300,
				  .retry_until = 1'136'905'200,
				  .original = v->message };
	struct buf out;
	unsigned flags;
	bool good;

	buf_init(&out, BOUNCE_MAX);
	good = bounce_write(&b, &out, &flags) &&
	       fwrite(buf_slice(&out).p, 1, out.n, stdout) == out.n;
	buf_done(&out);
	return good ? 0 : 1;
}

int main(int argc, char **argv)
{
	if (argc != 3) return 2;
	for (size_t k = 1; k < countof(kinds); k++)
		for (size_t v = 0; v < countof(variants); v++)
			if (strcmp(kinds[k], argv[1]) == 0 &&
			    strcmp(variants[v].name, argv[2]) == 0)
				return dump((enum report)k, &variants[v]);
	return 2;
}
