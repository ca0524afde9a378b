/* The command table, and the commands that need no file of their own. */
#include "smtp/session.h"

enum {
	BARE = 1,      /* no arguments */
	ARGUED = 2,    /* arguments, or else 501 */
	EXTENDED = 4,  /* after EHLO or LHLO only */
	LOGGED_IN = 8, /* not before AUTH, where that is required (RFC 4954 6) */
	SMTP = 16,     /* not with LMTP (RFC 2033 4.1) */
	LMTP = 32,     /* only with LMTP */
	HIDDEN = 64,   /* not in HELP: another protocol's, or a proxy's */
};

static void noop(struct smtp_server *s, slice)
{
	smtp_say(s, 250, S(""), S("ok"));
}

static void rset(struct smtp_server *s, slice)
{
	smtp_end_transaction(s);
	smtp_say(s, 250, S(""), S("ok"));
}

static void quit(struct smtp_server *s, slice)
{
	smtp_say(s, 221, S(""), S("good-bye"));
	smtp_close(s);
}

static void add_verbs(const struct smtp_server *s, struct buf *out);

static void help(struct smtp_server *s, slice)
{
	static const struct smtp_reply first = {
		214, SLICE_INIT(""), SLICE_INIT("This is Postroom. It knows")
	};
	struct buf text;

	buf_init(&text, SMTP_REPLY_LINE_MAX);
	add_verbs(s, &text);
	smtp_reply_write(&s->output, &first, true, false);
	smtp_say(s, 214, S(""), buf_slice(&text));
	buf_done(&text);
}

/* RFC 3207 4. Not after AUTH: the login would have to be forgotten (4.2). */
static void starttls(struct smtp_server *s, slice)
{
	if (s->tls) {
		smtp_say(s, 503, S(""), S("TLS is active"));
	} else if (!s->config->tls_available) {
		smtp_say(s, 502, S(""), S("TLS is not available"));
	} else if (s->login.n) {
		smtp_say(s, 503, S(""), S("TLS comes before AUTH"));
	} else {
		smtp_say(s, 220, S(""), S("go ahead"));
		s->wants_tls = true;
	}
}

/* A web browser was led here to send mail for somebody: nothing it says is heard. */
static void foreign(struct smtp_server *s, slice)
{
	smtp_end_now(s, S("4.7.0"), S("this is a mail server"));
}

/* clang-format off */
static const struct command {
	slice verb;
	unsigned states; /* where it is legal, or else 503 */
	unsigned flags;
	unsigned offer; /* SMTP_OFFER_* without which it is unknown; 0: always there */
	void (*run)(struct smtp_server *s, slice arg);
} commands[] = {
	{ SLICE_INIT("HELO"),     ANY,             SMTP | ARGUED,        0, smtp_cmd_helo }, /* RFC 5321 4.1.1.1 */
	{ SLICE_INIT("EHLO"),     ANY,             SMTP | ARGUED,        0, smtp_cmd_ehlo },
	{ SLICE_INIT("LHLO"),     ANY,             LMTP | ARGUED,        0, smtp_cmd_ehlo }, /* RFC 2033 4.1 */
	{ SLICE_INIT("MAIL"),     READY,           LOGGED_IN | ARGUED,   0, smtp_cmd_mail }, /* RFC 5321 4.1.1.2 */
	{ SLICE_INIT("RCPT"),     MAILED | REFUSED | NAMED, ARGUED,      0, smtp_cmd_rcpt }, /* RFC 5321 4.1.1.3 */
	{ SLICE_INIT("DATA"),     REFUSED | NAMED, BARE,                 0, smtp_cmd_data }, /* RFC 5321 4.1.1.4 */
	{ SLICE_INIT("BDAT"),     ANY,             0,                    0, smtp_cmd_bdat }, /* RFC 3030 2 */
	{ SLICE_INIT("RSET"),     ANY,             BARE,                 0, rset },          /* RFC 5321 4.1.1.5 */
	{ SLICE_INIT("NOOP"),     ANY,             0,                    0, noop },          /* RFC 5321 4.1.1.9 */
	{ SLICE_INIT("QUIT"),     ANY,             BARE,                 0, quit },          /* RFC 5321 4.1.1.10 */
	{ SLICE_INIT("VRFY"),     ANY,             LOGGED_IN | ARGUED,   0, smtp_cmd_vrfy },          /* RFC 5321 4.1.1.6 */
	{ SLICE_INIT("EXPN"),     ANY,             LOGGED_IN | ARGUED,   0, smtp_cmd_expn },          /* RFC 5321 4.1.1.7 */
	{ SLICE_INIT("ETRN"),     READY,           SMTP | EXTENDED | ARGUED, SMTP_OFFER_ETRN, smtp_cmd_etrn }, /* RFC 1985 5 */
	{ SLICE_INIT("HELP"),     ANY,             0,                    0, help },          /* RFC 5321 4.1.1.8 */
	{ SLICE_INIT("STARTTLS"), READY | MAILED | REFUSED | NAMED, EXTENDED | BARE, 0, starttls }, /* RFC 3207 4 */
	{ SLICE_INIT("AUTH"),     READY,           EXTENDED | ARGUED,    0, smtp_cmd_auth }, /* RFC 4954 4 */
	{ SLICE_INIT("XCLIENT"),  READY,           EXTENDED | ARGUED | HIDDEN, 0, smtp_cmd_xclient },
	{ SLICE_INIT("CONNECT"),  ANY,             HIDDEN,               0, foreign },       /* RFC 9110 9 */
	{ SLICE_INIT("DELETE"),   ANY,             HIDDEN,               0, foreign },
	{ SLICE_INIT("GET"),      ANY,             HIDDEN,               0, foreign },
	{ SLICE_INIT("HEAD"),     ANY,             HIDDEN,               0, foreign },
	{ SLICE_INIT("OPTIONS"),  ANY,             HIDDEN,               0, foreign },
	{ SLICE_INIT("PATCH"),    ANY,             HIDDEN,               0, foreign },
	{ SLICE_INIT("POST"),     ANY,             HIDDEN,               0, foreign },
	{ SLICE_INIT("PUT"),      ANY,             HIDDEN,               0, foreign },
	{ SLICE_INIT("TRACE"),    ANY,             HIDDEN,               0, foreign },
	{ SLICE_INIT(":"),        ANY,             HIDDEN,               0, foreign }, /* any header field */
};
/* clang-format on */

static bool is_spoken(const struct smtp_server *s, const struct command *c)
{
	return !(c->flags & (s->config->lmtp ? SMTP : LMTP)) &&
	       (c->offer == 0 || c->offer & s->config->offered);
}

static void add_verbs(const struct smtp_server *s, struct buf *out)
{
	for (size_t i = 0; i < countof(commands); i++) {
		if (!is_spoken(s, &commands[i]) || commands[i].flags & HIDDEN) continue;
		if (out->n) buf_add_char(out, ' ');
		buf_add(out, commands[i].verb);
	}
}

static const struct command *find_command(const struct smtp_server *s, slice verb)
{
	if (verb.n > 1 && verb.p[verb.n - 1] == ':') verb = S(":");
	for (size_t i = 0; i < countof(commands); i++)
		if (slice_eq_nocase(commands[i].verb, verb) && is_spoken(s, &commands[i]))
			return &commands[i];
	return NULL;
}

static slice out_of_order(const struct smtp_server *s, const struct command *c)
{
	if (s->state == FRESH)
		return s->config->lmtp ? S("say LHLO first") : S("say EHLO first");
	if (s->state == CHUNKED) return S("not between chunks");
	if (c->states & READY) return S("not within a transaction");
	return s->state == READY ? S("MAIL comes first") : S("RCPT comes first");
}

static void run_command(struct smtp_server *s, const struct command *c, slice arg)
{
	bool lacks_login = s->config->login_required && s->login.n == 0;

	if (c->flags & BARE && arg.n)
		smtp_say(s, 501, S(""), S("no arguments here"));
	else if (c->flags & ARGUED && arg.n == 0)
		smtp_say(s, 501, S(""), S("arguments are missing"));
	else if (c->flags & LOGGED_IN && lacks_login)
		smtp_say(s, 530, S(""), S("log in first"));
	else if (!(c->states & s->state))
		smtp_say(s, 503, S(""), out_of_order(s, c));
	else if (c->flags & EXTENDED && !s->facts.extended)
		smtp_say(s, 503, S(""), S("say EHLO first"));
	else
		c->run(s, arg);
}

void smtp_run_line(struct smtp_server *s, slice line)
{
	slice verb = { 0 };
	const struct command *c = take_word(&line, &verb) ? find_command(s, verb) : NULL;

	if (s->state & (FRESH | READY) && ++s->idle_commands > SMTP_LOGIN_COMMANDS_MAX)
		smtp_end_now(s, S("4.7.0"), S("too many commands without a message"));
	else if (c)
		run_command(s, c, slice_trim(line));
	else
		smtp_say(s, 500, S("5.5.1"), S("unknown command"));
}
