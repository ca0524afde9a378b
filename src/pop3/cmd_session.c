#include "pop3/commands.h"
#include "pop3/session.h"

void cmd_capa(struct pop3 *p, const struct arguments *)
{
	session_ok(p, "this can be done here");
	pop3_capability_write(p);
	buf_add(&p->output, S(".\r\n"));
}

/* What the client sent behind STLS is not read: the driver sees to it. */
void cmd_stls(struct pop3 *p, const struct arguments *)
{
	session_ok(p, "begin TLS");
	p->want = WANT_TLS;
}

void cmd_utf8(struct pop3 *p, const struct arguments *)
{
	p->utf8 = true;
	session_ok(p, "UTF-8 it is");
}

/* All our texts are English; i-default is what RFC 2277 4.5 asks for. */
static const struct {
	slice tag, name;
} languages[] = {
	{ SLICE_INIT("en"), SLICE_INIT("English") },
	{ SLICE_INIT("i-default"), SLICE_INIT("Default language") },
};

static void list_languages(struct pop3 *p)
{
	session_ok(p, "these languages are spoken");
	for (size_t i = 0; i < countof(languages); i++)
		buf_addf(&p->output, "%.*s %.*s\r\n", FMT(languages[i].tag),
			 FMT(languages[i].name));
	buf_add(&p->output, S(".\r\n"));
}

/* Basic filtering (RFC 4647 3.3.1). */
static bool is_in_range(slice tag, slice range)
{
	if (slice_eq(range, S("*"))) return true;
	return slice_starts_nocase(tag, range) &&
	       (tag.n == range.n || tag.p[range.n] == '-');
}

/* LANG [range] (RFC 6856 3.2) */
void cmd_lang(struct pop3 *p, const struct arguments *a)
{
	if (a->text.n == 0) {
		list_languages(p);
		return;
	}
	for (size_t i = 0; i < countof(languages); i++) {
		if (!is_in_range(languages[i].tag, a->text)) continue;
		session_ok(p, "%.*s it is", FMT(languages[i].tag));
		return;
	}
	session_err(p, "that language is not spoken here");
}

void cmd_noop(struct pop3 *p, const struct arguments *)
{
	session_ok(p, "still here");
}

void cmd_quit(struct pop3 *p, const struct arguments *)
{
	if (p->state == STATE_TRANSACTION) {
		update_start(p);
		return;
	}
	session_ok(p, "bye");
	session_close(p);
}

void cmd_http(struct pop3 *p, const struct arguments *)
{
	session_err(p, "this is POP3, not HTTP");
	session_close(p);
}
