#include "pop3/commands.h"
#include "pop3/session.h"

void cmd_stat(struct pop3 *p, const struct arguments *)
{
	session_ok(p, "%u %llu", p->drop.shown, (unsigned long long)p->drop.shown_size);
}

static void size_line(struct pop3 *p, const struct drop_message *m)
{
	buf_addf(&p->output, "%u %llu\r\n", p->number, (unsigned long long)m->size);
}

/* A UID is never given again while the mailbox has this validity (RFC 1939 7). */
static void uid_line(struct pop3 *p, const struct drop_message *m)
{
	buf_addf(&p->output, "%u %u.%u\r\n", p->number, p->validity, m->uid);
}

/* From message p->number on, as many as there is room for. */
static void list_on(struct pop3 *p)
{
	for (; p->number <= p->drop.count && pop3_has_room(p); p->number++) {
		const struct drop_message *m = maildrop_find(&p->drop, p->number);

		if (m) p->list_line(p, m);
	}
	if (p->number <= p->drop.count) {
		session_go_on(p, list_on);
		return;
	}
	buf_add(&p->output, S(".\r\n"));
	pop3_next(p);
}

static void list(struct pop3 *p, const struct arguments *a,
		 void (*line)(struct pop3 *, const struct drop_message *))
{
	const struct drop_message *m;

	if (a->has_number) {
		m = find_message(p, a);
		if (!m) return;
		p->faults = 0;
		buf_add(&p->output, S("+OK "));
		line(p, m);
		return;
	}
	session_ok(p, "%u messages (%llu octets)", p->drop.shown,
		   (unsigned long long)p->drop.shown_size);
	p->number = 1;
	p->list_line = line;
	list_on(p);
}

void cmd_list(struct pop3 *p, const struct arguments *a)
{
	list(p, a, size_line);
}

void cmd_uidl(struct pop3 *p, const struct arguments *a)
{
	list(p, a, uid_line);
}

void cmd_dele(struct pop3 *p, const struct arguments *a)
{
	struct drop_message *m = find_message(p, a);

	if (!m) return;
	maildrop_delete(&p->drop, m);
	session_ok(p, "message %u deleted", p->number);
}

void cmd_rset(struct pop3 *p, const struct arguments *)
{
	maildrop_reset(&p->drop);
	session_ok(p, "%u messages (%llu octets)", p->drop.shown,
		   (unsigned long long)p->drop.shown_size);
}
