/* Any words that a peer may choose stay within the one field we write, in lines that mail
 * may have; what we write is recognised as ours. */
#include <stdlib.h>

#include "mailauth/authres.h"
#include "mailauth/received_spf.h"

enum { LINE_OCTETS_MAX = 998 }; /* RFC 5322 2.1.1 */

static void check(bool ok)
{
	if (!ok) abort();
}

/* Lines that all but the first begin with a tab: one folded field. */
static void check_lines(slice field)
{
	slice line;
	bool first = true;

	while (take_line(&field, &line)) {
		check(line.n <= LINE_OCTETS_MAX && line.n > 0);
		check(first || line.p[0] == '\t');
		check(slice_find_char(line, '\r') == line.n);
		check(slice_find_char(line, '\n') == line.n);
		check(slice_find_char(line, '\0') == line.n);
		first = false;
	}
	check(field.n == 0);
}

static void check_authres(slice word)
{
	struct octet_range range;
	struct authres w;
	struct arena arena;
	uint32_t cursor = 0;
	struct buf out;

	buf_init(&out, 1 << 16);
	arena_init(&arena, MIME_ARENA_MAX);
	authres_begin(&w, &out, S("Authentication-Results: "), S("mx.test"));
	authres_add(&w, S("dkim"), S("fail"));
	authres_add_reason(&w, word);
	authres_add_property(&w, S("header.d"), word);
	check(authres_end(&w));
	check_lines(buf_slice(&out));
	const struct mime *m = mime_parse(&arena, buf_slice(&out));
	check(m->parts[0].field_count == 1);
	check(authres_next_forged(&m->parts[0], S("mx.test"), &cursor, &range));
	check(range.start == 0 && range.end == out.n);
	arena_done(&arena);
	buf_done(&out);
}

/* An identifier that we write is read as that identifier. */
static void check_id(slice id)
{
	struct authres w;
	struct buf out;
	slice field;

	for (size_t i = 0; i < id.n; i++)
		if (id.p[i] < ' ' || id.p[i] > '~') return;
	if (id.n == 0 || id.n > 200) return;
	buf_init(&out, 1 << 16);
	authres_begin(&w, &out, S(""), id);
	check(authres_end(&w));
	field = buf_slice(&out);
	check(authres_claims(slice_head(field, field.n - 2), id));
	buf_done(&out);
}

static void check_received_spf(slice word)
{
	const struct spf_request r = { .helo = word, .local = word, .domain = word };
	const struct spf_verdict v = { .domain = word, .mechanism = word };
	struct buf out;

	buf_init(&out, 1 << 16);
	check(received_spf_write(&r, &v, &out));
	check_lines(buf_slice(&out));
	buf_done(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	slice word = { (const char *)data, n };

	authres_claims(word, S("mx.test"));
	check_authres(word);
	check_id(word);
	check_received_spf(word);
	return 0;
}
