/* A header section, NUL, a body, NUL, a key record that answers every question. The
 * verdicts do not depend on how the body is cut; a message that passes does so no more
 * when its body is another; each signature asks at most once. */
#include <stdlib.h>

#include "mailauth/dkim.h"

struct input {
	slice header, body, record;
};

struct verdicts {
	uint32_t count;
	enum dkim_verdict verdicts[DKIM_SIGNATURES_MAX];
	bool whole_body[DKIM_SIGNATURES_MAX];
};

static void answer(struct dns_answers *known, struct dns_question q, slice record)
{
	const struct dns_record records[] = { { .data = record } };
	const struct dns_answer a = { .status = DNS_FOUND,
				      .records = records,
				      .count = 1 };

	if (!dns_answers_add(known, q, &a)) abort();
}

static void run(struct dkim_verifier *v, slice record)
{
	struct dns_answers known;
	struct dns_question lacking;
	uint32_t asked = 0;

	dns_answers_init(&known);
	while (!dkim_verifier_step(v, &known, 0, &lacking)) {
		if (++asked > dkim_verifier_count(v)) abort();
		if (!lacking.name.n || lacking.name.n > DNS_NAME_MAX) abort();
		answer(&known, lacking, record);
	}
	dns_answers_done(&known);
}

static void read_results(const struct dkim_verifier *v, struct verdicts *ret)
{
	ret->count = dkim_verifier_count(v);
	for (uint32_t i = 0; i < ret->count; i++) {
		struct dkim_result r = dkim_verifier_result(v, i);

		if ((r.finding.verdict == DKIM_PASS) != !r.finding.reason) abort();
		if (r.finding.verdict == DKIM_PASS && (!r.domain.n || !r.key_bits))
			abort();
		ret->verdicts[i] = r.finding.verdict;
		ret->whole_body[i] = r.whole_body;
	}
}

static void verify(const struct input *in, slice body, size_t piece, struct verdicts *ret)
{
	struct body_hashes *hashes = body_hashes_new();
	struct dkim_verifier *v;
	struct header_list list;
	struct arena arena;

	*ret = (struct verdicts){ 0 };
	arena_init(&arena, 1 << 20);
	if (header_list_parse(in->header, &arena, &list)) {
		v = dkim_verifier_new(&list, hashes);
		for (; body.n; body = slice_skip(body, piece))
			body_hashes_feed(hashes, slice_head(body, piece));
		body_hashes_finish(hashes);
		run(v, in->record);
		read_results(v, ret);
		dkim_verifier_free(v);
	}
	arena_done(&arena);
	body_hashes_free(hashes);
}

static void check_other_body(const struct input *in, const struct verdicts *had)
{
	struct verdicts now;
	struct buf longer;

	buf_init(&longer, in->body.n + 10);
	buf_add(&longer, in->body);
	buf_add(&longer, S("\r\nmore"));
	verify(in, buf_slice(&longer), longer.n, &now);
	for (uint32_t i = 0; i < had->count; i++)
		if (had->verdicts[i] == DKIM_PASS && had->whole_body[i] &&
		    now.verdicts[i] == DKIM_PASS && now.whole_body[i])
			abort();
	buf_done(&longer);
}

static bool is_same(const struct verdicts *a, const struct verdicts *b)
{
	for (uint32_t i = 0; i < a->count; i++)
		if (a->verdicts[i] != b->verdicts[i] ||
		    a->whole_body[i] != b->whole_body[i])
			return false;
	return a->count == b->count;
}

static slice take_part(slice *in)
{
	slice part = slice_head(*in, slice_find_char(*in, 0));

	*in = slice_skip(*in, part.n + 1);
	return part;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	slice rest = { (const char *)data, n };
	struct verdicts whole, pieces;
	struct input in;

	if (n > 65536) return 0;
	in.header = take_part(&rest);
	in.body = take_part(&rest);
	in.record = rest;
	verify(&in, in.body, in.body.n + 1, &whole);
	verify(&in, in.body, 3, &pieces);
	if (!is_same(&whole, &pieces)) abort();
	check_other_body(&in, &whole);
	return 0;
}
