#include "mailauth/report_consent.h"

#include "mailauth/dmarc_walk.h"
#include "mailauth/name.h"
#include "mailauth/report_uri.h"
#include "mailauth/tls_rpt.h"

enum { ADDRESS_MAX = 1024 }; /* octets */

struct consent {
	slice domain;
	const struct dns_answers *known;
	struct arena *arena;
	struct report_targets *targets;
	struct dns_question lacking;
};

/* The address in a URI, in the arena. */
static bool read_address(struct consent *c, slice uri, slice *ret)
{
	struct buf text;
	bool good;

	buf_init(&text, ADDRESS_MAX);
	good = report_uri_address(uri, &text) &&
	       arena_copy(c->arena, buf_slice(&text), ret);
	buf_done(&text);
	return good;
}

static slice host_of(slice address)
{
	return slice_skip(address, slice_find_char(address, '@') + 1);
}

static void add_address(struct consent *c, slice address)
{
	struct report_targets *t = c->targets;

	for (uint32_t i = 0; i < t->address_count; i++)
		if (slice_eq(t->addresses[i], address)) return;
	if (t->address_count < REPORT_TARGETS_MAX)
		t->addresses[t->address_count++] = address;
}

/* ---- DMARC ---- */

static enum dmarc_found find_organization(struct consent *c, slice name, slice *ret)
{
	struct dmarc_walk walk;
	enum dmarc_found found = dmarc_walk(name, c->known, c->arena, &walk, &c->lacking);

	if (found == DMARC_KNOWN) *ret = dmarc_organizational(&walk);
	return found;
}

/* Whether both belong to one organization. */
static enum dmarc_found is_own(struct consent *c, slice host, bool *ret)
{
	slice ours, theirs;
	enum dmarc_found found;

	*ret = slice_eq_nocase(host, c->domain);
	if (*ret) return DMARC_KNOWN;
	found = find_organization(c, c->domain, &ours);
	if (found != DMARC_KNOWN || !name_is_within(host, ours)) return found;
	found = find_organization(c, host, &theirs);
	if (found == DMARC_KNOWN) *ret = slice_eq_nocase(ours, theirs);
	return found;
}

/* Of the record that agrees: its own address, if it names one, must be at the same host
 * (RFC 9990 4, steps 6 to 9). */
static void heed_agreement(struct consent *c, const struct dns_answer *txt, slice address)
{
	struct dmarc_record r;

	for (uint32_t i = 0; i < txt->count; i++) {
		slice uris, uri, other;

		if (!dmarc_record_parse(txt->records[i].data, &r)) continue;
		uris = r.rua;
		if (uris.n == 0) {
			add_address(c, address);
			return;
		}
		while (take_report_uri(&uris, &uri))
			if (read_address(c, uri, &other) &&
			    slice_eq_nocase(host_of(other), host_of(address)))
				add_address(c, other);
		return;
	}
}

static enum dmarc_found ask_agreement(struct consent *c, slice host, slice address)
{
	struct dns_question q = { .type = DNS_TXT };
	const struct dns_answer *txt;
	slice below;

	if (!name_join(S("_report._dmarc"), host, c->arena, &below) ||
	    !name_join(c->domain, below, c->arena, &q.name))
		return DMARC_KNOWN;
	txt = dns_answers_find(c->known, q);
	if (!txt) {
		c->lacking = q;
		return DMARC_LACKING;
	}
	if (txt->status == DNS_TROUBLE || txt->status == DNS_BOGUS)
		return DMARC_IN_TROUBLE;
	heed_agreement(c, txt, address);
	return DMARC_KNOWN;
}

static enum dmarc_found consider(struct consent *c, slice address)
{
	enum dmarc_found found;
	bool own;
	slice host;

	if (!name_to_ascii(host_of(address), c->arena, &host) || !name_is_valid(host))
		return DMARC_KNOWN;
	found = is_own(c, host, &own);
	if (found != DMARC_KNOWN) return found;
	if (!own) return ask_agreement(c, host, address);
	add_address(c, address);
	return DMARC_KNOWN;
}

bool report_consent_dmarc(slice domain, const struct dns_answers *known,
			  struct arena *arena, struct report_targets *ret,
			  struct dns_question *ret_lacking)
{
	struct consent c = { domain, known, arena, ret, { 0 } };
	struct dmarc_step step;
	slice uri, address;
	enum dmarc_found found =
		dmarc_find_record(domain, known, arena, &step, ret_lacking);

	*ret = (struct report_targets){ .is_in_trouble = found == DMARC_IN_TROUBLE };
	if (found != DMARC_KNOWN || !step.has_record) return found != DMARC_LACKING;
	for (uint32_t i = 0; i < REPORT_TARGETS_MAX; i++) {
		if (!take_report_uri(&step.record.rua, &uri)) break;
		if (!read_address(&c, uri, &address)) continue;
		found = consider(&c, address);
		*ret_lacking = c.lacking;
		if (found == DMARC_LACKING) return false;
		if (found == DMARC_IN_TROUBLE) ret->is_in_trouble = true;
	}
	return true;
}

/* ---- TLS ---- */

static void add_tls_target(struct consent *c, slice uri)
{
	slice address, rest = uri;

	if (read_address(c, uri, &address))
		add_address(c, address);
	else if (take_literal_nocase(&rest, S("https://")))
		c->targets->urls[c->targets->url_count++] = uri;
}

bool report_consent_tls(slice domain, const struct dns_answers *known,
			struct arena *arena, struct report_targets *ret,
			struct dns_question *ret_lacking)
{
	struct consent c = { domain, known, arena, ret, { 0 } };
	struct dns_question q = { .type = DNS_TXT };
	const struct dns_answer *txt;
	slice rua, uri;

	*ret = (struct report_targets){ 0 };
	if (!name_join(S("_smtp._tls"), domain, arena, &q.name)) return true;
	txt = dns_answers_find(known, q);
	if (!txt) {
		*ret_lacking = q;
		return false;
	}
	ret->is_in_trouble = txt->status == DNS_TROUBLE || txt->status == DNS_BOGUS;
	if (txt->status != DNS_FOUND || !tls_rpt_find_rua(txt, &rua)) return true;
	for (uint32_t i = 0; i < REPORT_TARGETS_MAX && take_report_uri(&rua, &uri); i++)
		add_tls_target(&c, uri);
	return true;
}
