/* Any message to both readers: what is read lies in it, is of the right characters, and
 * is read again from the shortest message that says the same. */
#include <stdlib.h>

#include "base/cleanup.h"
#include "sasl/bearer_message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void check(bool holds)
{
	if (!holds) abort();
}

static void check_again(bool (*read)(slice, struct bearer_message *),
			const struct bearer_message *m, slice before, slice after)
{
	CLEANUP(buf_done) struct buf text = { .max = 1 << 20 };
	struct bearer_message again;

	check(!m->token.n || bearer_is_token(m->token));
	buf_addf(&text, "%.*s%.*s%.*sauth=Bearer %.*s\x01\x01", FMT(before),
		 FMT(m->authorization), FMT(after), FMT(m->token));
	check(read(buf_slice(&text), &again));
	check(slice_eq(again.authorization, m->authorization));
	check(slice_eq(again.token, m->token));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	slice in = { (const char *)data, n };
	struct bearer_message m;

	if (slice_find_char(in, '\0') < n) { /* which %s cannot carry */
		(void)bearer_read_oauth(in, &m);
		(void)bearer_read_xoauth2(in, &m);
		return 0;
	}
	if (bearer_read_oauth(in, &m))
		check_again(bearer_read_oauth, &m,
			    m.authorization.n ? S("n,a=") : S("n,"), S(",\x01"));
	if (bearer_read_xoauth2(in, &m))
		check_again(bearer_read_xoauth2, &m, S("user="), S("\x01"));
	return 0;
}
