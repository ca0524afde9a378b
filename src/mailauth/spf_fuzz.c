/* check_host() with a DNS that answers anything: it comes to an end within its limits,
 * asks only for valid names and nothing twice, and judges the same answers the same.
 *
 * The input is lines: the first is the sender's local part, the second HELO, the others
 * are what the DNS holds. An answer takes the lines from one that the question's number
 * picks; its first octet says how many, and with which status. */
#include <stdlib.h>
#include <string.h>

#include "mailauth/name.h"
#include "mailauth/reverse.h"
#include "mailauth/spf.h"

enum {
	LINES_MAX = 64,
	/* The record, ten terms with ten hosts each, %{p} and the explanation. */
	QUESTIONS_MAX =
		1 + SPF_LOOKUPS_MAX * (1 + SPF_HOSTS_MAX) + 1 + REVERSE_NAMES_MAX + 1,
};

struct input {
	slice lines[LINES_MAX];
	uint32_t count;
};

static void check(bool ok)
{
	if (!ok) abort();
}

static struct input split(slice data)
{
	struct input in = { 0 };

	while (in.count < LINES_MAX && take_until(&data, '\n', &in.lines[in.count]))
		in.count++;
	if (in.count < LINES_MAX) in.lines[in.count++] = data;
	return in;
}

static slice record_data(enum dns_type type, slice line)
{
	if (type == DNS_A) return slice_head(line, IP4_OCTETS);
	if (type == DNS_AAAA) return slice_head(line, IP6_OCTETS);
	return line;
}

static void answer(const struct input *in, uint32_t number, struct dns_question q,
		   struct dns_answers *known)
{
	struct dns_record records[16] = { 0 };
	struct dns_answer a = { .status = DNS_NO_NAME, .records = records };
	uint32_t first = (2 + number) % in->count, wanted = 1;

	if (in->lines[first].n) {
		uint8_t c = (uint8_t)in->lines[first].p[0];

		if (c >= 0xf0)
			a.status = c & 1 ? DNS_TROUBLE : DNS_NO_DATA;
		else if (c >= 0x80)
			wanted = c & 15;
		a.truncated = c == 0xef;
	}
	if (a.status == DNS_NO_NAME && in->lines[first].n) a.status = DNS_FOUND;
	while (a.status == DNS_FOUND && a.count < wanted) {
		slice line = in->lines[(first + a.count) % in->count];

		if (line.n && line.p[0] & 0x80) line = slice_skip(line, 1);
		records[a.count++].data = record_data(q.type, line);
	}
	if (a.count == 0 && a.status == DNS_FOUND) a.status = DNS_NO_DATA;
	check(dns_answers_add(known, q, &a));
}

static void check_verdict(const struct spf_verdict *v)
{
	check(v->result <= SPF_PERMERROR);
	check(v->explanation.n == 0 || v->result == SPF_FAIL);
	check(v->explanation.n <= SPF_EXPLANATION_MAX);
	for (size_t i = 0; i < v->explanation.n; i++)
		check(v->explanation.p[i] >= ' ' && v->explanation.p[i] <= '~');
	check((v->problem.n > 0) ==
	      (v->result == SPF_NONE || v->result == SPF_TEMPERROR ||
	       v->result == SPF_PERMERROR));
}

static void run(const struct spf_request *r, const struct input *in)
{
	struct spf_verdict v, again;
	struct dns_answers known;
	struct dns_question q;
	struct arena arena;
	uint32_t asked = 0;

	dns_answers_init(&known);
	arena_init(&arena, SPF_ARENA_MAX);
	while (!spf_check(r, &known, &arena, &v, &q)) {
		check(name_is_valid(q.name));
		check(!dns_answers_find(&known, q));
		answer(in, asked++, q, &known);
		check(asked <= QUESTIONS_MAX);
		check(arena.used < SPF_ARENA_MAX / 2);
		arena_reset(&arena);
	}
	check_verdict(&v);
	check(spf_check(r, &known, &arena, &again, &q));
	check(again.result == v.result && slice_eq(again.mechanism, v.mechanism) &&
	      slice_eq(again.explanation, v.explanation));
	dns_answers_done(&known);
	arena_done(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct spf_request r = { .domain = S("sender.test"), .now = 7 };
	struct input in;

	if (n < 2 || n > 8192) return 0;
	in = split((slice){ (const char *)data + 1, n - 1 });
	r.identity = data[0] & 1 ? SPF_HELO : SPF_MAIL_FROM;
	r.ip.n = data[0] & 2 ? IP6_OCTETS : IP4_OCTETS;
	memcpy(r.ip.octets, "aaaaaaaaaaaaaaaa", r.ip.n);
	r.local = in.lines[0];
	if (in.count > 1) r.helo = in.lines[1];
	run(&r, &in);
	return 0;
}
