#include "imap/append_work.h"

#include "imap/access.h"
#include "imap/catenate.h"
#include "imap/session.h"
#include "imap/utf8_header.h"

enum { PREPARED_MAX = 4 * 1024 * 1024 }; /* octets of messages made beforehand */

void append_prepare(struct job *j)
{
	struct append_request *r = ((struct task *)j)->request;
	struct append_message *first = r->source.list.messages;
	uint64_t octets = 0;

	for (struct append_message *m = first; m && !r->trouble; m = m->next) {
		octets += m->size;
		if (m != first && octets > PREPARED_MAX) return;
		r->trouble = append_make(&r->source, m, NULL, NULL, &r->fault);
	}
}

static enum err find_target(struct task *t, struct account *a, struct mailbox *ret,
			    unsigned *ret_rights)
{
	const struct append_request *r = t->request;
	enum err e = access_mailbox(t, a, r->name, RIGHT_INSERT, ret, ret_rights);

	if (!e && !ret->selectable) e = ERR_NOT_FOUND;
	if (e == ERR_NOT_FOUND)
		task_complain(t, S("TRYCREATE"), S("there is no such mailbox"));
	return e;
}

static enum err find_flags(struct account *a, const struct append_message *m,
			   unsigned rights, uint64_t *ret)
{
	enum err e;
	struct flag_list flags = { .system = m->system,
				   .keyword_count = m->keyword_count };

	for (uint32_t i = 0; i < m->keyword_count; i++)
		flags.keywords[i] = m->keywords[i];
	e = flag_list_bits(a, &flags, rights & RIGHT_WRITE, ret);
	*ret &= access_flags(rights);
	return e;
}

/* NUL cannot be given back in a literal (RFC 9051 4.3), so it is not taken where it
 * cannot be encoded (RFC 3516 4.4). */
static bool is_refused(struct task *t, const struct append_message *message)
{
	const struct mime *m = incoming_mime(message->made);

	if (m->has_nul)
		task_complain(t, S("UNKNOWN-CTE"), S("the message holds NUL octets"));
	else if (!(t->enabled & (ENABLED_UTF8 | ENABLED_REV2)) && m->has_8bit &&
		 needs_utf8(&m->parts[0], message->is_utf8))
		task_complain(t, S("CANNOT"), S("enable UTF8=ACCEPT for such a header"));
	else
		return false;
	return true;
}

/* Where messages go, and what the session may do there. */
struct target {
	struct mailbox mailbox;
	unsigned rights;
};

static enum err append(struct task *t, struct account *a, const struct target *to,
		       const struct append_message *m, uint32_t *ret_uid)
{
	const struct append_request *r = t->request;
	struct append what = { .message = m->made };
	struct date received = m->has_received ? m->received : r->now;
	enum err e;

	if (is_refused(t, m)) return ERR_MALFORMED;
	what.received = received.instant;
	what.received_zone = received.zone_minutes;
	e = find_flags(a, m, to->rights, &what.flags);
	if (e) return e;
	e = message_append(a, to->mailbox.id, &what, ret_uid, NULL);
	if (e == ERR_LIMIT)
		task_complain(t, S("OVERQUOTA"), S("no room for the message"));
	return e;
}

static void explain(struct task *t, const struct append_fault *f)
{
	if (f->is_empty) task_complain(t, S("CANNOT"), S("message without content"));
	if (f->is_large) task_complain(t, S("TOOBIG"), S("message too large"));
	if (!f->url.p) return;
	task_complain(t, S(""), S("the URL names nothing here"));
	bad_url_write(f->url, &t->code);
}

/* One that was not made before is not kept. What a URL names lies in the session's own
 * account, and cannot be read in the job of another's. */
static enum err make_and_append(struct task *t, struct account *a,
				const struct target *to, const struct append_message *m,
				uint32_t *ret_uid)
{
	struct append_request *r = t->request;
	struct append_message made = *m;
	struct append_fault fault = { 0 };
	enum err e;

	if (m->has_url && !task_is_at_home(t, a)) {
		task_complain(t, S("CANNOT"), S("no URLs into another user's mailbox"));
		return ERR_DENIED;
	}
	e = append_make(&r->source, &made, a, t->names, &fault);
	if (e) explain(t, &fault);
	if (!e) e = append(t, a, to, &made, ret_uid);
	if (!m->made) incoming_free(made.made);
	return e;
}

/* The UIDs follow each other, for the account has done nothing else. Who may not read the
 * mailbox learns nothing of it (RFC 4315 3). */
static enum err append_all(struct task *t, struct account *a, struct buf *out)
{
	const struct append_request *r = t->request;
	const struct append_list *l = &r->source.list;
	uint32_t uid = 0;
	struct target to;
	enum err e = find_target(t, a, &to.mailbox, &to.rights);

	if (!e && r->trouble) explain(t, &r->fault);
	if (!e) e = r->trouble;
	for (const struct append_message *m = l->messages; m && !e; m = m->next)
		e = make_and_append(t, a, &to, m, &uid);
	if (e || !(to.rights & RIGHT_READ)) return e;
	buf_addf(out, "APPENDUID %u %u", to.mailbox.uid_validity, uid - l->count + 1);
	if (l->count > 1) buf_addf(out, ":%u", uid);
	return ERR_NONE;
}

enum err append_work(struct task *t, struct account *a)
{
	return append_all(t, a, &t->code);
}

/* It may go into the message that takes its place: that is made first. Then it goes, for
 * the room that it leaves counts (RFC 8508 3.4). */
static enum err remove_replaced(struct task *t, struct account *a)
{
	struct append_request *r = t->request;
	struct interval_set removed = { 0 };
	enum err e;

	if (!r->trouble)
		r->trouble = append_make(&r->source, r->source.list.messages, a, t->names,
					 &r->fault);
	e = message_remove(a, t->view->mailbox, &t->uids, &removed);
	if (!e && !interval_set_count(&removed)) {
		task_complain(t, S("EXPUNGEISSUED"), S("the message is gone"));
		e = ERR_NOT_FOUND;
	}
	interval_set_done(&removed);
	return e;
}

/* APPENDUID comes before the EXPUNGE, so in an untagged OK (RFC 8508 4.3). */
enum err replace_work(struct task *t, struct account *a)
{
	enum err e = remove_replaced(t, a);

	if (e) return e;
	buf_add(&t->out, S("* OK ["));
	e = append_all(t, a, &t->out);
	buf_add(&t->out, S("] the replacement is there\r\n"));
	return e;
}
