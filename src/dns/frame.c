#include "dns/frame.h"

#include <string.h>

enum {
	LENGTH = 4, /* octets of a frame's length, which counts what follows */
	/* Octets before an answer's records: length, type, id, status, flags, TTL, name,
	 * count. */
	ANSWER_HEAD_MAX = LENGTH + 1 + 4 + 1 + 1 + 4 + (2 + DNS_NAME_MAX) + 1,
	ANSWER_SECURE = 1, /* flags of an answer */
	ANSWER_TRUNCATED = 2,
};

/* ---- numbers and strings ---- */

static bool add_number(struct buf *out, uint32_t value, int octets)
{
	char bytes[4];

	for (int i = 0; i < octets; i++)
		bytes[i] = (char)(value >> 8 * (octets - 1 - i));
	return buf_add(out, (slice){ bytes, (size_t)octets });
}

static bool add_string(struct buf *out, slice s)
{
	return s.n <= UINT16_MAX && add_number(out, (uint32_t)s.n, 2) && buf_add(out, s);
}

static bool take_number(slice *in, int octets, uint32_t *ret)
{
	uint32_t value = 0;

	if (in->n < (size_t)octets) return false;
	for (int i = 0; i < octets; i++)
		value = value << 8 | (uint8_t)in->p[i];
	*in = slice_skip(*in, (size_t)octets);
	*ret = value;
	return true;
}

static bool take_below(slice *in, int octets, uint32_t limit, uint32_t *ret)
{
	return take_number(in, octets, ret) && *ret < limit;
}

static bool take_string(slice *in, size_t most, slice *ret)
{
	uint32_t n;

	if (!take_number(in, 2, &n) || n > most || n > in->n) return false;
	*ret = slice_head(*in, n);
	*in = slice_skip(*in, n);
	return true;
}

/* ---- frames as wholes ---- */

/* The length is filled in by close_frame. */
static size_t open_frame(struct buf *out, enum frame_type type)
{
	size_t start = out->n;

	add_number(out, 0, LENGTH);
	add_number(out, type, 1);
	return start;
}

static bool close_frame(struct buf *out, size_t start)
{
	size_t n = out->n - start;
	char *length;

	if (out->overflow || n > FRAME_MAX) {
		buf_truncate(out, start);
		out->overflow = false;
		return false;
	}
	length = out->p + out->start + start;
	n -= LENGTH;
	for (int i = 0; i < LENGTH; i++)
		length[i] = (char)(n >> 8 * (LENGTH - 1 - i));
	return true;
}

/* ---- settings ---- */

static bool add_address(struct buf *out, const struct netaddr *a)
{
	return add_number(out, a->kind, 1) && add_number(out, a->port, 2) &&
	       buf_add(out, (slice){ (const char *)a->ip, sizeof(a->ip) });
}

static bool take_address(slice *in, struct netaddr *ret)
{
	uint32_t kind, port;

	if (!take_number(in, 1, &kind) || (kind != NETADDR_V4 && kind != NETADDR_V6) ||
	    !take_number(in, 2, &port) || in->n < sizeof(ret->ip))
		return false;
	*ret = (struct netaddr){ .kind = (uint8_t)kind, .port = (uint16_t)port };
	memcpy(ret->ip, in->p, sizeof(ret->ip));
	*in = slice_skip(*in, sizeof(ret->ip));
	return true;
}

bool frame_add_settings(struct buf *out, const struct dns_settings *s)
{
	size_t start = open_frame(out, FRAME_SETTINGS);

	add_number(out, s->mode, 1);
	add_number(out, (uint32_t)s->server_count, 1);
	for (size_t i = 0; i < s->server_count; i++)
		add_address(out, &s->servers[i]);
	add_string(out, s->trust_anchors);
	return close_frame(out, start);
}

static bool take_settings(slice *body, struct frame *ret)
{
	struct dns_settings s = { .server_count = 0 };
	uint32_t mode, count;

	if (!take_below(body, 1, DNS_MODES, &mode) ||
	    !take_below(body, 1, DNS_SERVERS_MAX + 1, &count))
		return false;
	s.mode = (enum dns_mode)mode;
	while (s.server_count < count)
		if (!take_address(body, &s.servers[s.server_count++])) return false;
	ret->settings = s;
	return take_string(body, DNS_PATH_MAX, &ret->settings.trust_anchors);
}

/* ---- questions ---- */

static bool is_type(uint32_t type)
{
	static const enum dns_type types[] = { DNS_A,   DNS_NS,   DNS_CNAME,
					       DNS_SOA, DNS_PTR,  DNS_MX,
					       DNS_TXT, DNS_AAAA, DNS_TLSA };

	for (size_t i = 0; i < countof(types); i++)
		if (types[i] == type) return true;
	return false;
}

bool frame_add_question(struct buf *out, uint32_t id, struct dns_question q)
{
	size_t start = open_frame(out, FRAME_QUESTION);

	add_number(out, id, 4);
	add_number(out, q.type, 2);
	add_string(out, q.name);
	return close_frame(out, start);
}

static bool take_question(slice *body, struct frame *ret)
{
	uint32_t type;

	if (!take_number(body, 4, &ret->id) || !take_number(body, 2, &type) ||
	    !is_type(type) || !take_string(body, DNS_NAME_MAX, &ret->question.name))
		return false;
	ret->question.type = (enum dns_type)type;
	return true;
}

/* ---- answers ---- */

static size_t record_octets(const struct dns_record *r)
{
	return 2 + 2 + r->data.n;
}

/* How many of the records fit a frame that has `used` octets already. */
static uint32_t count_fitting(const struct dns_answer *a, size_t used)
{
	uint32_t n = 0;

	while (n < a->count && n < DNS_RECORDS_MAX &&
	       record_octets(&a->records[n]) <= FRAME_MAX - used)
		used += record_octets(&a->records[n++]);
	return n;
}

bool frame_add_answer(struct buf *out, uint32_t id, const struct dns_answer *a)
{
	static const struct dns_answer none = { .status = DNS_TROUBLE };
	size_t start = open_frame(out, FRAME_ANSWER);
	uint32_t fitting = count_fitting(a, ANSWER_HEAD_MAX);

	bool truncated;

	if (a->count > 0 && fitting == 0) a = &none;
	truncated = a->truncated || fitting < a->count;
	add_number(out, id, 4);
	add_number(out, a->status, 1);
	add_number(out,
		   (a->secure ? ANSWER_SECURE : 0) | (truncated ? ANSWER_TRUNCATED : 0),
		   1);
	add_number(out, a->ttl, 4);
	add_string(out, a->canonical);
	add_number(out, fitting, 1);
	for (uint32_t i = 0; i < fitting; i++) {
		add_number(out, a->records[i].preference, 2);
		add_string(out, a->records[i].data);
	}
	return close_frame(out, start);
}

/* Records are there exactly where the status says so, and only what is known can be
 * secure. */
static bool is_sound(const struct dns_answer *a)
{
	bool unknown = a->status == DNS_TROUBLE || a->status == DNS_BOGUS;

	return (a->status == DNS_FOUND) == (a->count > 0) && !(unknown && a->secure);
}

static bool take_records(slice *body, struct arena *arena, struct dns_answer *a)
{
	struct dns_record *records = arena_alloc_array(arena, a->count, sizeof(*records));
	uint32_t preference;

	if (!records) return false;
	for (uint32_t i = 0; i < a->count; i++) {
		if (!take_number(body, 2, &preference) ||
		    !take_string(body, FRAME_MAX, &records[i].data))
			return false;
		records[i].preference = (uint16_t)preference;
	}
	a->records = records;
	return true;
}

static bool take_answer(slice *body, struct arena *arena, struct frame *ret)
{
	struct dns_answer *a = &ret->answer;
	uint32_t status, flags;

	if (!take_number(body, 4, &ret->id) ||
	    !take_below(body, 1, DNS_BOGUS + 1, &status) ||
	    !take_below(body, 1, (ANSWER_SECURE | ANSWER_TRUNCATED) + 1, &flags) ||
	    !take_number(body, 4, &a->ttl) ||
	    !take_string(body, DNS_NAME_MAX, &a->canonical) ||
	    !take_below(body, 1, DNS_RECORDS_MAX + 1, &a->count))
		return false;
	a->status = (enum dns_status)status;
	a->secure = flags & ANSWER_SECURE;
	a->truncated = flags & ANSWER_TRUNCATED;
	return take_records(body, arena, a) && is_sound(a);
}

static bool take_body(slice *body, struct arena *arena, struct frame *ret)
{
	uint32_t type;

	if (!take_number(body, 1, &type)) return false;
	ret->type = (enum frame_type)type;
	switch (type) {
	case FRAME_SETTINGS:
		return take_settings(body, ret);
	case FRAME_QUESTION:
		return take_question(body, ret);
	case FRAME_ANSWER:
		return take_answer(body, arena, ret);
	}
	return false;
}

enum taken frame_take(slice *in, struct arena *arena, struct frame *ret)
{
	struct frame f = { .id = 0 };
	slice rest = *in, body;
	uint32_t n;

	if (!take_number(&rest, LENGTH, &n)) return PARTIAL;
	if (n == 0 || n > FRAME_MAX - LENGTH) return BAD;
	if (n > rest.n) return PARTIAL;
	body = slice_head(rest, n);
	if (!take_body(&body, arena, &f) || body.n > 0) return BAD;
	*in = slice_skip(rest, n);
	*ret = f;
	return TAKEN;
}
