#include "mailauth/verification.h"

#include "mailauth/name.h"

static void decide(struct verification *v, enum dkim_verdict verdict, const char *reason)
{
	v->finding = (struct dkim_finding){ verdict, reason };
	v->decided = true;
}

/* SELECTOR._domainkey.DOMAIN (RFC 6376 3.6.2.1), in A-labels (RFC 8616 5). */
static bool name_key(struct verification *v, struct arena *arena)
{
	slice selector, domain, keys;

	return name_to_ascii(v->signature.selector, arena, &selector) &&
	       name_to_ascii(v->signature.domain, arena, &domain) &&
	       name_join(S("_domainkey"), domain, arena, &keys) &&
	       name_join(selector, keys, arena, &v->key_name);
}

void verification_start(struct verification *v, enum signature_kind kind, slice value,
			struct body_hashes *hashes, struct arena *arena)
{
	struct signature *s = &v->signature;

	*v = (struct verification){ .needs_body = kind != SIGNATURE_ARC_SEAL };
	v->finding = signature_parse(kind, value, arena, s);
	v->decided = v->finding.verdict != DKIM_PASS;
	if (!v->decided && !name_key(v, arena))
		decide(v, DKIM_NEUTRAL, "s= and d= are no DNS name");
	if (v->decided || !v->needs_body) return;
	v->body_place = body_hashes_want(hashes, s->body_canon, s->body_length);
	if (v->body_place < 0) decide(v, DKIM_POLICY, "too many kinds of body hash");
}

/* RFC 6376 6.1.3. */
static void check_body(struct verification *v, const struct body_hashes *hashes)
{
	const struct body_hash *hash = body_hashes_get(hashes, v->body_place);
	int64_t length = v->signature.body_length;
	slice octets = { (const char *)hash->octets, SHA256_OCTETS };

	v->whole_body =
		length == BODY_WHOLE || (uint64_t)length == hash->canonical_octets;
	if (length != BODY_WHOLE && (uint64_t)length > hash->canonical_octets)
		decide(v, DKIM_FAIL, "the body is shorter than l=");
	else if (!slice_eq(octets, v->signature.body_hash))
		decide(v, DKIM_FAIL, "the body hash is wrong");
}

static struct dkim_finding try_record(struct verification *v, slice record)
{
	struct public_key key;
	struct dkim_finding finding = public_key_parse(record, &key);

	if (!finding.verdict) finding = public_key_verify(&key, &v->signature, v->digest);
	v->is_of_report = v->is_of_report || !finding.verdict;
	if (key.reports_only)
		finding = (struct dkim_finding){ DKIM_PERMERROR,
						 "the key is not for email" };
	v->testing = key.testing;
	v->key_bits = key.bits;
	public_key_done(&key);
	return finding;
}

/* There should be one record; of several the one that verifies counts, else the last. */
static void try_records(struct verification *v, const struct dns_answer *answer)
{
	struct dkim_finding finding = { DKIM_PERMERROR, "there is no key" };

	for (uint32_t i = 0; i < answer->count && i < KEY_RECORDS_MAX; i++) {
		finding = try_record(v, answer->records[i].data);
		if (finding.verdict == DKIM_PASS) break;
	}
	decide(v, finding.verdict, finding.reason);
}

/* RFC 6376 6.1.2. */
static void check_key(struct verification *v, const struct dns_answer *answer)
{
	switch (answer->status) {
	case DNS_FOUND:
		try_records(v, answer);
		break;
	case DNS_NO_DATA:
	case DNS_NO_NAME:
		decide(v, DKIM_PERMERROR, "there is no key");
		break;
	case DNS_TROUBLE:
		decide(v, DKIM_TEMPERROR, "the key cannot be looked up");
		break;
	case DNS_BOGUS:
		decide(v, DKIM_TEMPERROR, "DNSSEC of the key is broken");
		break;
	}
}

bool verification_step(struct verification *v, const struct body_hashes *hashes,
		       const struct dns_answers *known, int64_t now,
		       struct dns_question *ret_lacking)
{
	struct dns_question question = { DNS_TXT, v->key_name };
	const struct dns_answer *answer;

	if (!v->decided && v->needs_body) check_body(v, hashes);
	if (!v->decided && v->signature.expires_at >= 0 && now > v->signature.expires_at)
		decide(v, DKIM_FAIL, "the signature has expired");
	if (v->decided) return true;
	answer = dns_answers_find(known, question);
	if (!answer) {
		*ret_lacking = question;
		return false;
	}
	check_key(v, answer);
	return true;
}
