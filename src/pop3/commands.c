#include "pop3/commands.h"

enum { AUTH = STATE_AUTHORIZATION, TRANS = STATE_TRANSACTION, ANY = AUTH | TRANS };

enum shape {
	NONE,
	TEXT,       /* SP and all the rest, at least one octet */
	MAYBE_TEXT, /* nothing, or as TEXT */
	MESSAGE,    /* SP number */
	MAYBE_MESSAGE,
	MESSAGE_LINES, /* SP number SP number */
	ANYTHING,
};

/* clang-format off */
static const struct row {
	slice verb;
	unsigned states; /* where it is legal */
	enum shape shape;
	const char *(*hindrance)(const struct pop3 *); /* why not now; NULL: no such thing */
	command *run;
} table[] = {
	{ SLICE_INIT("USER"),    AUTH,  TEXT,          hindrance_to_passwords, cmd_user }, /* RFC 1939 7 */
	{ SLICE_INIT("PASS"),    AUTH,  TEXT,          hindrance_to_passwords, cmd_pass }, /* RFC 1939 7 */
	{ SLICE_INIT("APOP"),    AUTH,  TEXT,          hindrance_to_apop,      cmd_apop }, /* RFC 1939 7 */
	{ SLICE_INIT("AUTH"),    AUTH,  MAYBE_TEXT,    NULL,                   cmd_auth }, /* RFC 5034 4 */
	{ SLICE_INIT("STLS"),    AUTH,  NONE,          hindrance_to_tls,       cmd_stls }, /* RFC 2595 4 */
	{ SLICE_INIT("UTF8"),    AUTH,  NONE,          NULL,                   cmd_utf8 }, /* RFC 6856 2.1 */
	{ SLICE_INIT("CAPA"),    ANY,   NONE,          NULL,                   cmd_capa }, /* RFC 2449 5 */
	{ SLICE_INIT("LANG"),    ANY,   MAYBE_TEXT,    NULL,                   cmd_lang }, /* RFC 6856 3.2 */
	{ SLICE_INIT("STAT"),    TRANS, NONE,          NULL,                   cmd_stat }, /* RFC 1939 5 */
	{ SLICE_INIT("LIST"),    TRANS, MAYBE_MESSAGE, NULL,                   cmd_list }, /* RFC 1939 5 */
	{ SLICE_INIT("UIDL"),    TRANS, MAYBE_MESSAGE, NULL,                   cmd_uidl }, /* RFC 1939 7 */
	{ SLICE_INIT("RETR"),    TRANS, MESSAGE,       NULL,                   cmd_retr }, /* RFC 1939 5 */
	{ SLICE_INIT("TOP"),     TRANS, MESSAGE_LINES, NULL,                   cmd_top },  /* RFC 1939 7 */
	{ SLICE_INIT("DELE"),    TRANS, MESSAGE,       NULL,                   cmd_dele }, /* RFC 1939 5 */
	{ SLICE_INIT("RSET"),    TRANS, NONE,          NULL,                   cmd_rset }, /* RFC 1939 5 */
	{ SLICE_INIT("NOOP"),    TRANS, NONE,          NULL,                   cmd_noop }, /* RFC 1939 5 */
	{ SLICE_INIT("QUIT"),    ANY,   NONE,          NULL,                   cmd_quit }, /* RFC 1939 4, 6 */
	/* A browser that was made to talk to us must not get to its body. */
	{ SLICE_INIT("GET"),     ANY,   ANYTHING,      NULL,                   cmd_http },
	{ SLICE_INIT("POST"),    ANY,   ANYTHING,      NULL,                   cmd_http },
	{ SLICE_INIT("HEAD"),    ANY,   ANYTHING,      NULL,                   cmd_http },
	{ SLICE_INIT("PUT"),     ANY,   ANYTHING,      NULL,                   cmd_http },
	{ SLICE_INIT("PATCH"),   ANY,   ANYTHING,      NULL,                   cmd_http },
	{ SLICE_INIT("DELETE"),  ANY,   ANYTHING,      NULL,                   cmd_http },
	{ SLICE_INIT("OPTIONS"), ANY,   ANYTHING,      NULL,                   cmd_http },
	{ SLICE_INIT("CONNECT"), ANY,   ANYTHING,      NULL,                   cmd_http },
	{ SLICE_INIT("TRACE"),   ANY,   ANYTHING,      NULL,                   cmd_http },
};
/* clang-format on */

static const struct row *find_row(slice verb)
{
	for (size_t i = 0; i < countof(table); i++)
		if (slice_eq_nocase(table[i].verb, verb)) return &table[i];
	return NULL;
}

static bool take_numbers(slice in, bool with_lines, struct arguments *ret)
{
	ret->has_number = take_u32(&in, &ret->number);
	return ret->has_number &&
	       (!with_lines || (take_char(&in, ' ') && take_u32(&in, &ret->lines))) &&
	       in.n == 0;
}

/* rest: from the SP behind the verb on, or empty. */
static bool take_arguments(enum shape shape, slice rest, struct arguments *ret)
{
	ret->text = slice_skip(rest, 1);
	switch (shape) {
	case NONE:
		return rest.n == 0;
	case TEXT:
		return ret->text.n > 0;
	case MAYBE_TEXT:
		return rest.n == 0 || ret->text.n > 0;
	case MESSAGE:
		return take_numbers(ret->text, false, ret);
	case MAYBE_MESSAGE:
		return rest.n == 0 || take_numbers(ret->text, false, ret);
	case MESSAGE_LINES:
		return take_numbers(ret->text, true, ret);
	case ANYTHING:
		return true;
	}
	return false;
}

static bool has_control(slice line)
{
	return slice_find_char(line, '\r') < line.n ||
	       slice_find_char(line, '\0') < line.n;
}

/* NULL: the command may run. */
static const char *refusal(const struct pop3 *p, const struct row *row, slice rest,
			   struct arguments *ret)
{
	if (!row) return "unknown command";
	if (!(row->states & p->state))
		return p->state == STATE_AUTHORIZATION ? "log in first"
						       : "you are logged in already";
	if (has_control(rest) || !take_arguments(row->shape, rest, ret))
		return "bad arguments";
	return row->hindrance ? row->hindrance(p) : NULL;
}

void run_line(struct pop3 *p, slice line)
{
	struct arguments arguments = { 0 };
	slice verb = S("");
	const struct row *row = take_word(&line, &verb) ? find_row(verb) : NULL;
	const char *why = refusal(p, row, line, &arguments);

	if (p->state == STATE_AUTHORIZATION) p->early_commands++;
	if (why)
		session_fault(p, why);
	else
		row->run(p, &arguments);
	if (p->want == WANT_INPUT) pop3_next(p);
}

struct drop_message *find_message(struct pop3 *p, const struct arguments *a)
{
	struct drop_message *m = maildrop_find(&p->drop, a->number);

	p->number = a->number;
	if (!m)
		session_err(p, a->number && a->number <= p->drop.count
				       ? "that message is deleted"
				       : "no such message");
	return m;
}
