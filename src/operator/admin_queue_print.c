#include "base/date.h"
#include "operator/admin_queue.h"
#include "operator/plain.h"

/* "45s", "12m", "3h", "2d": the largest unit that is whole at least once. */
static void add_span(struct buf *out, int64_t seconds)
{
	static const struct {
		int64_t seconds;
		char name;
	} units[] = { { DAY_SECONDS, 'd' }, { 3600, 'h' }, { 60, 'm' }, { 1, 's' } };

	if (seconds < 0) seconds = 0;
	for (size_t i = 0; i < countof(units); i++) {
		if (seconds < units[i].seconds && units[i].seconds > 1) continue;
		buf_addf(out, "%lld%c", (long long)(seconds / units[i].seconds),
			 units[i].name);
		return;
	}
}

static void add_size(struct buf *out, uint64_t octets)
{
	if (octets < 1024)
		buf_addf(out, "%u", (unsigned)octets);
	else if (octets < 1024 * 1024)
		buf_addf(out, "%.1fK", (double)octets / 1024);
	else
		buf_addf(out, "%.1fM", (double)octets / (1024 * 1024));
}

/* Blanks up to the column, one at least. */
static void pad_to(struct buf *out, size_t line, size_t column)
{
	do {
		buf_add_char(out, ' ');
	} while (out->n - line < column && !out->overflow);
}

enum {
	AGE_AT = 8,
	SIZE_AT = 14,
	STATE_AT = 22,
	TRIES_AT = 33,
	NEXT_AT = 40,
	WHO_AT = 48
};

static void add_sender(struct buf *out, const struct queue_message *m)
{
	if (m->envelope.reverse_path.n)
		plain_add(out, m->envelope.reverse_path);
	else
		buf_add(out, S("<>"));
}

static void add_when(struct queue_request *k, const struct queue_recipient *r)
{
	if (r->state != RECIPIENT_QUEUED)
		buf_add_char(k->r->out, '-');
	else if (r->next_attempt <= k->now)
		buf_add(k->r->out, S("now"));
	else
		add_span(k->r->out, r->next_attempt - k->now);
}

/* "450 4.2.0 mx.there.test: Greylisted" */
static void add_reply(struct buf *out, const struct queue_reply *reply)
{
	if (reply->code) buf_addf(out, "%d ", reply->code);
	if (reply->status.n) {
		plain_add(out, reply->status);
		buf_add_char(out, ' ');
	}
	if (reply->remote.n) {
		plain_add(out, reply->remote);
		buf_add(out, S(": "));
	}
	plain_add(out, reply->text);
}

/* ---- the list ---- */

static void print_row(struct queue_request *k, const struct queue_message *m,
		      const struct queue_recipient *r, bool is_first)
{
	struct buf *out = k->r->out;
	size_t line = out->n;

	if (is_first) {
		buf_addf(out, "%lld", (long long)m->id);
		pad_to(out, line, AGE_AT);
		add_span(out, k->now - m->envelope.received);
		pad_to(out, line, SIZE_AT);
		add_size(out, m->size);
	}
	pad_to(out, line, STATE_AT);
	buf_add(out, recipient_state_name(r->state));
	pad_to(out, line, TRIES_AT);
	buf_addf(out, "%u", r->attempts);
	pad_to(out, line, NEXT_AT);
	add_when(k, r);
	pad_to(out, line, WHO_AT);
	if (is_first) add_sender(out, m);
	buf_add(out, S(" -> "));
	plain_add(out, r->target.address);
	buf_add_char(out, '\n');
	if (!r->last_attempt) return;
	line = out->n;
	pad_to(out, line, STATE_AT);
	add_reply(out, &r->reply);
	buf_add_char(out, '\n');
}

static void print_heading(struct buf *out)
{
	buf_addf(out, "%-*s%-*s%-*s%-*s%-*s%-*s%s\n", AGE_AT, "ID", SIZE_AT - AGE_AT,
		 "AGE", STATE_AT - SIZE_AT, "SIZE", TRIES_AT - STATE_AT, "STATE",
		 NEXT_AT - TRIES_AT, "TRIES", WHO_AT - NEXT_AT, "NEXT",
		 "SENDER -> RECIPIENT");
}

/* ---- all that is known ---- */

static void print_name(struct buf *out, slice name)
{
	buf_addf(out, "%-12.*s", FMT(name));
}

static void print_text(struct buf *out, slice name, slice value)
{
	if (value.n == 0) return;
	print_name(out, name);
	plain_add(out, value);
	buf_add_char(out, '\n');
}

static void print_date(struct buf *out, slice name, int64_t instant)
{
	if (!instant) return;
	print_name(out, name);
	date_add_iso(out, instant);
	buf_add_char(out, '\n');
}

static void print_flags(struct buf *out, unsigned flags)
{
	static const struct {
		unsigned flag;
		slice name;
	} names[] = { { MESSAGE_8BIT, SLICE_INIT(" 8BITMIME") },
		      { MESSAGE_UTF8, SLICE_INIT(" SMTPUTF8") },
		      { MESSAGE_REQUIRE_TLS, SLICE_INIT(" REQUIRETLS") } };

	if (!flags) return;
	buf_add(out, S("needs      "));
	for (size_t i = 0; i < countof(names); i++)
		if (flags & names[i].flag) buf_add(out, names[i].name);
	buf_add_char(out, '\n');
}

static void print_facts(struct queue_request *k, const struct queue_message *m)
{
	const struct queue_envelope *v = &m->envelope;
	struct buf *out = k->r->out;

	if (k->total.messages + k->page.messages) buf_add_char(out, '\n');
	print_name(out, S("message"));
	buf_addf(out, "%lld\n", (long long)m->id);
	print_text(out, S("id"), v->trace_id);
	print_name(out, S("sender"));
	add_sender(out, m);
	buf_add_char(out, '\n');
	print_text(out, S("login"), v->login);
	print_text(out, S("envid"), v->envelope_id);
	print_name(out, S("size"));
	buf_addf(out, "%llu octets\n", (unsigned long long)m->size);
	print_date(out, S("received"), v->received);
	if (v->release_at > v->received) print_date(out, S("not before"), v->release_at);
	if (v->priority) {
		print_name(out, S("priority"));
		buf_addf(out, "%d\n", v->priority);
	}
	print_flags(out, v->flags);
}

static void print_recipient(struct buf *out, const struct queue_recipient *r)
{
	print_text(out, S("recipient"), r->target.address);
	print_text(out, S("  by"), r->target.destination);
	print_text(out, S("  state"), recipient_state_name(r->state));
	print_name(out, S("  tries"));
	buf_addf(out, "%u\n", r->attempts);
	if (r->last_attempt) {
		print_date(out, S("  last try"), r->last_attempt);
		print_name(out, S("  reply"));
		add_reply(out, &r->reply);
		buf_add_char(out, '\n');
	}
	if (r->state == RECIPIENT_QUEUED)
		print_date(out, S("  next try"), r->next_attempt);
}

/* ---- both, and JSON ---- */

void queue_print_begin(struct queue_request *k)
{
	json_writer_init(&k->json, k->r->out);
	if (!k->r->json) return;
	json_write_object_begin(&k->json);
	json_write_key(&k->json, S("messages"));
	json_write_array_begin(&k->json);
}

void queue_print_message(struct queue_request *k, const struct queue_message *m,
			 bool is_whole)
{
	if (k->r->json) {
		json_write_object_begin(&k->json);
		queue_message_json_fields(m, &k->json);
		json_write_key(&k->json, S("recipients"));
		json_write_array_begin(&k->json);
	} else if (is_whole) {
		print_facts(k, m);
	} else if (k->total.messages + k->page.messages == 0) {
		print_heading(k->r->out);
	}
}

void queue_print_recipient(struct queue_request *k, const struct queue_message *m,
			   const struct queue_recipient *r, bool is_first, bool is_whole)
{
	if (k->r->json)
		queue_recipient_json(r, &k->json);
	else if (is_whole)
		print_recipient(k->r->out, r);
	else
		print_row(k, m, r, is_first);
}

void queue_print_message_end(struct queue_request *k)
{
	if (!k->r->json) return;
	json_write_array_end(&k->json);
	json_write_object_end(&k->json);
}

void queue_print_end(struct queue_request *k)
{
	struct buf *out = k->r->out;

	if (k->r->json) {
		json_write_array_end(&k->json);
		json_write_key(&k->json, S("more"));
		json_write_bool(&k->json, k->has_more);
		json_write_object_end(&k->json);
		buf_add_char(out, '\n');
	} else if (k->total.messages == 0) {
		if (!k->selection.id_count) buf_add(out, S("nothing waits\n"));
	} else if (k->has_more) {
		buf_add(out, S("there is more; choose with --domain, --recipient or "
			       "--sender\n"));
	}
}

static void print_count(struct json_writer *w, slice name, uint64_t n)
{
	json_write_key(w, name);
	json_write_uint(w, n);
}

static void print_changes_json(const struct queue_request *k)
{
	struct json_writer w;

	json_writer_init(&w, k->r->out);
	json_write_object_begin(&w);
	print_count(&w, S("messages"), k->total.messages);
	print_count(&w, S("recipients"), k->total.recipients);
	print_count(&w, S("changed"), k->total.changed);
	json_write_object_end(&w);
	buf_add_char(k->r->out, '\n');
}

static const char *plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

void queue_print_changes(struct queue_request *k, slice said)
{
	const struct queue_tally *t = &k->total;

	if (k->r->json) {
		print_changes_json(k);
		return;
	}
	buf_addf(k->r->out, "%llu recipient%s of %llu message%s %.*s",
		 (unsigned long long)t->changed, plural(t->changed),
		 (unsigned long long)t->messages, plural(t->messages), FMT(said));
	if (t->changed < t->recipients)
		buf_addf(k->r->out, "; %llu in another state left alone",
			 (unsigned long long)(t->recipients - t->changed));
	buf_add_char(k->r->out, '\n');
}
