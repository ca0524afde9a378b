#include "imap/copy_across.h"

#include <assert.h>
#include <stdlib.h>

#include "imap/session.h"
#include "store/body.h"
#include "store/incoming.h"

enum { PIECE = 64 * 1024, NAMES_MAX = 256 * 1024 };

struct carried {
	uint32_t uid;
	int64_t email;
	struct incoming *octets;
	uint64_t flags; /* bits of the source */
	int64_t received;
	int32_t received_zone;
};

/* READING -> APPENDING -> REMOVING, the last by MOVE only; moved on by done. */
struct copy_across {
	enum { READING, APPENDING, REMOVING } step;
	int64_t from, to; /* accounts */
	slice name;
	bool moves;
	struct arena arena; /* of the keywords' names */
	struct keyword_names keywords;
	struct carried all[ACROSS_MAX];
	uint32_t count;
	struct interval_set uids; /* of those that were carried */
};

struct copy_across *copy_across_new(const struct task *t, slice name, bool moves)
{
	struct copy_across *c = calloc(1, sizeof(*c));

	assert(c);
	c->from = t->session->view->account;
	c->to = t->account;
	c->name = name;
	c->moves = moves;
	arena_init(&c->arena, NAMES_MAX);
	return c;
}

static void forget_messages(struct copy_across *c)
{
	for (uint32_t i = 0; i < c->count; i++)
		incoming_free(c->all[i].octets);
	c->count = 0;
	interval_set_done(&c->uids);
	arena_reset(&c->arena);
}

void copy_across_free(struct copy_across *c)
{
	if (!c) return;
	forget_messages(c);
	arena_done(&c->arena);
	free(c);
}

/* --- reading --- */

struct listing {
	const struct task *t;
	struct copy_across *c;
};

static bool note_message(void *context, const struct message *m)
{
	struct listing *l = context;
	struct copy_across *c = l->c;

	if (!interval_set_contains(&l->t->uids, m->uid)) return true;
	c->all[c->count++] = (struct carried){ .uid = m->uid,
					       .email = m->email,
					       .flags = m->flags,
					       .received = m->received,
					       .received_zone = m->received_zone };
	interval_set_add(&c->uids, m->uid);
	return c->count < ACROSS_MAX;
}

static enum err take_octets(const struct body *b, struct incoming *to)
{
	char *piece = malloc(PIECE);
	uint64_t size = body_size(b);
	enum err e = ERR_NONE;

	assert(piece);
	for (uint64_t at = 0; !e && at < size; at += PIECE) {
		size_t n = size - at < PIECE ? (size_t)(size - at) : PIECE;

		e = body_read(b, at, piece, n) ? incoming_add(to, (slice){ piece, n })
					       : ERR_LATER;
	}
	free(piece);
	return e ? e : incoming_finish(to);
}

static enum err read_message(struct account *a, struct carried *m)
{
	struct body *b;
	enum err e = body_open(a, m->email, &b);

	if (e) return e;
	m->octets = incoming_new(account_store(a));
	e = take_octets(b, m->octets);
	body_close(b);
	return e;
}

static enum err read_all(struct task *t, struct account *a, struct copy_across *c)
{
	struct listing l = { t, c };
	enum err e;

	forget_messages(c);
	if (c->moves && ~t->rights & (RIGHT_DELETE_MESSAGES | RIGHT_EXPUNGE))
		return ERR_DENIED;
	e = keyword_names_load(a, &c->arena, &c->keywords);
	if (!e)
		e = message_each(a, t->view->mailbox, interval_set_min(&t->uids),
				 interval_set_max(&t->uids), COLUMN_DATES, note_message,
				 &l);
	if (!e) e = refuse_gone(t, &c->uids);
	for (uint32_t i = 0; !e && i < c->count; i++)
		e = read_message(a, &c->all[i]);
	return e;
}

/* --- appending --- */

/* Keywords have other bits there. */
static enum err translate_flags(struct account *a, const struct copy_across *c,
				uint64_t flags, unsigned rights, uint64_t *ret)
{
	struct flag_list list = { .system = flags & SYSTEM_FLAG_BITS };
	enum err e;

	for (unsigned i = SYSTEM_FLAGS; i < KEYWORD_NAMES; i++)
		if (flags >> i & 1 && c->keywords.by_bit[i].n)
			list.keywords[list.keyword_count++] = c->keywords.by_bit[i];
	e = flag_list_bits(a, &list, rights & RIGHT_WRITE, ret);
	if (!e) *ret &= access_flags(rights);
	return e;
}

static enum err append_one(struct account *a, const struct copy_across *c,
			   const struct carried *m, const struct mailbox *to,
			   unsigned rights, uint32_t *ret_uid)
{
	struct append what = { .message = m->octets,
			       .received = m->received,
			       .received_zone = m->received_zone };
	enum err e = translate_flags(a, c, m->flags, rights, &what.flags);

	return e ? e : message_append(a, to->id, &what, ret_uid, NULL);
}

static enum err append_all(struct task *t, struct account *a, const struct copy_across *c)
{
	uint32_t first = 0, uid;
	struct mailbox to;
	unsigned rights;
	enum err e = find_copy_target(t, a, c->name, &to, &rights);

	for (uint32_t i = 0; !e && i < c->count; i++) {
		e = append_one(a, c, &c->all[i], &to, rights, &uid);
		if (i == 0) first = uid;
	}
	if (e == ERR_LIMIT)
		task_complain(t, S("OVERQUOTA"), S("no room for the messages"));
	if (e || !c->count || !(rights & RIGHT_READ)) return e;
	if (!c->moves) {
		write_copyuid(&t->code, &to, &c->uids, first);
		return ERR_NONE;
	}
	buf_add(&t->out, S("* OK ["));
	write_copyuid(&t->out, &to, &c->uids, first);
	buf_add(&t->out, S("] moved\r\n"));
	return ERR_NONE;
}

/* --- the chain --- */

static enum err remove_all(struct task *t, struct account *a, const struct copy_across *c)
{
	struct interval_set removed = { 0 };
	enum err e = message_remove(a, t->view->mailbox, &c->uids, &removed);

	interval_set_done(&removed);
	return e;
}

enum err copy_across_work(struct task *t, struct account *a, struct copy_across *c)
{
	t->more = c->step == READING || (c->step == APPENDING && c->moves);
	switch (c->step) {
	case READING:
		return read_all(t, a, c);
	case APPENDING:
		return append_all(t, a, c);
	case REMOVING:
		return remove_all(t, a, c);
	}
	return ERR_INTERNAL;
}

void copy_across_done(struct task *t, struct copy_across *c)
{
	c->step++;
	t->account = c->step == APPENDING ? c->to : c->from;
}
