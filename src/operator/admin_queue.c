#include "operator/admin_queue.h"

#include "actor/errand.h"
#include "base/clock.h"
#include "base/container.h"
#include "operator/trace_operator.h"

#define STATE(s) (1u << (s))

struct queue_verb {
	enum job_level level; /* JOB_READS prints, any other changes */
	bool is_whole;        /* prints all that is known */
	unsigned states;      /* in which a recipient is changed: bits, by STATE */
	slice said;
	enum err (*message)(struct queue *q, int64_t message, int64_t now);
	enum err (*recipient)(struct queue *q, int64_t message, uint32_t number,
			      int64_t now);
};

/* ---- printing ---- */

struct printing {
	struct queue_request *k;
	const struct queue_message *message;
	bool is_first;
};

static bool print_if_meant(void *context, const struct queue_recipient *r)
{
	struct printing *p = context;

	if (!selection_has_recipient(&p->k->selection, r)) return true;
	if (p->is_first) {
		queue_print_message(p->k, p->message, p->k->verb->is_whole);
		p->k->page.messages++;
	}
	queue_print_recipient(p->k, p->message, r, p->is_first, p->k->verb->is_whole);
	p->k->page.recipients++;
	p->is_first = false;
	return p->k->total.recipients + p->k->page.recipients < QUEUE_SHOWN_MAX;
}

static enum err print_message(struct queue_request *k, struct queue *q,
			      const struct queue_message *m)
{
	struct printing p = { k, m, true };
	enum err e = queue_recipients(q, m->id, 0, print_if_meant, &p);

	if (!p.is_first) queue_print_message_end(k);
	return e;
}

/* ---- changing ---- */

enum { MEANT_AT_ONCE = 64 };

/* Recipients that are meant, some at a time: what is visited may not be changed. */
struct meant {
	struct queue_request *k;
	uint32_t numbers[MEANT_AT_ONCE];
	uint32_t count, next; /* next: the number to go on with */
};

static bool note_if_meant(void *context, const struct queue_recipient *r)
{
	struct meant *m = context;
	struct queue_request *k = m->k;

	m->next = r->number + 1;
	if (!selection_has_recipient(&k->selection, r)) return true;
	k->page.recipients++;
	if (!(STATE(r->state) & k->verb->states)) return true;
	k->page.changed++;
	m->numbers[m->count++] = r->number;
	return m->count < MEANT_AT_ONCE;
}

static enum err change_some(struct meant *m, struct queue *q, int64_t message)
{
	struct queue_request *k = m->k;
	enum err e = ERR_NONE;

	m->count = 0;
	e = queue_recipients(q, message, m->next, note_if_meant, m);
	if (selection_is_whole(&k->selection)) return e;
	for (uint32_t i = 0; i < m->count && !e; i++)
		e = k->verb->recipient(q, message, m->numbers[i], k->now);
	return e;
}

static enum err change_message(struct queue_request *k, struct queue *q, int64_t id)
{
	const struct queue_tally before = k->page;
	struct meant m = { .k = k };
	enum err e;

	do {
		e = change_some(&m, q, id);
	} while (!e && m.count == MEANT_AT_ONCE);
	if (k->page.recipients > before.recipients) k->page.messages++;
	if (k->page.changed > before.changed && k->changed_count < QUEUE_PAGE)
		k->changed[k->changed_count++] = id;
	if (!e && selection_is_whole(&k->selection)) e = k->verb->message(q, id, k->now);
	return e;
}

/* ---- a page ---- */

struct page {
	int64_t ids[QUEUE_PAGE];
	uint32_t count;
	struct queue_request *k;
	struct queue *q;
	bool is_meant; /* the message looked at last */
	enum err outcome;
};

static void note_found(struct queue_request *k, const struct queue_message *m)
{
	for (uint32_t i = 0; i < k->selection.id_count; i++)
		if (selection_names(k->selection.ids[i], m)) k->found[i] = true;
}

static bool take_id(void *context, const struct queue_message *m)
{
	struct page *p = context;

	if (p->count == QUEUE_PAGE) return false;
	p->ids[p->count++] = m->id;
	return true;
}

/* What is looked at may be printed, but not changed yet. */
static bool look(void *context, const struct queue_message *m)
{
	struct page *p = context;
	struct queue_request *k = p->k;

	p->is_meant = selection_has_message(&k->selection, m);
	if (!p->is_meant) return true;
	note_found(k, m);
	if (k->verb->level == JOB_READS) p->outcome = print_message(k, p->q, m);
	return true;
}

static enum err act_on(struct page *p, int64_t message)
{
	enum err e = queue_find(p->q, message, look, p);

	if (!e) e = p->outcome;
	if (!e && p->is_meant && p->k->verb->level != JOB_READS)
		e = change_message(p->k, p->q, message);
	return e;
}

static enum err act_on_page(struct page *p)
{
	enum err e = queue_list(p->q, p->k->after, take_id, p);

	for (uint32_t i = 0; i < p->count && !e; i++)
		e = act_on(p, p->ids[i]);
	return e;
}

/* Numbers lead to their messages; other ids have to be looked for in all. */
static bool has_numbers_only(const struct queue_selection *s)
{
	uint64_t number;

	for (uint32_t i = 0; i < s->id_count; i++) {
		slice id = s->ids[i];

		if (!take_u64(&id, &number) || id.n) return false;
	}
	return s->id_count;
}

static enum err act_on_named(struct page *p)
{
	const struct queue_selection *s = &p->k->selection;
	enum err e = ERR_NONE;

	for (uint32_t i = 0; i < s->id_count && !e; i++) {
		slice id = s->ids[i];
		uint64_t number;

		if (p->k->found[i] || !take_u64(&id, &number)) continue;
		e = act_on(p, (int64_t)number);
		if (e == ERR_NOT_FOUND) e = ERR_NONE;
	}
	return e;
}

/* The queue's turn. A job that is run again begins with what was there before it. */
static enum err run_page(struct job *j, struct queue *q)
{
	struct queue_request *k = CONTAINER_OF(j, struct queue_request, job);
	struct page p = { .k = k, .q = q };
	struct json_writer json = k->json;
	size_t printed = k->r->out->n;
	enum err e;

	k->page = (struct queue_tally){ 0 };
	k->changed_count = 0;
	e = has_numbers_only(&k->selection) ? act_on_named(&p) : act_on_page(&p);
	k->has_more = p.count == QUEUE_PAGE;
	if (!e && p.count) k->after = p.ids[p.count - 1];
	if (!e) return ERR_NONE;
	buf_truncate(k->r->out, printed);
	k->json = json;
	return e;
}

static bool is_full(const struct queue_request *k)
{
	return k->verb->level == JOB_READS && (k->total.messages >= QUEUE_LISTED_MAX ||
					       k->total.recipients >= QUEUE_SHOWN_MAX);
}

static enum err run_pages(const struct admin *a, struct queue_request *k)
{
	enum err e;

	do {
		k->job = (struct job){ .account = JOB_QUEUE,
				       .level = k->verb->level,
				       .run_queue = run_page };
		e = errand_run(a->store, a->actors, &k->job);
		if (e) return e;
		trace_operator(a, k, k->verb->said);
		k->total.messages += k->page.messages;
		k->total.recipients += k->page.recipients;
		k->total.changed += k->page.changed;
	} while (k->has_more && !is_full(k));
	return ERR_NONE;
}

/* ---- the request ---- */

/* Words with a `=` say more than an id; the command line makes them of its options. */
static bool read_selection(struct queue_request *k, slice ids[static ADMIN_ARGUMENTS_MAX])
{
	struct queue_selection *s = &k->selection;
	const struct {
		slice name;
		slice *to;
	} words[] = { { S("sender="), &s->sender },
		      { S("recipient="), &s->recipient },
		      { S("domain="), &s->domain } };

	s->ids = ids;
	for (size_t i = 0; i < k->r->count; i++) {
		slice word = k->r->words[i];
		size_t w = 0;

		if (slice_eq(word, S("all"))) {
			k->is_all = true;
			continue;
		}
		while (w < countof(words) && !take_literal(&word, words[w].name))
			w++;
		if (w < countof(words))
			*words[w].to = word;
		else
			ids[s->id_count++] = word;
	}
	return k->is_all || s->id_count || s->sender.n || !selection_is_whole(s);
}

/* Ids that nothing was found for are a fault, whatever was done to the others. */
static bool has_missing(const struct queue_request *k)
{
	bool missing = false;

	for (uint32_t i = 0; i < k->selection.id_count; i++) {
		if (k->found[i]) continue;
		buf_addf(k->r->fault, "%s%.*s",
			 missing ? ", " : "no such message: ", FMT(k->selection.ids[i]));
		missing = true;
	}
	if (missing)
		buf_add(k->r->fault,
			S("; it has left the queue, or was never there: `postroom queue "
			  "list` shows what waits, `postroom why` what became of "
			  "others"));
	return missing;
}

static enum cli_status failed(const struct admin_request *r, enum err e)
{
	bool later = e == ERR_LATER;

	buf_add(r->fault, later ? S("the queue cannot be written now: the log says why "
				    "(a full disk?); try again")
				: S("the queue cannot be read; the log says why"));
	return later ? CLI_LATER : CLI_FAULT;
}

static enum cli_status run(const struct admin *a, const struct admin_request *r,
			   const struct queue_verb *verb, bool needs_selection)
{
	slice ids[ADMIN_ARGUMENTS_MAX];
	struct queue_request k = { .r = r, .verb = verb, .now = clock_now() };
	bool is_list = verb->level == JOB_READS;
	enum err e;

	if (!read_selection(&k, ids) && needs_selection) {
		buf_add(r->fault, S("say which: ids of `postroom queue list`, "
				    "--recipient, --domain, --sender or --all"));
		return CLI_USAGE;
	}
	if (is_list) queue_print_begin(&k);
	e = run_pages(a, &k);
	if (e) return failed(r, e);
	if (is_list)
		queue_print_end(&k);
	else
		queue_print_changes(&k, verb->said);
	if (r->out->overflow) {
		buf_add(r->fault, S("the answer is too long; choose less of the queue"));
		return CLI_FAULT;
	}
	if (has_missing(&k)) return CLI_FAULT;
	if (is_list || k.total.recipients || k.is_all) return CLI_DONE;
	buf_add(r->fault, S("nothing in the queue fits; `postroom queue list` shows what "
			    "waits"));
	return CLI_FAULT;
}

enum cli_status admin_queue_list(const struct admin *a, const struct admin_request *r)
{
	static const struct queue_verb verb = { .level = JOB_READS };

	return run(a, r, &verb, false);
}

enum cli_status admin_queue_show(const struct admin *a, const struct admin_request *r)
{
	static const struct queue_verb verb = { .level = JOB_READS, .is_whole = true };

	return run(a, r, &verb, true);
}

enum cli_status admin_queue_retry(const struct admin *a, const struct admin_request *r)
{
	static const struct queue_verb verb = {
		.level = JOB_WRITES,
		.states = STATE(RECIPIENT_QUEUED),
		.said = SLICE_INIT("due now"),
		.message = queue_retry_message,
		.recipient = queue_retry_recipient,
	};

	return run(a, r, &verb, true);
}

enum cli_status admin_queue_release(const struct admin *a, const struct admin_request *r)
{
	static const struct queue_verb verb = {
		.level = JOB_WRITES,
		.states = STATE(RECIPIENT_HELD),
		.said = SLICE_INIT("released"),
		.message = queue_release_message,
		.recipient = queue_release_recipient,
	};

	return run(a, r, &verb, true);
}

static enum err hold_message(struct queue *q, int64_t message, int64_t)
{
	return queue_hold_message(q, message);
}

static enum err hold_recipient(struct queue *q, int64_t message, uint32_t number, int64_t)
{
	return queue_hold_recipient(q, message, number);
}

enum cli_status admin_queue_hold(const struct admin *a, const struct admin_request *r)
{
	static const struct queue_verb verb = {
		.level = JOB_WRITES,
		.states = STATE(RECIPIENT_QUEUED),
		.said = SLICE_INIT("held"),
		.message = hold_message,
		.recipient = hold_recipient,
	};

	return run(a, r, &verb, true);
}

static enum err delete_message(struct queue *q, int64_t message, int64_t)
{
	return queue_delete_message(q, message);
}

static enum err delete_recipient(struct queue *q, int64_t message, uint32_t number,
				 int64_t)
{
	return queue_delete_recipient(q, message, number);
}

enum cli_status admin_queue_delete(const struct admin *a, const struct admin_request *r)
{
	static const struct queue_verb verb = {
		.level = JOB_WRITES,
		.states = STATE(RECIPIENT_QUEUED) | STATE(RECIPIENT_SENDING) |
			  STATE(RECIPIENT_HELD),
		.said = SLICE_INIT("deleted"),
		.message = delete_message,
		.recipient = delete_recipient,
	};

	return run(a, r, &verb, true);
}
