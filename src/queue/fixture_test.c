#include "queue/fixture_test.h"

#include <ftw.h>
#include <stdlib.h>
#include <unistd.h>

#include "queue/check.h"

enum { ARENA_MAX = 64 << 20, TEXT_MAX = 1 << 20, TARGETS_MAX = 16 };

static void open_all(struct fixture *f, struct store_options options)
{
	CHECK_INT(store_open(&options, &f->store), ERR_NONE);
	CHECK_INT(queue_open(f->store, &f->queue), ERR_NONE);
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
	queue_close(f->queue);
	store_close(f->store);
	arena_done(&f->arena);
	CHECK_INT(nftw(f->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

void fixture_reopen(struct fixture *f)
{
	queue_close(f->queue);
	store_close(f->store);
	open_all(f, (struct store_options){ .folder = f->folder });
}

static void print_fault(void *, slice what, int64_t where)
{
	print_error("queue check: %.*s (%lld)\n", FMT(what), (long long)where);
}

void fixture_begin(struct fixture *f)
{
	CHECK_INT(queue_begin(f->queue, JOB_WRITES), ERR_NONE);
}

void fixture_commit(struct fixture *f)
{
	uint64_t faults;

	CHECK_INT(queue_commit(f->queue), ERR_NONE);
	CHECK_INT(queue_check(f->queue, print_fault, NULL, &faults), ERR_NONE);
	CHECK_INT(faults, 0);
}

struct incoming *fixture_message(struct fixture *f, slice octets)
{
	struct incoming *m = incoming_new(f->store);

	CHECK_INT(incoming_add(m, octets), ERR_NONE);
	CHECK_INT(incoming_finish(m), ERR_NONE);
	return m;
}

int64_t fixture_put_envelope(struct fixture *f, const struct queue_envelope *envelope,
			     const struct queue_target *targets, uint32_t count)
{
	struct incoming *m = fixture_message(f, S("Subject: s\r\n\r\nbody\r\n"));
	const struct queue_new what = { .envelope = envelope,
					.message = m,
					.prefix = S("Received: by test\r\n"),
					.targets = targets,
					.count = count };
	int64_t id;

	fixture_begin(f);
	CHECK_INT(queue_put(f->queue, &what, &id), ERR_NONE);
	fixture_commit(f);
	incoming_free(m);
	return id;
}

int64_t fixture_put(struct fixture *f, const char *recipients, int64_t now)
{
	const struct queue_envelope envelope = { .reverse_path = S("a@sender.test"),
						 .received = now };
	struct queue_target targets[TARGETS_MAX];
	slice in = slice_of(recipients);
	uint32_t count = 0;

	for (slice word; take_word(&in, &word); take_char(&in, ' ')) {
		slice domain = slice_skip(word, slice_find_char(word, '@') + 1);

		CHECK(count < TARGETS_MAX);
		targets[count++] =
			(struct queue_target){ .destination = domain, .address = word };
	}
	return fixture_put_envelope(f, &envelope, targets, count);
}

void fixture_try(struct fixture *f, int64_t message, uint32_t number, int64_t now,
		 enum attempt_outcome outcome)
{
	const struct attempt a = { .outcome = outcome,
				   .reply = { 450, S("4.2.0"), S("later"), S("mx.test") },
				   .now = now,
				   .schedule = &schedule_usual };

	fixture_begin(f);
	CHECK_INT(queue_attempt_begin(f->queue, message, number), ERR_NONE);
	fixture_commit(f);
	fixture_begin(f);
	CHECK_INT(queue_attempt_end(f->queue, message, number, &a), ERR_NONE);
	fixture_commit(f);
}

int fixture_make_reports(struct fixture *f, int64_t now)
{
	const struct report_maker m = { S("mail.sender.test"), &schedule_usual, now };
	int64_t message = 0, report;
	int made = 0;
	enum err e;

	fixture_begin(f);
	while (!(e = queue_make_report(f->queue, &m, 0, &message, &report)))
		made++;
	CHECK_INT(e, ERR_NOT_FOUND);
	fixture_commit(f);
	return made;
}

/* --- seeing --- */

static slice keep(struct fixture *f, struct buf *b)
{
	slice kept;

	CHECK(arena_copy(&f->arena, slice_trim(buf_slice(b)), &kept));
	buf_done(b);
	return kept;
}

static bool add_recipient(void *context, const struct queue_recipient *r)
{
	struct buf *b = context;

	buf_addf(b, "%lld.%u=%.*s", (long long)r->message, r->number,
		 FMT(recipient_state_name(r->state)));
	if (r->owed) buf_addf(b, "!%d", r->owed);
	buf_add_char(b, ' ');
	return true;
}

struct listing {
	struct queue *q;
	struct buf *out;
	int64_t now;
};

static bool add_message(void *context, const struct queue_message *m)
{
	struct listing *l = context;

	CHECK_INT(queue_recipients(l->q, m->id, 0, add_recipient, l->out), ERR_NONE);
	return true;
}

slice fixture_states(struct fixture *f)
{
	struct buf b;
	struct listing l = { .q = f->queue, .out = &b };

	buf_init(&b, TEXT_MAX);
	CHECK_INT(queue_list(f->queue, 0, add_message, &l), ERR_NONE);
	return keep(f, &b);
}

static bool count_one(void *context, const struct queue_recipient *)
{
	(*(uint32_t *)context)++;
	return true;
}

static bool add_place(void *context, const struct queue_place *p)
{
	struct listing *l = context;
	uint32_t count = 0;

	CHECK_INT(queue_due(l->q, p, l->now, 1000, count_one, &count), ERR_NONE);
	buf_addf(l->out, "%.*s:%u ", FMT(p->destination), count);
	return true;
}

slice fixture_due(struct fixture *f, int64_t now)
{
	struct buf b;
	struct listing l = { .q = f->queue, .out = &b, .now = now };

	buf_init(&b, TEXT_MAX);
	CHECK_INT(queue_due_places(f->queue, now, &(struct queue_place){ 0 }, add_place,
				   &l),
		  ERR_NONE);
	return keep(f, &b);
}

struct wanted {
	struct arena *arena;
	struct queue_recipient r;
};

static bool keep_recipient(void *context, const struct queue_recipient *r)
{
	struct wanted *w = context;
	struct queue_reply *reply = &w->r.reply;

	w->r = *r;
	CHECK(arena_copy(w->arena, r->target.address, &w->r.target.address));
	CHECK(arena_copy(w->arena, reply->text, &reply->text));
	CHECK(arena_copy(w->arena, reply->status, &reply->status));
	CHECK(arena_copy(w->arena, reply->remote, &reply->remote));
	return false;
}

struct queue_recipient fixture_recipient(struct fixture *f, int64_t message,
					 uint32_t number)
{
	struct wanted w = { .arena = &f->arena };

	CHECK_INT(queue_recipients(f->queue, message, number, keep_recipient, &w),
		  ERR_NONE);
	CHECK_INT(w.r.message, message);
	return w.r;
}
