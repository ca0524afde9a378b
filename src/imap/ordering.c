#include "imap/ordering.h"

#include "base/clock.h"
#include "imap/envelope_address.h"
#include "imap/lexer.h"
#include "message/base_subject.h"
#include "message/encoded_word.h"
#include "message/sort_key.h"
#include "message/summary.h"

enum {
	TEXT_MAX =
		ORDERING_KEY_MAX / ORDERING_CRITERIA_MAX, /* of one, decoded and folded */
	ADDRESS_MAX = 1024 * 1024, /* octets for undoing the escapes of one envelope */
};

struct sort_key {
	slice name;
	unsigned columns;
	/* NULL: the score, the best first. */
	void (*add)(const struct message *m, int which, struct buf *out);
	int which; /* of the key's own */
};

/* --- what is sorted by --- */

int64_t sent_date(const struct message *m)
{
	return m->sent == SENT_UNKNOWN ? m->received : m->sent;
}

static void add_arrival(const struct message *m, int, struct buf *out)
{
	sort_number_add(m->received, out);
}

static void add_sent(const struct message *m, int, struct buf *out)
{
	sort_number_add(sent_date(m), out);
}

static void add_size(const struct message *m, int, struct buf *out)
{
	sort_number_add((int64_t)m->size, out);
}

static void add_subject(const struct message *m, int, struct buf *out)
{
	struct buf base;
	bool is_reply;

	buf_init(&base, m->subject.n);
	base_subject(m->subject, &base, &is_reply);
	sort_text_add(buf_slice(&base), out);
	buf_done(&base);
}

/* addr-mailbox of the first address. */
static void add_mailbox(const struct message *m, int list, struct buf *out)
{
	struct envelope_address address = { 0 };
	struct arena arena;

	arena_init(&arena, ADDRESS_MAX);
	envelope_first(m->envelope, (enum envelope_list)list, &arena, &address);
	sort_text_add(address.mailbox, out);
	arena_done(&arena);
}

/* The name of the first address, or the address (RFC 5957 3). */
static void add_display(const struct message *m, int list, struct buf *out)
{
	struct envelope_address address = { 0 };
	struct arena arena;
	struct buf text;

	arena_init(&arena, ADDRESS_MAX);
	buf_init(&text, TEXT_MAX);
	envelope_first(m->envelope, (enum envelope_list)list, &arena, &address);
	encoded_word_decode(address.name, &text);
	if (!text.n) {
		buf_add(&text, address.mailbox);
		if (address.mailbox.n && address.host.n) buf_add_char(&text, '@');
		if (address.mailbox.n) buf_add(&text, address.host);
	}
	sort_text_add(buf_slice(&text), out);
	buf_done(&text);
	arena_done(&arena);
}

/* clang-format off */
static const struct sort_key keys[] = {
	{ SLICE_INIT("ARRIVAL"),     COLUMN_DATES,    add_arrival, 0 },
	{ SLICE_INIT("CC"),          COLUMN_ENVELOPE, add_mailbox, ENVELOPE_CC },
	{ SLICE_INIT("DATE"),        COLUMN_DATES,    add_sent,    0 },
	{ SLICE_INIT("FROM"),        COLUMN_ENVELOPE, add_mailbox, ENVELOPE_FROM },
	{ SLICE_INIT("SIZE"),        0,               add_size,    0 },
	{ SLICE_INIT("SUBJECT"),     COLUMN_HEADERS,  add_subject, 0 },
	{ SLICE_INIT("TO"),          COLUMN_ENVELOPE, add_mailbox, ENVELOPE_TO },
	{ SLICE_INIT("DISPLAYFROM"), COLUMN_ENVELOPE, add_display, ENVELOPE_FROM },
	{ SLICE_INIT("DISPLAYTO"),   COLUMN_ENVELOPE, add_display, ENVELOPE_TO },
	{ SLICE_INIT("RELEVANCY"),   0,               NULL,        0 },
};
/* clang-format on */

/* --- parsing --- */

static const struct sort_key *take_key(slice *in)
{
	slice name;

	if (!take_atom(in, &name)) return NULL;
	for (size_t i = 0; i < countof(keys); i++)
		if (slice_eq_nocase(keys[i].name, name)) return &keys[i];
	return NULL;
}

static bool take_criterion(slice *in, struct ordering *o)
{
	bool reverse = take_literal_nocase(in, S("REVERSE "));
	const struct sort_key *key = take_key(in);

	if (!key || o->count == ORDERING_CRITERIA_MAX) return false;
	o->criteria[o->count].key = key;
	o->criteria[o->count++].reverse = reverse;
	o->columns |= key->columns;
	o->has_relevancy |= !key->add;
	return true;
}

bool take_ordering(slice *in, struct ordering *ret)
{
	struct ordering o = { 0 };
	slice s = *in;

	if (!take_char(&s, '(')) return false;
	do {
		if (!take_criterion(&s, &o)) return false;
	} while (take_space(&s));
	if (!take_char(&s, ')')) return false;
	*in = s;
	*ret = o;
	sorter_init(&ret->sorter);
	return true;
}

void ordering_done(struct ordering *o)
{
	sorter_done(&o->sorter);
}

void ordering_again(const struct ordering *o, struct ordering *ret)
{
	struct ordering again = *o;

	again.from = 0;
	again.has_keys = false;
	sorter_init(&again.sorter);
	*ret = again;
}

/* --- sorting --- */

struct keying {
	struct ordering *ordering;
	const struct unsorted *what;
	int64_t until_ms;
	bool any, is_full; /* in this slice: a key was made; no more can be */
	enum err e;
};

void ordering_key(const struct ordering *o, const struct message *m, unsigned score,
		  struct buf *key)
{
	for (uint32_t i = 0; i < o->count; i++) {
		const struct sort_key *by = o->criteria[i].key;
		size_t from = key->n;

		if (by->add)
			by->add(m, by->which, key);
		else
			sort_number_add(-(int64_t)score, key);
		if (!o->criteria[i].reverse) continue;
		for (; from < key->n; from++)
			key->p[key->start + from] ^= (char)0xff;
	}
}

static bool add_message(void *context, const struct message *m)
{
	struct keying *k = context;
	const struct unsorted *what = k->what;
	unsigned score = 0;
	struct buf key;

	if (!interval_set_contains(what->uids, m->uid)) return true;
	k->is_full = k->any && clock_monotonic_ms() >= k->until_ms;
	if (k->is_full) return false;
	k->any = true;
	if (what->facts->wants_scores)
		score = search_score(what->facts, what->found, m->uid);
	buf_init(&key, ORDERING_KEY_MAX);
	ordering_key(k->ordering, m, score, &key);
	if (!sorter_add(&k->ordering->sorter, buf_slice(&key), m->uid, score))
		k->e = ERR_LIMIT;
	buf_done(&key);
	k->ordering->from = (uint64_t)m->uid + 1;
	return !k->e;
}

static enum err make_keys(struct account *a, int64_t mailbox, struct keying *k)
{
	uint64_t cursor = k->ordering->from;
	struct interval i;
	enum err e = ERR_NONE;

	while (!e && !k->is_full && interval_set_next(k->what->uids, &cursor, &i)) {
		e = message_each(a, mailbox, i.first, i.last, k->ordering->columns,
				 add_message, k);
		if (!e) e = k->e;
	}
	return e;
}

enum err ordering_run(struct account *a, int64_t mailbox, const struct unsorted *what,
		      struct ordering *o, bool *ret_done)
{
	struct keying k = { .ordering = o,
			    .what = what,
			    .until_ms = clock_monotonic_ms() + JOB_SLICE_MS };
	enum err e = o->has_keys ? ERR_NONE : make_keys(a, mailbox, &k);

	if (e) return e;
	o->has_keys = !k.is_full;
	*ret_done = o->has_keys && sorter_run(&o->sorter, k.until_ms);
	return ERR_NONE;
}
