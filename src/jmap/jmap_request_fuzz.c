/*
 * A whole request on a temporary store: the octets are the request's. The answer is JSON,
 * with as many responses as it must have, and the store is as sound as before.
 */
#include <stdlib.h>

#include "jmap/test_drive.h"

enum { WRITES_MAX = 300 }; /* until a new store, whose making takes its time */

static struct test_drive *fresh_drive(void)
{
	static struct test_drive d;

	if (d.accounts.store && d.writes < WRITES_MAX) return &d;
	if (d.accounts.store) test_drive_done(&d);
	test_drive_init(&d);
	test_drive_deliver(&d, S("From: ann@example.test\r\nSubject: a\r\n\r\ntext\r\n"));
	test_drive_deliver(&d, S("Subject: Re: a\r\nContent-Type: text/html\r\n\r\n<p>"));
	return &d;
}

static void check_answer(const struct test_drive *d)
{
	const json_t *responses = json_object_get(d->answer, "methodResponses");

	if (d->status == 200 ? !json_is_array(responses) : d->status != 400) abort();
	if (d->status != 200 && !json_is_string(json_object_get(d->answer, "type")))
		abort();
	if (json_array_size(responses) > 2 * JMAP_CALLS_MAX) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct test_drive *d = fresh_drive();

	jmap_ask_raw(d, (slice){ (const char *)data, n });
	check_answer(d);
	return 0;
}
