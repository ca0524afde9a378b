/*
 * spf_dialogue - spf_check() as a dialogue on standard input and output, for test suites
 *
 *     check IP HELO LOCAL DOMAIN    ->  ask TYPE NAME
 *     answer STATUS [PREFERENCE DATA]...  ->  ask TYPE NAME
 *     answer STATUS [PREFERENCE DATA]...  ->  verdict RESULT EXPLANATION PROBLEM
 *
 * Texts and data are in hexadecimal, "-" is an empty one; STATUS is a number of enum
 * dns_status. LOCAL and DOMAIN both empty are the null reverse-path.
 */
#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "mailauth/spf.h"

enum { LINE_MAX_OCTETS = 1 << 20, RECORDS_MAX = 128 };

static bool take_field(slice *in, struct arena *arena, slice *ret)
{
	struct buf out;
	slice word;
	bool ok;

	take_char(in, ' ');
	if (!take_word(in, &word)) return false;
	buf_init(&out, word.n);
	ok = slice_eq(word, S("-")) || hex_decode(&out, word);
	ok = ok && arena_copy(arena, buf_slice(&out), ret);
	buf_done(&out);
	return ok;
}

static void print_field(slice s)
{
	struct buf out;

	buf_init(&out, 2 * s.n + 1);
	if (s.n == 0) buf_add_char(&out, '-');
	hex_encode(&out, s);
	printf(" %.*s", FMT(buf_slice(&out)));
	buf_done(&out);
}

static bool take_answer(slice line, struct arena *arena, struct dns_record *records,
			struct dns_answer *ret)
{
	struct dns_answer a = { .records = records };
	uint32_t status, preference;

	if (!take_literal(&line, S("answer ")) || !take_u32(&line, &status)) return false;
	a.status = (enum dns_status)status;
	while (take_char(&line, ' ') && a.count < RECORDS_MAX) {
		if (!take_u32(&line, &preference) ||
		    !take_field(&line, arena, &records[a.count].data))
			return false;
		records[a.count++].preference = (uint16_t)preference;
	}
	*ret = a;
	return true;
}

static bool read_line(char *room, slice *ret)
{
	if (!fgets(room, LINE_MAX_OCTETS, stdin)) return false;
	*ret = slice_trim(slice_of(room));
	return true;
}

/* False when the other side ends or says what it should not. */
static bool ask(struct dns_question q, char *room, struct dns_answers *known)
{
	static struct dns_record records[RECORDS_MAX];
	struct dns_answer a;
	struct arena arena;
	slice line;
	bool ok;

	printf("ask %d", (int)q.type);
	print_field(q.name);
	printf("\n");
	fflush(stdout);
	arena_init(&arena, LINE_MAX_OCTETS);
	ok = read_line(room, &line) && take_answer(line, &arena, records, &a) &&
	     dns_answers_add(known, q, &a);
	arena_done(&arena);
	return ok;
}

static bool take_request(slice line, struct arena *arena, struct spf_request *r)
{
	slice ip;

	return take_literal(&line, S("check")) && take_field(&line, arena, &ip) &&
	       ip_parse(ip, &r->ip) && take_field(&line, arena, &r->helo) &&
	       take_field(&line, arena, &r->local) &&
	       take_field(&line, arena, &r->domain);
}

static bool check(slice line, char *room)
{
	struct spf_request r = { .receiver = S("receiver.test"), .now = 1 };
	struct spf_verdict v = { 0 };
	struct dns_answers known;
	struct dns_question q;
	struct arena facts, arena;
	bool ok;

	arena_init(&facts, LINE_MAX_OCTETS);
	arena_init(&arena, SPF_ARENA_MAX);
	dns_answers_init(&known);
	ok = take_request(line, &facts, &r);
	while (ok && !spf_check(&r, &known, &arena, &v, &q)) {
		ok = ask(q, room, &known);
		arena_reset(&arena);
	}
	if (ok) {
		printf("verdict %.*s", FMT(spf_result_name(v.result)));
		print_field(v.explanation);
		print_field(v.problem);
		printf("\n");
		fflush(stdout);
	}
	dns_answers_done(&known);
	arena_done(&arena);
	arena_done(&facts);
	return ok;
}

int main(void)
{
	static char room[LINE_MAX_OCTETS];
	slice line;

	while (read_line(room, &line))
		if (!check(line, room)) return 1;
	return 0;
}
