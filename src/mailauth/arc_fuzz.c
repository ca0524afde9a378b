/* A header section, NUL, a body, NUL, a key record that answers every question but ours.
 * Whatever chain a message has, our set above it gives the chain that it should: one that
 * holds where there was none or one that held, else one that came broken. */
#include <stdlib.h>

#include "mailauth/arc.h"

static const slice our_pem =
	SLICE_INIT(/* RFC 8463 A.1 */
		   "-----BEGIN PRIVATE KEY-----\n"
		   "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
		   "-----END PRIVATE KEY-----\n");
static const slice our_name = SLICE_INIT("s._domainkey.fuzz.test");
static const slice our_record =
	SLICE_INIT("k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");

struct message {
	slice header, body;
	struct arena arena;
	struct header_list list;
	struct body_hashes *hashes;
	struct arc_verifier *verifier;
	int place; /* of the hash for our signature */
	struct arc_result result;
};

static void answer(struct dns_answers *known, struct dns_question q, slice record)
{
	const struct dns_record records[] = { { .data = record } };
	const struct dns_answer a = { .status = DNS_FOUND,
				      .records = records,
				      .count = 1 };

	if (!dns_answers_add(known, q, &a)) abort();
}

static void run(struct message *m, slice record)
{
	struct dns_answers known;
	struct dns_question lacking;

	dns_answers_init(&known);
	answer(&known, (struct dns_question){ DNS_TXT, our_name }, our_record);
	while (!arc_verifier_step(m->verifier, &known, 0, &lacking))
		answer(&known, lacking, record);
	m->result = arc_verifier_result(m->verifier);
	dns_answers_done(&known);
}

/* False when the header section has too many fields. */
static bool open_message(struct message *m, slice header, slice body, slice record)
{
	*m = (struct message){ .header = header, .body = body };
	arena_init(&m->arena, 1 << 20);
	if (!header_list_parse(header, &m->arena, &m->list)) return false;
	m->hashes = body_hashes_new();
	m->place = body_hashes_want(m->hashes, CANON_RELAXED, BODY_WHOLE);
	m->verifier = arc_verifier_new(&m->list, m->hashes);
	body_hashes_feed(m->hashes, body);
	body_hashes_finish(m->hashes);
	run(m, record);
	return true;
}

static void close_message(struct message *m)
{
	arc_verifier_free(m->verifier);
	body_hashes_free(m->hashes);
	arena_done(&m->arena);
}

static void check_result(const struct message *m)
{
	const struct arc_result *r = &m->result;

	if (r->instances > ARC_INSTANCES_MAX || r->failed > r->instances) abort();
	if ((r->status == ARC_FAIL) != (r->reason != NULL)) abort();
	if (r->status == ARC_NONE && r->instances) abort();
	for (uint32_t i = 1; r->status == ARC_PASS && i <= r->instances; i++)
		if (!arc_verifier_testimony(m->verifier, i).domain.n) abort();
}

static void check_sealed(const struct message *m, slice header, slice record)
{
	struct message sealed;

	if (open_message(&sealed, header, m->body, record)) {
		check_result(&sealed);
		if ((m->result.status == ARC_FAIL) != (sealed.result.status == ARC_FAIL))
			abort();
		if (sealed.result.instances != m->result.instances + 1) abort();
	}
	close_message(&sealed);
}

static void seal(const struct message *m, slice record)
{
	struct arc_sealing s = { .domain = SLICE_INIT("fuzz.test"),
				 .selector = SLICE_INIT("s"),
				 .now = 1,
				 .results = SLICE_INIT("fuzz.test; none") };
	struct signing_key *key = signing_key_read(our_pem);
	struct buf out;
	enum err e;

	buf_init(&out, 200000);
	s.key = key;
	e = arc_seal(&s, m->verifier, &m->list, body_hashes_get(m->hashes, m->place),
		     &out);
	if ((e == ERR_DENIED) == arc_can_seal(m->verifier)) abort();
	if (e && out.n) abort();
	buf_add(&out, m->header);
	if (!e) check_sealed(m, buf_slice(&out), record);
	signing_key_free(key);
	buf_done(&out);
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
	slice header = take_part(&rest), body = take_part(&rest);
	struct message m;

	if (n > 65536) return 0;
	if (header.n && (header.p[0] == ' ' || header.p[0] == '\t'))
		return 0; /* would continue what we put above */
	if (open_message(&m, header, body, rest)) {
		check_result(&m);
		seal(&m, rest);
	}
	close_message(&m);
	return 0;
}
