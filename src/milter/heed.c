#include "milter/milter_state.h"

#include <string.h>

static void end(struct milter *m, enum milter_action action)
{
	m->verdict->action = action;
	milter_add_quit(m);
	m->want = WANT_CLOSE;
}

static void refuse(struct milter *m, int code, slice enhanced, slice text)
{
	struct milter_verdict *v = m->verdict;

	v->code = code;
	if (arena_copy(&v->arena, enhanced, &v->enhanced) &&
	    arena_copy(&v->arena, text, &v->text))
		end(m, MILTER_REFUSES);
	else
		milter_fail(m, "its reply is too long");
}

static void heed_options(struct milter *m, const struct milter_reply *r)
{
	slice lists = r->text, names;
	uint32_t stage;

	if (r->version < 2 || r->version > MILTER_VERSION ||
	    r->may & ~(uint32_t)MAY_ALL || r->wishes & ~(uint32_t)WISH_ALL) {
		milter_fail(m, "it wants what was not offered");
		return;
	}
	m->version = r->version;
	m->may = r->may;
	m->wishes = r->wishes;
	while (lists.n) {
		if (!milter_take_macros(&lists, &stage, &names) ||
		    !milter_choose_macros(m, stage, names)) {
			milter_fail(m, "its list of macros is malformed");
			return;
		}
	}
	milter_enter(m, AT_CONNECT);
	milter_go_on(m);
}

static void heed_continue(struct milter *m, const struct milter_reply *)
{
	if (m->stage == AT_END)
		end(m, MILTER_TAKES);
	else
		milter_go_on(m);
}

/* No more of the same. */
static void heed_skip(struct milter *m, const struct milter_reply *r)
{
	if (!(m->wishes & WISH_SKIP) || m->stage == AT_END) {
		milter_fail(m, "it skips what cannot be skipped");
		return;
	}
	if (m->stage == AT_BODY) m->offset = m->mail.body_size;
	m->at = milter_stage_count(m);
	heed_continue(m, r);
}

static void heed_accept(struct milter *m, const struct milter_reply *)
{
	end(m, MILTER_TAKES);
}

static void heed_discard(struct milter *m, const struct milter_reply *)
{
	end(m, MILTER_DISCARDS);
}

static void heed_reject(struct milter *m, const struct milter_reply *)
{
	refuse(m, 550, S("5.7.1"), S("A filter refuses the message"));
}

static void heed_tempfail(struct milter *m, const struct milter_reply *)
{
	refuse(m, 451, S("4.7.1"), S("A filter asks to try again later"));
}

static void heed_shutdown(struct milter *m, const struct milter_reply *)
{
	refuse(m, 421, S("4.7.0"), S("A filter ends the session"));
}

/* Filters write "%%" for "%" (smfi_setreply). What is no text becomes a question mark. */
static void heed_reply(struct milter *m, const struct milter_reply *r)
{
	struct buf text;

	buf_init(&text, r->text.n + 1);
	for (size_t i = 0; i < r->text.n; i++) {
		char c = r->text.p[i];

		if (c == '%' && i + 1 < r->text.n && r->text.p[i + 1] == '%') i++;
		buf_add_char(&text, (unsigned char)c < ' ' || c == 127 ? '?' : c);
	}
	if (!text.n) buf_add(&text, S("!"));
	refuse(m, r->code, r->enhanced, buf_slice(&text));
	buf_done(&text);
}

static void heed_progress(struct milter *, const struct milter_reply *)
{
	/* The budget is the whole filter's, however alive it is. */
}

static void heed_quarantine(struct milter *m, const struct milter_reply *r)
{
	m->verdict->quarantined = true;
	if (!arena_copy(&m->verdict->arena, r->text, &m->verdict->reason))
		milter_fail(m, "it changes too much");
}

static void heed_new_body(struct milter *m, const struct milter_reply *r)
{
	m->verdict->has_new_body = true;
	if (!m->ops->new_body(m->host, r->text)) milter_fail(m, "its body is too large");
}

static bool make_room(struct milter_verdict *v)
{
	uint32_t room = v->edit_room ? 2 * v->edit_room : 16;
	struct milter_edit *grown;

	if (v->edit_count == MILTER_EDITS_MAX) return false;
	if (v->edit_count < v->edit_room) return true;
	grown = arena_alloc_array(&v->arena, room, sizeof(*grown));
	if (!grown) return false;
	if (v->edit_count) memcpy(grown, v->edits, v->edit_count * sizeof(*grown));
	v->edits = grown;
	v->edit_room = room;
	return true;
}

static const struct {
	enum milter_word word;
	enum milter_edit_kind kind;
} edits[] = {
	{ MILTER_ADD_HEADER, EDIT_ADD_FIELD },
	{ MILTER_INSERT_HEADER, EDIT_INSERT_FIELD },
	{ MILTER_CHANGE_HEADER, EDIT_CHANGE_FIELD },
	{ MILTER_CHANGE_FROM, EDIT_SENDER },
	{ MILTER_ADD_RCPT, EDIT_ADD_RCPT },
	{ MILTER_ADD_RCPT_WITH, EDIT_ADD_RCPT },
	{ MILTER_DELETE_RCPT, EDIT_REMOVE_RCPT },
};

/* What stands behind the colon is the filter's only where it said so; else a blank does.
 */
static bool keep_value(const struct milter *m, struct arena *arena, slice text,
		       slice *ret)
{
	char *whole;

	if (m->wishes & WISH_LEADING_SPACE || text.n == 0)
		return arena_copy(arena, text, ret);
	whole = arena_alloc(arena, text.n + 1);
	if (!whole) return false;
	whole[0] = ' ';
	memcpy(whole + 1, text.p, text.n);
	*ret = (slice){ whole, text.n + 1 };
	return true;
}

static void heed_edit(struct milter *m, const struct milter_reply *r)
{
	struct milter_verdict *v = m->verdict;
	struct milter_edit e = { .index = r->index };
	bool is_field = r->name.n;

	for (size_t i = 0; i < countof(edits); i++)
		if (edits[i].word == r->word) e.kind = edits[i].kind;
	if (!make_room(v) || !arena_copy(&v->arena, r->name, &e.name) ||
	    !(is_field ? keep_value(m, &v->arena, r->text, &e.value)
		       : arena_copy(&v->arena, r->text, &e.value)))
		milter_fail(m, "it changes too much");
	else
		v->edits[v->edit_count++] = e;
}

static const struct answer {
	enum milter_word word;
	uint32_t may; /* what it must have asked for: only at the end; 0: at any time */
	void (*heed)(struct milter *m, const struct milter_reply *r);
} answers[] = {
	{ MILTER_CONTINUE, 0, heed_continue },
	{ MILTER_SKIP, 0, heed_skip },
	{ MILTER_ACCEPT, 0, heed_accept },
	{ MILTER_DISCARD, 0, heed_discard },
	{ MILTER_REJECT, 0, heed_reject },
	{ MILTER_TEMPFAIL, 0, heed_tempfail },
	{ MILTER_CONNECTION_FAILED, 0, heed_tempfail },
	{ MILTER_SHUTDOWN, 0, heed_shutdown },
	{ MILTER_REPLY, 0, heed_reply },
	{ MILTER_PROGRESS, 0, heed_progress },
	{ MILTER_QUARANTINE, MAY_QUARANTINE, heed_quarantine },
	{ MILTER_REPLACE_BODY, MAY_CHANGE_BODY, heed_new_body },
	{ MILTER_ADD_HEADER, MAY_ADD_HEADERS, heed_edit },
	{ MILTER_INSERT_HEADER, MAY_ADD_HEADERS, heed_edit },
	{ MILTER_CHANGE_HEADER, MAY_CHANGE_HEADERS, heed_edit },
	{ MILTER_CHANGE_FROM, MAY_CHANGE_FROM, heed_edit },
	{ MILTER_ADD_RCPT, MAY_ADD_RCPT, heed_edit },
	{ MILTER_ADD_RCPT_WITH, MAY_ADD_RCPT_WITH, heed_edit },
	{ MILTER_DELETE_RCPT, MAY_DELETE_RCPT, heed_edit },
};

void milter_heed(struct milter *m, const struct milter_reply *r)
{
	if (m->stage == AT_OPTIONS || (char)r->word == MILTER_OPTIONS) {
		if (m->stage == AT_OPTIONS && (char)r->word == MILTER_OPTIONS)
			heed_options(m, r);
		else
			milter_fail(m, "it does not begin with its options, once");
		return;
	}
	for (size_t i = 0; i < countof(answers); i++) {
		if (answers[i].word != r->word) continue;
		if (answers[i].may && (m->stage != AT_END || !(m->may & answers[i].may)))
			milter_fail(m, "it changes what it may not, or too early");
		else
			answers[i].heed(m, r);
		return;
	}
}
