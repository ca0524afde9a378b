/* ARC on the cases of public test data, verified and sealed. Their YAML is regular: maps
 * by indentation, values in line or as blocks, so a page reads it. */
#include <stdlib.h>
#include <string.h>

#include "base/test.h"
#include "mailauth/fixture_test.h"
#include "mailauth/tag_list.h"

static size_t indent_of(slice line)
{
	size_t n = 0;

	while (n < line.n && line.p[n] == ' ')
		n++;
	return n;
}

static slice take_text_line(slice *in)
{
	slice line = slice_head(*in, slice_find_char(*in, '\n'));

	*in = slice_skip(*in, line.n + 1);
	return line;
}

/* The next key at that indentation; its value reaches to the next line that is not
 * indented deeper. */
static bool take_entry(slice *in, size_t indent, slice *key, slice *value)
{
	while (in->n) {
		slice line = take_text_line(in);

		if (indent_of(line) != indent || !slice_trim(line).n ||
		    line.p[indent] == '#' || !take_until(&line, ':', key))
			continue;
		*key = slice_trim(*key);
		while (in->n) {
			slice rest = *in;
			slice next = take_text_line(&rest);

			if (slice_trim(next).n && indent_of(next) <= indent) break;
			*in = rest;
		}
		*value = (slice){ line.p, (size_t)(in->p - line.p) };
		return true;
	}
	return false;
}

static slice find_entry(slice in, size_t indent, const char *wanted)
{
	slice key, value;

	while (take_entry(&in, indent, &key, &value))
		if (slice_eq(key, slice_of(wanted))) return value;
	return (slice){ 0 };
}

/* A value as text: in line, or "|", "|-", ">-" and a block. line_end stands for the
 * block's line ends. */
static void read_text(slice value, slice line_end, struct buf *out)
{
	slice style = slice_trim(take_text_line(&value));
	size_t indent;

	buf_reset(out);
	if (!style.n || !strchr("|>", style.p[0])) {
		buf_add(out, style);
		return;
	}
	for (slice rest = value;;) {
		slice line = take_text_line(&rest);

		indent = indent_of(line);
		if (slice_trim(line).n || !rest.n) break;
	}
	while (value.n) {
		buf_add(out, slice_skip(take_text_line(&value), indent));
		buf_add(out, line_end);
	}
	while (out->n && strchr("\r\n ", buf_slice(out).p[out->n - 1]))
		buf_truncate(out, out->n - 1);
	if (out->n && !slice_starts(slice_skip(style, 1), S("-"))) buf_add(out, line_end);
}

static slice read_file(const char *name)
{
	char *path = test_data_path(name);
	slice octets;

	if (!path) TEST_SKIP();
	octets = test_read_file(path);
	free(path);
	return octets;
}

static void read_zone(slice file, struct dns_answers *zone)
{
	slice key, records, name, value;
	struct buf text;

	buf_init(&text, 10000);
	while (take_entry(&file, 0, &key, &records)) {
		if (!slice_eq(key, S("txt-records"))) continue;
		while (take_entry(&records, 2, &name, &value)) {
			struct dns_question q = { DNS_TXT, name };

			read_text(value, S("\n"), &text);
			if (!dns_answers_find(zone, q))
				test_zone_record(zone, name, buf_slice(&text));
		}
	}
	buf_done(&text);
}

/* Each case of every scenario. */
static uint32_t each_case(slice file,
			  void (*run)(slice name, slice fields, struct dns_answers *zone))
{
	struct dns_answers zone;
	slice key, tests, name, fields;
	uint32_t count = 0;

	dns_answers_init(&zone);
	read_zone(file, &zone);
	for (slice in = file; take_entry(&in, 0, &key, &tests);) {
		if (!slice_eq(key, S("tests"))) continue;
		for (; take_entry(&tests, 2, &name, &fields); count++)
			run(name, fields, &zone);
	}
	dns_answers_done(&zone);
	return count;
}

/* The cut of the suite that is at hand leaves out the one key of this case. */
static bool is_undecidable(slice name, const struct dns_answers *zone)
{
	struct dns_question q = { DNS_TXT, S("2048._domainkey.example.org") };

	return slice_eq(name, S("as_fields_b_2048")) && !dns_answers_find(zone, q);
}

static void check_status(slice name, slice fields, struct dns_answers *zone)
{
	slice want = slice_trim(take_text_line(&(slice){
		find_entry(fields, 4, "cv").p, find_entry(fields, 4, "cv").n }));
	struct test_mail m;
	struct arc_verifier *v;
	struct arc_result got;
	struct buf text;

	if (is_undecidable(name, zone)) return;
	buf_init(&text, 100000);
	read_text(find_entry(fields, 4, "message"), S("\n"), &text);
	test_mail_init(&m, buf_slice(&text));
	v = arc_verifier_new(&m.list, m.hashes);
	test_mail_hash(&m, 11);
	got = test_arc_run(v, zone, 12345);
	if (slice_eq(want, S("|"))) want = S("Fail"); /* of chains that came as cv=fail */
	if (!slice_eq_nocase(want, arc_status_name(got.status)))
		fail_msg("%.*s: %.*s (%s), not %.*s", FMT(name),
			 FMT(arc_status_name(got.status)), got.reason ? got.reason : "",
			 FMT(want));
	arc_verifier_free(v);
	test_mail_done(&m);
	buf_done(&text);
}

TEST(arc_corpus_verify)
{
	slice file = read_file("arc/arc-validation-dev.yml");

	CHECK_INT(each_case(file, check_status), 116);
	free((void *)(uintptr_t)file.p);
}

static slice file_of_keys;

static slice take_field(slice *in, const char *name)
{
	size_t end = slice_find(*in, S("\r\nARC-"));
	slice field = slice_head(*in, end + 2);

	*in = slice_skip(*in, end + 2);
	CHECK(take_literal(&field, slice_of(name)) && take_char(&field, ':'));
	return field;
}

static void add_dense(struct buf *out, slice text)
{
	buf_reset(out);
	for (size_t i = 0; i < text.n; i++)
		if (!strchr(" \r\n", text.p[i])) buf_add_char(out, text.p[i]);
}

/* The signature is the one wanted, so what it was made over is, too. */
static void check_same_signature(slice name, slice field, slice want)
{
	struct tag_list got_tags = { .count = 0 }, want_tags = { .count = 0 };
	struct buf a, b;

	buf_init(&a, 10000);
	buf_init(&b, 10000);
	CHECK(tag_list_parse(field, &got_tags) && tag_list_parse(want, &want_tags));
	add_dense(&a, tag_list_find(&got_tags, S("b")));
	add_dense(&b, tag_list_find(&want_tags, S("b")));
	if (!slice_eq(buf_slice(&a), buf_slice(&b)))
		fail_msg("%.*s:\n%.*s\nnot\n%.*s", FMT(name), FMT(field), FMT(want));
	buf_done(&a);
	buf_done(&b);
}

static struct signing_key *read_key(slice file)
{
	struct signing_key *key;
	struct buf pem;

	buf_init(&pem, 10000);
	read_text(find_entry(file, 0, "privatekey"), S("\n"), &pem);
	key = signing_key_read(buf_slice(&pem));
	CHECK(key);
	buf_done(&pem);
	return key;
}

struct sealed {
	struct buf message, results, names, want_message, want_seal, out;
};

static void read_sealed(slice fields, struct sealed *s)
{
	const struct {
		struct buf *to;
		const char *key;
		slice line_end;
	} t[] = {
		{ &s->message, "message", S("\n") },
		{ &s->results, "AAR", S("\r\n ") },
		{ &s->names, "sig-headers", S("") },
		{ &s->want_message, "AMS", S("\r\n ") },
		{ &s->want_seal, "AS", S("\r\n ") },
		{ &s->out, NULL, { 0 } },
	};

	for (size_t i = 0; i < countof(t); i++) {
		buf_init(t[i].to, 100000);
		if (t[i].key)
			read_text(find_entry(fields, 4, t[i].key), t[i].line_end,
				  t[i].to);
	}
}

static void free_sealed(struct sealed *s)
{
	struct buf *all[] = { &s->message,      &s->results,   &s->names,
			      &s->want_message, &s->want_seal, &s->out };

	for (size_t i = 0; i < countof(all); i++)
		buf_done(all[i]);
}

/* The set on top of the message: with it the chain holds, or came broken. */
static void check_chain(slice name, const struct sealed *s, struct dns_answers *zone)
{
	bool broken = slice_find(buf_slice(&s->want_seal), S("cv=fail")) < s->want_seal.n;
	struct arc_verifier *v;
	struct test_mail m;
	struct arc_result got;
	struct buf whole;

	buf_init(&whole, 200000);
	for (size_t i = 0; i < s->out.n; i++)
		if (buf_slice(&s->out).p[i] != '\r')
			buf_add_char(&whole, buf_slice(&s->out).p[i]);
	buf_add(&whole, buf_slice(&s->message));
	test_mail_init(&m, buf_slice(&whole));
	v = arc_verifier_new(&m.list, m.hashes);
	test_mail_hash(&m, 1000);
	got = test_arc_run(v, zone, 12345);
	if (got.status != (broken ? ARC_FAIL : ARC_PASS))
		fail_msg("%.*s: %s", FMT(name), got.reason);
	if (broken) CHECK_SLICE(slice_of(got.reason), S("the chain came broken"));
	arc_verifier_free(v);
	test_mail_done(&m);
	buf_done(&whole);
}

/* The seal's signature depends on how the message signature's b= is folded, which is the
 * writer's choice; so the chain is verified instead. */
static void check_set(slice name, const struct sealed *s, struct dns_answers *zone)
{
	slice rest = buf_slice(&s->out);
	slice seal = take_field(&rest, "ARC-Seal");
	struct tag_list got = { .count = 0 }, want = { .count = 0 };

	check_same_signature(name, take_field(&rest, "ARC-Message-Signature"),
			     buf_slice(&s->want_message));
	CHECK(slice_starts(rest, S("ARC-Authentication-Results: i=")));
	CHECK(tag_list_parse(seal, &got) &&
	      tag_list_parse(buf_slice(&s->want_seal), &want));
	CHECK_INT(got.count, want.count);
	for (uint32_t i = 0; i < got.count; i++) {
		CHECK_SLICE(got.tags[i].name, want.tags[i].name);
		if (!slice_eq(got.tags[i].name, S("b")))
			CHECK_SLICE(got.tags[i].value, want.tags[i].value);
	}
	check_chain(name, s, zone);
}

static void check_sealed(slice name, slice fields, struct dns_answers *zone)
{
	struct arc_sealing sealing = { .domain = S("example.org"),
				       .selector = S("dummy") };
	struct signing_key *key = read_key(file_of_keys);
	slice t =
		slice_trim(take_text_line(&(slice){ find_entry(fields, 4, "t").p, 20 }));
	struct arc_verifier *v;
	struct test_mail m;
	struct sealed s;
	uint64_t now;
	int place;

	read_sealed(fields, &s);
	CHECK(take_u64(&t, &now));
	sealing.key = key;
	sealing.now = (int64_t)now;
	sealing.names = slice_trim(buf_slice(&s.names));
	sealing.results = slice_trim(buf_slice(&s.results));
	sealing.results = slice_trim(
		slice_skip(sealing.results, slice_find_char(sealing.results, ';') + 1));
	test_mail_init(&m, buf_slice(&s.message));
	v = arc_verifier_new(&m.list, m.hashes);
	place = body_hashes_want(m.hashes, CANON_RELAXED, BODY_WHOLE);
	test_mail_hash(&m, 100);
	test_arc_run(v, zone, sealing.now);
	CHECK_INT(
		arc_seal(&sealing, v, &m.list, body_hashes_get(m.hashes, place), &s.out),
		s.want_seal.n ? ERR_NONE : ERR_DENIED);
	CHECK_INT(arc_can_seal(v), s.want_seal.n > 0);
	if (s.want_seal.n) check_set(name, &s, zone);
	arc_verifier_free(v);
	test_mail_done(&m);
	free_sealed(&s);
	signing_key_free(key);
}

TEST(arc_corpus_seal)
{
	file_of_keys = read_file("arc/arc-sign-dev.yml");
	CHECK_INT(each_case(file_of_keys, check_sealed), 14);
	free((void *)(uintptr_t)file_of_keys.p);
}
