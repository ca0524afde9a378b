/*
 * dkim_tool - DKIM and ARC at the command line: for tests/differential
 *
 *     dkim_tool key rsa|ed25519 NAME         makes NAME.pem and prints its record
 *     dkim_tool sign DOMAIN SELECTOR PEM     the message, signed
 *     dkim_tool seal DOMAIN SELECTOR PEM ZONE    the message with one more ARC Set
 *     dkim_tool verify ZONE                  a line for each signature, then "arc=..."
 *
 * Messages come in on standard input, as on the wire. ZONE is a file of lines "NAME
 * TEXT".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mailauth/arc.h"
#include "mailauth/dkim.h"

enum { FILE_MAX = 64 * 1024 * 1024, NOW = 1700000000 };

struct message {
	struct buf octets;
	slice header, body;
	struct arena arena;
	struct header_list list;
	struct body_hashes *hashes;
	int place; /* of the hash that signatures of ours take */
	struct dkim_verifier *dkim;
	struct arc_verifier *arc;
};

static void read_all(FILE *f, struct buf *out)
{
	char *room;
	size_t n;

	buf_init(out, FILE_MAX);
	if (!f) exit(2);
	do {
		room = buf_reserve(out, 65536);
		if (!room) exit(2);
		n = fread(room, 1, 65536, f);
		buf_commit(out, n);
	} while (n);
	if (f != stdin) fclose(f);
}

static void read_message(struct message *m)
{
	slice whole;
	size_t end;

	read_all(stdin, &m->octets);
	whole = buf_slice(&m->octets);
	end = slice_find(whole, S("\r\n\r\n"));
	m->header = slice_head(whole, end + 2);
	m->body = slice_skip(whole, end + 4);
	arena_init(&m->arena, FILE_MAX);
	if (!header_list_parse(m->header, &m->arena, &m->list)) exit(2);
	m->hashes = body_hashes_new();
	m->place = body_hashes_want(m->hashes, CANON_RELAXED, BODY_WHOLE);
	m->dkim = dkim_verifier_new(&m->list, m->hashes);
	m->arc = arc_verifier_new(&m->list, m->hashes);
	body_hashes_feed(m->hashes, m->body);
	body_hashes_finish(m->hashes);
}

static void free_message(struct message *m)
{
	dkim_verifier_free(m->dkim);
	arc_verifier_free(m->arc);
	body_hashes_free(m->hashes);
	arena_done(&m->arena);
	buf_done(&m->octets);
}

static struct dns_answer found(const struct dns_record *record)
{
	return (struct dns_answer){ .status = DNS_FOUND, .records = record, .count = 1 };
}

static void read_zone(const char *path, struct dns_answers *zone)
{
	struct buf file;
	slice rest, line, name;

	dns_answers_init(zone);
	read_all(fopen(path, "rb"), &file);
	rest = buf_slice(&file);
	while (take_until(&rest, '\n', &line)) {
		struct dns_record record = { 0 };
		struct dns_answer answer = found(&record);

		if (!take_word(&line, &name)) continue;
		record.data = slice_trim(line);
		if (!dns_answers_add(zone, (struct dns_question){ DNS_TXT, name },
				     &answer))
			exit(2);
	}
	buf_done(&file);
}

/* What the zone has not does not exist. */
static void verify_all(struct message *m, const char *zone_path)
{
	const struct dns_answer none = { .status = DNS_NO_NAME };
	struct dns_answers zone;
	struct dns_question lacking;

	read_zone(zone_path, &zone);
	while (!dkim_verifier_step(m->dkim, &zone, NOW, &lacking) ||
	       !arc_verifier_step(m->arc, &zone, NOW, &lacking))
		if (!dns_answers_add(&zone, lacking, &none)) exit(2);
	dns_answers_done(&zone);
}

static struct signing_key *read_key(const char *path)
{
	struct signing_key *key;
	struct buf pem;

	read_all(fopen(path, "rb"), &pem);
	key = signing_key_read(buf_slice(&pem));
	buf_wipe(&pem);
	if (!key) exit(2);
	return key;
}

static void print(slice text)
{
	fwrite(text.p, 1, text.n, stdout);
}

static int run_verify(char **argv)
{
	struct message m;
	struct arc_result arc;

	read_message(&m);
	verify_all(&m, argv[2]);
	for (uint32_t i = 0; i < dkim_verifier_count(m.dkim); i++) {
		struct dkim_finding f = dkim_verifier_result(m.dkim, i).finding;

		printf("dkim=%.*s %s\n", FMT(dkim_verdict_name(f.verdict)),
		       f.reason ? f.reason : "");
	}
	arc = arc_verifier_result(m.arc);
	printf("arc=%.*s %s\n", FMT(arc_status_name(arc.status)),
	       arc.reason ? arc.reason : "");
	free_message(&m);
	return 0;
}

static int put_out(struct message *m, struct signing_key *key, struct buf *fields,
		   enum err e)
{
	if (!e) {
		print(buf_slice(fields));
		print(buf_slice(&m->octets));
	}
	buf_done(fields);
	signing_key_free(key);
	free_message(m);
	return e != ERR_NONE;
}

static int run_sign(char **argv)
{
	struct signing_key *key = read_key(argv[4]);
	const struct dkim_signing s = { .domain = slice_of(argv[2]),
					.selector = slice_of(argv[3]),
					.key = key,
					.now = NOW };
	struct message m;
	struct buf fields;
	enum err e;

	read_message(&m);
	buf_init(&fields, FILE_MAX);
	e = dkim_sign(&s, &m.list, body_hashes_get(m.hashes, m.place), &fields);
	return put_out(&m, key, &fields, e);
}

static int run_seal(char **argv)
{
	struct signing_key *key = read_key(argv[4]);
	const struct arc_sealing s = { .domain = slice_of(argv[2]),
				       .selector = slice_of(argv[3]),
				       .key = key,
				       .now = NOW,
				       .results = S("seal.test; dkim=none") };
	struct message m;
	struct buf fields;
	enum err e;

	read_message(&m);
	verify_all(&m, argv[5]);
	buf_init(&fields, FILE_MAX);
	e = arc_seal(&s, m.arc, &m.list, body_hashes_get(m.hashes, m.place), &fields);
	return put_out(&m, key, &fields, e);
}

static int run_key(char **argv)
{
	enum key_type type = strcmp(argv[2], "rsa") == 0 ? KEY_RSA : KEY_ED25519;
	struct buf pem, record;
	struct signing_key *key;
	FILE *f = fopen(argv[3], "wb");

	buf_init(&pem, SIGNING_PEM_MAX);
	buf_init(&record, SIGNING_PEM_MAX);
	if (!f || signing_key_generate(type, &pem)) return 1;
	fwrite(buf_slice(&pem).p, 1, pem.n, f);
	fclose(f);
	key = signing_key_read(buf_slice(&pem));
	if (!key || signing_key_record(key, &record)) return 1;
	print(buf_slice(&record));
	signing_key_free(key);
	buf_wipe(&pem);
	buf_done(&record);
	return 0;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int argc;
		int (*run)(char **argv);
	} commands[] = {
		{ "key", 4, run_key },
		{ "sign", 5, run_sign },
		{ "seal", 6, run_seal },
		{ "verify", 3, run_verify },
	};

	for (size_t i = 0; i < countof(commands); i++)
		if (argc == commands[i].argc && strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argv);
	fputs("usage: see the source\n", stderr);
	return 2;
}
