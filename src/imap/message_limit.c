#include "imap/message_limit.h"

#include "imap/session.h"

/* The lowest of so many highest ones. */
static uint32_t lowest_of(uint32_t limit, const struct interval_set *uids)
{
	return interval_set_select(uids, interval_set_count(uids) - limit + 1);
}

uint32_t message_limit_cut(uint32_t limit, struct interval_set *uids)
{
	uint32_t lowest;

	if (!limit || interval_set_count(uids) <= limit) return 0;
	lowest = lowest_of(limit, uids);
	interval_set_remove_range(uids, 1, lowest - 1);
	return lowest;
}

void message_limit_write(struct buf *out, uint32_t limit, uint32_t uid)
{
	buf_addf(out, "MESSAGELIMIT %u", limit);
	if (uid) buf_addf(out, " %u", uid);
}

void message_limit_refuse(struct task *t, uint32_t limit, const struct interval_set *uids)
{
	message_limit_write(&t->code, limit, uids ? lowest_of(limit, uids) : 0);
	task_answer(t, ANSWER_NO, buf_slice(&t->code), S("too many messages at once"));
}

void message_limit_tell(struct task *t)
{
	uint32_t limit = t->session->config->message_limit;
	struct buf *out = &t->session->output;

	if (!t->code.n && !t->complaint.n) {
		message_limit_write(&t->code, limit, t->lowest);
		return;
	}
	buf_add(out, S("* NO ["));
	message_limit_write(out, limit, t->lowest);
	buf_add(out, S("] only the last messages\r\n"));
}
