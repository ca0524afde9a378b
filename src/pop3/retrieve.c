/*
 * RETR and TOP (RFC 1939 5, 7): message_send -> (job -> output)* -> message_sent
 */
#include "base/utf8.h"
#include "pop3/commands.h"
#include "pop3/session.h"
#include "pop3/surrogate.h"
#include "store/body.h"

static struct drop_message *present(struct pop3 *p)
{
	return &p->drop.list[p->number - 1];
}

/* Returns the octets that it stands for. */
static size_t send_surrogate(struct pop3 *p, slice header)
{
	struct buf surrogate;
	size_t n;

	buf_init(&surrogate, SURROGATE_MAX);
	n = surrogate_header(header, &surrogate);
	transfer_add(&p->transfer, buf_slice(&surrogate), &p->output);
	buf_done(&surrogate);
	return n;
}

/* first: all of the message or its first slice. Returns what is left to be added. */
static slice message_begin(struct pop3 *p, slice first)
{
	slice header = header_section(first);

	if (p->body_lines == ALL_LINES)
		session_ok(p, "%llu octets", (unsigned long long)present(p)->size);
	else
		session_ok(p, "the top of the message follows");
	transfer_begin(&p->transfer, p->body_lines);
	if (p->utf8 || is_ascii(header)) return first;
	return slice_skip(first, send_surrogate(p, header));
}

static void message_sent(struct pop3 *p)
{
	transfer_end(&p->transfer, &p->output);
	if (p->body_lines == ALL_LINES) present(p)->marks |= MARK_RETRIEVED;
	p->last_number = p->number;
	pop3_next(p);
}

static void send_whole(struct pop3 *p, slice message)
{
	bool is_last = reading_ends_with(&p->reading, present(p)->uid);

	transfer_add(&p->transfer, message_begin(p, message), &p->output);
	if (is_last && !p->has_more) reading_done(&p->reading);
	message_sent(p);
}

static void read_on(struct pop3 *p)
{
	session_run(p, &p->reading.job);
}

static void send_slice(struct pop3 *p)
{
	struct reading *r = &p->reading;
	slice bytes = buf_slice(&r->bytes);
	bool more = reading_has_more(r);

	if (r->offset == 0) bytes = message_begin(p, bytes);
	more = transfer_add(&p->transfer, bytes, &p->output) && more;
	r->offset += r->bytes.n;
	if (more) {
		session_go_on(p, read_on);
		return;
	}
	reading_done(r);
	message_sent(p);
}

/* In the middle of a message only the end of the connection tells that it is cut. */
static void read_failed(struct pop3 *p, enum err e)
{
	bool is_begun = p->reading.offset > 0;

	reading_done(&p->reading);
	if (is_begun) {
		session_close(p);
		return;
	}
	if (e == ERR_NOT_FOUND)
		session_err(p, "the message is gone: another session removed it");
	else
		session_failed(p, e);
	pop3_next(p);
}

static void was_read(struct job *j, enum err outcome)
{
	struct pop3 *p = CONTAINER_OF(j, struct pop3, reading.job);
	slice message;

	if (outcome)
		read_failed(p, outcome);
	else if (reading_find(&p->reading, present(p)->uid, &message))
		send_whole(p, message);
	else
		send_slice(p);
}

/* The message and, for a client that goes through its mail in one go, those behind it:
 * once it has sent commands ahead, whether or not the next one has come yet. */
static void choose_messages(struct pop3 *p)
{
	struct reading *r = &p->reading;

	p->in_one_go = p->number == p->last_number + 1 && (p->has_more || p->in_one_go);
	r->wanted = 0;
	r->uids[r->wanted++] = present(p)->uid;
	for (uint32_t n = p->number + 1; p->in_one_go && n <= p->drop.count; n++) {
		const struct drop_message *m = maildrop_find(&p->drop, n);

		if (r->wanted == READ_AHEAD_MAX) break;
		if (m) r->uids[r->wanted++] = m->uid;
	}
}

static void message_send(struct pop3 *p)
{
	struct reading *r = &p->reading;
	slice message;

	if (reading_find(r, present(p)->uid, &message)) {
		send_whole(p, message);
		return;
	}
	choose_messages(p);
	r->mailbox = p->mailbox;
	r->job = (struct job){ .account = p->account,
			       .level = JOB_READS,
			       .run = reading_run,
			       .done = was_read };
	session_run(p, &r->job);
}

void cmd_retr(struct pop3 *p, const struct arguments *a)
{
	if (!find_message(p, a)) return;
	p->body_lines = ALL_LINES;
	message_send(p);
}

void cmd_top(struct pop3 *p, const struct arguments *a)
{
	if (!find_message(p, a)) return;
	p->body_lines = a->lines;
	message_send(p);
}
