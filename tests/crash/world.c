#include "world.h"

#include "queue_world.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ACCOUNT = 5, SMALL = 3000, MIDDLE = 30 * 1024, LARGE = 129 * 1024 };

/* A message of about that size, told apart by its letter. */
static enum err make_message(struct store *s, char letter, size_t size,
			     struct incoming **ret)
{
	char head[128];
	char *text = malloc(size);
	enum err e;
	int n = snprintf(head, sizeof(head), "Message-ID: <%c@x>\r\nSubject: %c\r\n\r\n",
			 letter, letter);

	*ret = incoming_new(s);
	for (size_t i = 0; i < size; i++)
		text[i] = i % 64 == 63   ? '\n'
			  : i % 64 == 62 ? '\r'
					 : (char)(letter + (char)(i % 7));
	e = incoming_add(*ret, (slice){ head, (size_t)n });
	if (!e) e = incoming_add(*ret, (slice){ text, size });
	if (!e) e = incoming_finish(*ret);
	free(text);
	return e;
}

static int64_t find(struct world *w, slice name)
{
	struct arena arena;
	struct mailbox m = { .id = 0 };

	arena_init(&arena, 10000);
	if (mailbox_find(w->account, name, &arena, &m) != ERR_NONE) m.id = 0;
	arena_done(&arena);
	return m.id;
}

enum err world_open(struct world *w, const char *folder)
{
	struct store_options options = { .folder = folder, .durable = true };
	enum err e = store_open(&options, &w->store);

	if (w->on_queue) return e ? e : queue_open(w->store, &w->queue);
	if (!e) e = account_open(w->store, ACCOUNT, &w->account);
	if (e) return e;
	w->inbox = find(w, S("INBOX"));
	w->other = find(w, S("Other"));
	return ERR_NONE;
}

enum err world_prepare(struct world *w)
{
	enum err e = make_message(w->store, 'A', SMALL, &w->small);

	if (!e) e = make_message(w->store, 'L', LARGE, &w->large);
	if (!e) e = make_message(w->store, 'F', LARGE, &w->fresh);
	for (int i = 0; !e && i < BULK; i++)
		e = make_message(w->store, (char)('a' + i), MIDDLE, &w->bulk[i]);
	return e ? e : make_message(w->store, 'T', SMALL, &w->third);
}

void world_close(struct world *w)
{
	incoming_free(w->small);
	incoming_free(w->large);
	incoming_free(w->fresh);
	incoming_free(w->third);
	for (int i = 0; i < BULK; i++)
		incoming_free(w->bulk[i]);
	if (w->account) account_close(w->account);
	queue_close(w->queue);
	if (w->store) store_close(w->store);
}

enum err world_run(struct world *w, enum job_level level, step *run)
{
	enum err e;

	if (w->on_queue) return queue_world_run(w, level, run);
	e = account_begin(w->account, level);
	if (!e) e = account_savepoint(w->account);
	if (!e) e = run(w);
	if (!e) e = account_release(w->account);
	if (!e)
		e = account_commit(w->account);
	else
		account_rollback(w->account);
	if (!e) account_checkpoint(w->account);
	return e;
}

enum err world_check(struct world *w, check_visitor *visit, void *context,
		     uint64_t *ret_faults)
{
	return w->on_queue ? queue_check(w->queue, visit, context, ret_faults)
			   : account_check(w->account, true, visit, context, ret_faults);
}

/* --- describing --- */

struct describing {
	struct world *w;
	char *at, *end;
	bool good;
};

static void add(struct describing *d, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void add(struct describing *d, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	d->at += vsnprintf(d->at, (size_t)(d->end - d->at), format, args);
	va_end(args);
	if (d->at >= d->end) abort(); /* STATE_MAX is too small */
}

static bool describe_message(void *context, const struct message *m)
{
	struct describing *d = context;

	add(d, " %u=%llx/%.*s/%llu", m->uid, (unsigned long long)m->flags,
	    FMT(m->subject), (unsigned long long)m->size);
	if (m->modseq > d->w->shared->modseq) d->w->shared->modseq = m->modseq;
	return true;
}

static bool describe_mailbox(void *context, const struct mailbox *m)
{
	struct describing *d = context;

	add(d, "%.*s next=%u:", FMT(m->name), m->uid_next);
	if (m->modseq > d->w->shared->modseq) d->w->shared->modseq = m->modseq;
	if (message_each(d->w->account, m->id, 1, UINT32_MAX,
			 COLUMN_DATES | COLUMN_HEADERS, describe_message, d) != ERR_NONE)
		d->good = false;
	add(d, "\n");
	return true;
}

bool world_describe(struct world *w, char ret[STATE_MAX])
{
	struct describing d = { .w = w, .at = ret, .end = ret + STATE_MAX, .good = true };

	*ret = '\0';
	if (w->on_queue) return queue_world_describe(w, ret);
	if (state_now(w->account, STATE_EMAIL, &w->shared->state) != ERR_NONE)
		return false;
	return mailbox_each(w->account, describe_mailbox, &d) == ERR_NONE && d.good;
}
