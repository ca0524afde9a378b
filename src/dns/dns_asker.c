/*
 * dns_asker - asks what its standard input names, for tests/dns/run
 *
 *     dns_asker MODE ANCHORS SERVER...     MODE: validate, trust-ad or forward
 *
 * MODE validate without servers resolves from the root; ANCHORS may be "".
 * Each line "TYPE NAME" is asked at once, answers are printed as they come:
 * "TYPE NAME STATUS secure|insecure whole|truncated TTL CANONICAL RECORD...",
 * records sorted, octets in hex.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/hex.h"
#include "dns/dns.h"
#include "dns/resolver.h"

static const struct {
	const char *name;
	enum dns_type type;
	bool is_octets;
} types[] = {
	{ "A", DNS_A, true },          { "AAAA", DNS_AAAA, true },
	{ "MX", DNS_MX, false },       { "TXT", DNS_TXT, false },
	{ "PTR", DNS_PTR, false },     { "NS", DNS_NS, false },
	{ "CNAME", DNS_CNAME, false }, { "SOA", DNS_SOA, false },
	{ "TLSA", DNS_TLSA, true },
};

static const char *const modes[] = { "validate", "trust-ad", "forward" };
static const char *const statuses[] = { "found", "no-data", "no-name", "trouble",
					"bogus" };

struct line {
	struct dns_query query;
	struct task start;
	size_t type; /* in types */
	char name[];
};

static struct dns *dns;
static struct loop *loop;
static _Atomic int open_lines;

static int compare(const void *a, const void *b)
{
	const struct dns_record *one = a, *other = b;

	if (one->preference != other->preference)
		return one->preference < other->preference ? -1 : 1;
	return slice_cmp(one->data, other->data);
}

static void add_records(struct buf *out, const struct line *l, const struct dns_answer *a)
{
	CLEANUP(cleanup_free)
	struct dns_record *sorted = calloc(a->count + 1, sizeof(*sorted));

	for (uint32_t i = 0; i < a->count; i++)
		sorted[i] = a->records[i];
	qsort(sorted, a->count, sizeof(*sorted), compare);
	for (uint32_t i = 0; i < a->count; i++) {
		buf_add_char(out, ' ');
		if (types[l->type].type == DNS_MX)
			buf_addf(out, "%u:", sorted[i].preference);
		if (types[l->type].is_octets)
			hex_encode(out, sorted[i].data);
		else
			buf_add(out, sorted[i].data);
	}
}

static void answered(struct dns_query *q, const struct dns_answer *a)
{
	struct line *l = LIST_ENTRY(q, struct line, query);
	CLEANUP(buf_done) struct buf out = { .max = 1024 * 1024 };

	buf_addf(&out, "%s %s %s %s %s %u [%.*s]", types[l->type].name, l->name,
		 statuses[a->status], a->secure ? "secure" : "insecure",
		 a->truncated ? "truncated" : "whole", a->ttl, FMT(a->canonical));
	add_records(&out, l, a);
	buf_add_char(&out, '\n');
	fwrite(out.p, 1, out.n, stdout);
	fflush(stdout);
	free(l);
	open_lines--;
}

static void start(struct task *t)
{
	struct line *l = LIST_ENTRY(t, struct line, start);

	dns_ask(dns, &l->query);
}

static void take(slice text)
{
	struct line *l = calloc(1, sizeof(*l) + text.n + 1);
	slice type;

	if (!take_word(&text, &type)) exit(2);
	take_char(&text, ' ');
	while (l->type < countof(types) && !slice_eq(slice_of(types[l->type].name), type))
		l->type++;
	if (l->type == countof(types)) exit(2);
	memcpy(l->name, text.p, text.n);
	l->query.question =
		(struct dns_question){ types[l->type].type, { l->name, text.n } };
	l->query.loop = loop;
	l->query.answered = answered;
	l->start.run = start;
	open_lines++;
	loop_post(loop, &l->start);
}

static void take_lines(void)
{
	char line[1024];

	while (fgets(line, sizeof(line), stdin))
		take(slice_trim(slice_of(line)));
	while (open_lines > 0)
		usleep(1000);
}

static bool set(struct dns_settings *s, int argc, char **argv)
{
	struct endpoint e;

	while (s->mode < DNS_MODES && strcmp(modes[s->mode], argv[1]) != 0)
		s->mode++;
	s->trust_anchors = slice_of(argv[2]);
	for (int i = 3; i < argc && s->server_count < DNS_SERVERS_MAX; i++) {
		if (!endpoint_parse(slice_of(argv[i]), &e)) return false;
		s->servers[s->server_count++] = e.address;
	}
	return s->mode < DNS_MODES;
}

int main(int argc, char **argv)
{
	CLEANUP(buf_done) struct buf fault = { .max = 1000 };
	struct dns_settings s = { .server_count = 0 };

	if (argc == 2 && strcmp(argv[1], "resolver") == 0) resolver_main();
	if (argc < 3 || !set(&s, argc, argv)) return 2;
	loop = loop_new();
	dns = loop && loop_start(loop) ? dns_new(&s, NULL, &fault) : NULL;
	if (!dns) {
		fprintf(stderr, "dns_asker: %.*s\n", FMT(buf_slice(&fault)));
		return 1;
	}
	take_lines();
	loop_stop(loop, 0);
	loop_join(loop);
	dns_free(dns);
	loop_free(loop);
	return 0;
}
