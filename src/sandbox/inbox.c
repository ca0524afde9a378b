#include "sandbox/inbox.h"

static bool is_plain(char c)
{
	return (unsigned char)c > ' ' && c != 0x7f && c != '/' && c != '%' && c != '*' &&
	       c != '=';
}

bool inbox_name(slice login_or_address, struct buf *out)
{
	if (login_or_address.n == 0 || login_or_address.n > INBOX_NAME_MAX) return false;
	for (size_t i = 0; i < login_or_address.n; i++) {
		char c = lower_ascii(login_or_address.p[i]);

		if (is_plain(c))
			buf_add_char(out, c);
		else
			buf_addf(out, "=%02X", (unsigned)(unsigned char)c);
	}
	return !out->overflow;
}

enum err inbox_open(struct account *a, slice name, int64_t *ret_mailbox)
{
	enum err e = mailbox_find_id(a, name, ret_mailbox);

	return e == ERR_NOT_FOUND ? mailbox_create(a, name, USE_NONE, ret_mailbox) : e;
}

static enum err link_into(struct account *a, slice name, int64_t email)
{
	int64_t mailbox;
	uint32_t uid;
	enum err e = inbox_open(a, name, &mailbox);

	return e ? e : message_link(a, email, mailbox, 0, &uid);
}

enum err inbox_deliver(struct account *a, const slice *names, uint32_t count,
		       const struct append *what)
{
	int64_t mailbox, email;
	uint32_t uid;
	enum err e = inbox_open(a, S(INBOX_ALL), &mailbox);

	if (!e) e = message_append(a, mailbox, what, &uid, &email);
	for (uint32_t i = 0; !e && i < count; i++)
		if (!slice_eq(names[i], S(INBOX_ALL))) e = link_into(a, names[i], email);
	return e;
}
