#include "store/fixture_test.h"

#include <ftw.h>
#include <stdlib.h>
#include <unistd.h>

enum { ARENA_MAX = 64 << 20 };

static void open_all(struct fixture *f, struct store_options options)
{
	struct mailbox m;

	CHECK_INT(store_open(&options, &f->store), ERR_NONE);
	CHECK_INT(account_open(f->store, 7, &f->account), ERR_NONE);
	CHECK_INT(mailbox_find(f->account, S("inbox"), &f->arena, &m), ERR_NONE);
	f->inbox = m.id;
}

void fixture_init_with(struct fixture *f, struct store_options options)
{
	*f = (struct fixture){ .folder = "/tmp/postroom-test-XXXXXX" };
	arena_init(&f->arena, ARENA_MAX);
	CHECK(mkdtemp(f->folder));
	if (options.folder) options.folder = f->folder;
	open_all(f, options);
}

void fixture_init(struct fixture *f)
{
	fixture_init_with(f, (struct store_options){ .folder = "" });
}

static int remove_one(const char *path, const struct stat *, int, struct FTW *)
{
	return remove(path);
}

void fixture_done(struct fixture *f)
{
	account_close(f->account);
	store_close(f->store);
	arena_done(&f->arena);
	CHECK_INT(nftw(f->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

void fixture_reopen(struct fixture *f)
{
	account_close(f->account);
	store_close(f->store);
	open_all(f, (struct store_options){ .folder = f->folder });
}

static void print_fault(void *, slice what, int64_t id)
{
	print_error("store check: %.*s (%lld)\n", FMT(what), (long long)id);
}

void fixture_begin(struct fixture *f)
{
	CHECK_INT(account_begin(f->account, JOB_WRITES), ERR_NONE);
}

void fixture_commit(struct fixture *f)
{
	uint64_t faults;

	CHECK_INT(account_commit(f->account), ERR_NONE);
	CHECK_INT(account_check(f->account, true, print_fault, NULL, &faults), ERR_NONE);
	CHECK_INT(faults, 0);
}

void fixture_index(struct fixture *f)
{
	enum index_state state;

	for (;;) {
		CHECK_INT(search_index_step(f->account, &state), ERR_NONE);
		if (state == INDEX_READY) return;
		if (state == INDEX_WORKING) continue;
		CHECK_INT(account_begin(f->account, JOB_WRITES_FLAGS), ERR_NONE);
		CHECK_INT(search_index_settle(f->account), ERR_NONE);
		CHECK_INT(account_commit(f->account), ERR_NONE);
	}
}

struct incoming *fixture_message(struct fixture *f, slice octets)
{
	struct incoming *m = incoming_new(f->store);

	CHECK_INT(incoming_add(m, octets), ERR_NONE);
	CHECK_INT(incoming_finish(m), ERR_NONE);
	return m;
}

uint32_t fixture_append(struct fixture *f, int64_t mailbox, slice octets, uint64_t flags)
{
	struct append what = { .message = fixture_message(f, octets),
			       .prefix = S("Received: by test\r\n"),
			       .flags = flags,
			       .received = 1000 };
	uint32_t uid;

	CHECK_INT(message_append(f->account, mailbox, &what, &uid, NULL), ERR_NONE);
	incoming_free((struct incoming *)(uintptr_t)what.message);
	return uid;
}

int64_t fixture_mailbox(struct fixture *f, const char *name)
{
	struct mailbox m;
	int64_t id;

	if (mailbox_find(f->account, slice_of(name), &f->arena, &m) == ERR_NONE)
		return m.id;
	fixture_begin(f);
	CHECK_INT(mailbox_create(f->account, slice_of(name), USE_NONE, &id), ERR_NONE);
	fixture_commit(f);
	return id;
}

struct mailbox fixture_get(struct fixture *f, int64_t mailbox)
{
	struct mailbox m;

	CHECK_INT(mailbox_get(f->account, mailbox, &f->arena, &m), ERR_NONE);
	return m;
}

static slice keep(struct fixture *f, struct buf *b)
{
	slice kept;

	CHECK(arena_copy(&f->arena, buf_slice(b), &kept));
	buf_done(b);
	return kept;
}

static bool list_message(void *context, const struct message *m)
{
	struct buf *b = context;

	buf_addf(b, b->n ? " %u" : "%u", m->uid);
	if (m->flags) buf_addf(b, "=%llx", (unsigned long long)m->flags);
	return true;
}

slice fixture_list(struct fixture *f, int64_t mailbox)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	CHECK_INT(message_each(f->account, mailbox, 1, UINT32_MAX, 0, list_message, &b),
		  ERR_NONE);
	return keep(f, &b);
}

struct interval_set fixture_set(const char *ranges)
{
	struct interval_set s = { 0 };
	slice in = slice_of(ranges);
	uint32_t first, last;

	while (take_u32(&in, &first)) {
		last = first;
		if (take_char(&in, ':')) CHECK(take_u32(&in, &last));
		interval_set_add_range(&s, first, last);
		take_char(&in, ',');
	}
	return s;
}

slice fixture_set_text(struct fixture *f, const struct interval_set *s)
{
	struct interval i;
	uint64_t cursor = 0;
	struct buf b;

	buf_init(&b, 1 << 20);
	while (interval_set_next(s, &cursor, &i)) {
		buf_addf(&b, b.n ? ",%u" : "%u", i.first);
		if (i.last > i.first) buf_addf(&b, ":%u", i.last);
	}
	return keep(f, &b);
}
