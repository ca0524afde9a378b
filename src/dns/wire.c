#include "dns/wire.h"

#include <string.h>

enum {
	HEADER = 12, /* octets */
	CLASS_IN = 1,
	TYPE_OPT = 41,
	RCODE_MASK = 15,
	RCODE_NXDOMAIN = 3,
	UDP_ROOM = 1232,         /* octets: fits every path unfragmented */
	RECORDS_SEEN_MAX = 4096, /* of one message that are looked at */
	TTL_MAX = 0x7fffffff,    /* RFC 2181 8: what is above counts as 0 */
};

/* ---- a cursor over a message ---- */

struct cursor {
	slice message;
	size_t at;
};

struct rr {
	struct wire_name owner;
	uint16_t type, class;
	uint32_t ttl;
	size_t data, n; /* where its data lie in the message */
};

static bool take_u8(struct cursor *c, uint8_t *ret)
{
	if (c->at >= c->message.n) return false;
	*ret = (uint8_t)c->message.p[c->at++];
	return true;
}

static bool take_u16(struct cursor *c, uint16_t *ret)
{
	uint8_t high, low;

	if (!take_u8(c, &high) || !take_u8(c, &low)) return false;
	*ret = (uint16_t)(high << 8 | low);
	return true;
}

static bool take_u32_octets(struct cursor *c, uint32_t *ret)
{
	uint16_t high, low;

	if (!take_u16(c, &high) || !take_u16(c, &low)) return false;
	*ret = (uint32_t)high << 16 | low;
	return true;
}

static bool take_name(struct cursor *c, struct wire_name *ret)
{
	return take_wire_name(c->message, &c->at, ret);
}

static bool take_rr(struct cursor *c, struct rr *r)
{
	uint16_t n;

	if (!take_name(c, &r->owner) || !take_u16(c, &r->type) ||
	    !take_u16(c, &r->class) || !take_u32_octets(c, &r->ttl) || !take_u16(c, &n))
		return false;
	if (r->ttl > TTL_MAX) r->ttl = 0;
	if (n > c->message.n - c->at) return false;
	r->data = c->at;
	r->n = n;
	c->at += n;
	return true;
}

struct header {
	uint16_t id, flags, questions, answers, authorities, additionals;
};

static bool take_header(struct cursor *c, struct header *h)
{
	return take_u16(c, &h->id) && take_u16(c, &h->flags) &&
	       take_u16(c, &h->questions) && take_u16(c, &h->answers) &&
	       take_u16(c, &h->authorities) && take_u16(c, &h->additionals);
}

static bool take_question(struct cursor *c, struct wire_name *name, uint16_t *type)
{
	uint16_t class;

	return take_name(c, name) && take_u16(c, type) && take_u16(c, &class) &&
	       class == CLASS_IN;
}

uint16_t wire_flags(slice message)
{
	struct cursor c = { message, 0 };
	struct header h;

	return take_header(&c, &h) ? h.flags : 0;
}

bool wire_answers(slice message, uint16_t id, const struct wire_name *name,
		  enum dns_type type)
{
	struct cursor c = { message, 0 };
	struct header h;
	struct wire_name asked;
	uint16_t asked_type;

	return take_header(&c, &h) && h.id == id && h.flags & WIRE_QR &&
	       h.questions == 1 && take_question(&c, &asked, &asked_type) &&
	       asked_type == type && wire_name_eq(&asked, name);
}

/* ---- records ---- */

struct reading {
	struct cursor answers; /* at the first record of the section */
	uint16_t answer_count;
	struct arena *arena;
	struct dns_answer *answer;
	struct dns_record *records; /* room for DNS_RECORDS_MAX */
	struct wire_name name;      /* whose records are wanted */
	bool unread;                /* there was one that could not be read */
};

static bool keep(struct reading *r, slice data, slice *ret)
{
	return arena_copy(r->arena, data, ret);
}

static bool read_name(struct reading *r, struct cursor *c, struct dns_record *to)
{
	struct wire_name name;
	char room[DNS_NAME_MAX];
	slice text;

	return take_name(c, &name) && wire_name_text(&name, room, &text) &&
	       keep(r, text, &to->data);
}

static bool read_mx(struct reading *r, struct cursor *c, struct dns_record *to)
{
	return take_u16(c, &to->preference) && read_name(r, c, to);
}

/* The strings of a TXT, joined (RFC 7208 3.3, RFC 6376 3.6.2.2). */
static bool read_txt(struct reading *r, struct cursor *c, struct dns_record *to)
{
	char *joined = arena_alloc(r->arena, c->message.n - c->at + 1);
	size_t n = 0;
	uint8_t part;

	while (joined && take_u8(c, &part)) {
		if (part > c->message.n - c->at) return false;
		memcpy(joined + n, c->message.p + c->at, part);
		n += part;
		c->at += part;
	}
	to->data = (slice){ joined, n };
	return joined;
}

static bool read_octets(struct reading *r, struct cursor *c, size_t least, size_t most,
			struct dns_record *to)
{
	slice data = slice_skip(c->message, c->at);

	return data.n >= least && data.n <= most && keep(r, data, &to->data);
}

static bool read_a(struct reading *r, struct cursor *c, struct dns_record *to)
{
	return read_octets(r, c, 4, 4, to);
}

static bool read_aaaa(struct reading *r, struct cursor *c, struct dns_record *to)
{
	return read_octets(r, c, 16, 16, to);
}

/* Usage, selector, matching type, then data (RFC 6698 2.1). */
static bool read_tlsa(struct reading *r, struct cursor *c, struct dns_record *to)
{
	return read_octets(r, c, 4, WIRE_MESSAGE_MAX, to);
}

static const struct record_kind {
	enum dns_type type;
	bool (*read)(struct reading *r, struct cursor *data, struct dns_record *to);
} kinds[] = {
	{ DNS_A, read_a },      { DNS_NS, read_name },   { DNS_CNAME, read_name },
	{ DNS_SOA, read_name }, { DNS_PTR, read_name },  { DNS_MX, read_mx },
	{ DNS_TXT, read_txt },  { DNS_AAAA, read_aaaa }, { DNS_TLSA, read_tlsa },
};

static const struct record_kind *find_kind(enum dns_type type)
{
	for (size_t i = 0; i < countof(kinds); i++)
		if (kinds[i].type == type) return &kinds[i];
	return NULL;
}

/* Names in data may point anywhere before them, but the data end where they end. */
static struct cursor data_of(const struct cursor *c, const struct rr *rr)
{
	return (struct cursor){ slice_head(c->message, rr->data + rr->n), rr->data };
}

static void lower_ttl(struct dns_answer *a, uint32_t ttl)
{
	if (ttl < a->ttl) a->ttl = ttl;
}

/* A free place, or that of the least preferred mail host when it is worse than the new
 * one: of a thousand those are kept that would be tried first. */
static struct dns_record *place_for(struct reading *r, uint16_t preference)
{
	struct dns_record *worst = r->records;

	if (r->answer->count < DNS_RECORDS_MAX) return &r->records[r->answer->count++];
	r->answer->truncated = true;
	for (struct dns_record *p = worst; p < r->records + DNS_RECORDS_MAX; p++)
		if (p->preference > worst->preference) worst = p;
	return worst->preference > preference ? worst : NULL;
}

/* A record that is malformed, or names what no host can be called, is left out. */
static void add_record(struct reading *r, struct cursor *c, const struct rr *rr,
		       const struct record_kind *kind)
{
	struct cursor data = data_of(c, rr);
	struct dns_record record = { .preference = 0 }, *place;

	if (!kind->read(r, &data, &record)) {
		r->unread = true;
		return;
	}
	place = place_for(r, record.preference);
	if (place) *place = record;
	lower_ttl(r->answer, rr->ttl);
}

static bool is_of(const struct rr *rr, const struct wire_name *owner, unsigned type)
{
	return rr->type == type && rr->class == CLASS_IN &&
	       wire_name_eq(&rr->owner, owner);
}

/* ---- sections ---- */

/* From r->name to the name its CNAME leads to; false: it has none. */
static bool follow_cname(struct reading *r)
{
	struct cursor c = r->answers;
	struct rr rr;

	for (unsigned i = 0; i < r->answer_count && take_rr(&c, &rr); i++) {
		struct cursor data = data_of(&c, &rr);

		if (!is_of(&rr, &r->name, DNS_CNAME)) continue;
		lower_ttl(r->answer, rr.ttl);
		return take_name(&data, &r->name);
	}
	return false;
}

/* False: they lead in a circle, or too far. */
static bool follow_cnames(struct reading *r)
{
	char room[DNS_NAME_MAX];
	slice text;
	int hops = 0;

	while (follow_cname(r))
		if (++hops > WIRE_CNAMES_MAX) return false;
	if (hops > 0 && wire_name_text(&r->name, room, &text))
		return keep(r, text, &r->answer->canonical);
	return true;
}

static bool read_records(struct reading *r, struct cursor *c, enum dns_type type)
{
	const struct record_kind *kind = find_kind(type);
	struct rr rr;

	if (!kind) return false;
	*c = r->answers;
	for (unsigned i = 0; i < r->answer_count; i++) {
		if (i == RECORDS_SEEN_MAX || !take_rr(c, &rr)) return false;
		if (is_of(&rr, &r->name, type)) add_record(r, c, &rr, kind);
	}
	return r->answer->count > 0 || !r->unread;
}

/* How long a "no" holds: the lesser of the SOA's TTL and its last field (RFC 2308 5). */
static uint32_t negative_ttl(struct cursor c, unsigned authority_count)
{
	struct wire_name name;
	struct rr rr;
	uint32_t minimum = 0;

	for (unsigned i = 0; i < authority_count && take_rr(&c, &rr); i++) {
		struct cursor data = data_of(&c, &rr);

		if (rr.type != DNS_SOA || !take_name(&data, &name) ||
		    !take_name(&data, &name))
			continue;
		for (int field = 0; field < 5; field++)
			if (!take_u32_octets(&data, &minimum)) return WIRE_NO_TTL;
		return rr.ttl < minimum ? rr.ttl : minimum;
	}
	return WIRE_NO_TTL;
}

static void say_no(struct reading *r, const struct cursor *authorities,
		   const struct header *h)
{
	r->answer->status = (h->flags & RCODE_MASK) ? DNS_NO_NAME : DNS_NO_DATA;
	lower_ttl(r->answer, negative_ttl(*authorities, h->authorities));
}

static bool has_usable_rcode(const struct header *h)
{
	unsigned rcode = h->flags & RCODE_MASK;

	return h->flags & WIRE_QR && (rcode == 0 || rcode == RCODE_NXDOMAIN);
}

static bool read_message(struct reading *r, slice message, enum dns_type type)
{
	struct cursor c = { message, 0 };
	struct header h;
	uint16_t asked;

	if (!take_header(&c, &h) || !has_usable_rcode(&h) || h.questions != 1 ||
	    !take_question(&c, &r->name, &asked) || asked != type)
		return false;
	r->answers = c;
	r->answer_count = h.answers;
	r->answer->ttl = TTL_MAX;
	if (type != DNS_CNAME && !follow_cnames(r)) return false;
	if (!read_records(r, &c, type)) return false;
	if (r->answer->count == 0)
		say_no(r, &c, &h);
	else
		r->answer->status = DNS_FOUND;
	return true;
}

struct dns_answer wire_read_answer(slice message, enum dns_type type, struct arena *arena)
{
	struct dns_answer answer = { .status = DNS_TROUBLE };
	struct reading r = { .arena = arena, .answer = &answer };

	r.records = arena_alloc_array(arena, DNS_RECORDS_MAX, sizeof(*r.records));
	answer.records = r.records;
	if (r.records && read_message(&r, message, type)) return answer;
	return (struct dns_answer){ .status = DNS_TROUBLE };
}

/* ---- questions ---- */

static uint8_t *put_u16(uint8_t *to, unsigned value)
{
	to[0] = (uint8_t)(value >> 8);
	to[1] = (uint8_t)value;
	return to + 2;
}

size_t wire_write_query(uint8_t room[static WIRE_QUERY_MAX], uint16_t id,
			const struct wire_name *name, enum dns_type type)
{
	static const uint16_t counts[] = { 1, 0, 0, 1 };
	uint8_t *to = put_u16(put_u16(room, id), WIRE_RD | WIRE_AD);

	for (size_t i = 0; i < countof(counts); i++)
		to = put_u16(to, counts[i]);
	memcpy(to, name->octets, name->n);
	to = put_u16(put_u16(to + name->n, type), CLASS_IN);
	*to++ = 0; /* OPT belongs to the root (RFC 6891 6.1.2) */
	to = put_u16(put_u16(to, TYPE_OPT), UDP_ROOM);
	to = put_u16(put_u16(to, 0), 0);
	to = put_u16(to, 0);
	return (size_t)(to - room);
}
