#include "operator/admin.h"

static const struct command {
	slice name;           /* words with SP between */
	uint32_t least, most; /* words behind it */
	slice usage;
	enum cli_status (*run)(const struct admin *a, const struct admin_request *r);
} commands[] = {
	{ SLICE_INIT("user add"), 1, 1, SLICE_INIT("ADDRESS [--password-stdin]"),
	  admin_user_add },
	{ SLICE_INIT("user passwd"), 1, 1, SLICE_INIT("ADDRESS [--password-stdin]"),
	  admin_user_passwd },
	{ SLICE_INIT("user list"), 0, 1, SLICE_INIT("[ADDRESS]"), admin_user_list },
	{ SLICE_INIT("user delete"), 1, 1, SLICE_INIT("ADDRESS"), admin_user_delete },
	{ SLICE_INIT("user quota"), 1, 3,
	  SLICE_INIT("ADDRESS [SIZE|none|site [MESSAGES|none|site]]"), admin_user_quota },
	{ SLICE_INIT("user app add"), 1, 2, SLICE_INIT("ADDRESS [NAME]"), admin_app_add },
	{ SLICE_INIT("user app list"), 1, 1, SLICE_INIT("ADDRESS"), admin_app_list },
	{ SLICE_INIT("user app delete"), 2, 2, SLICE_INIT("ADDRESS NAME"),
	  admin_app_delete },
	{ SLICE_INIT("alias add"), 2, ALIAS_TARGETS_MAX + 1,
	  SLICE_INIT("ALIAS TARGET..."), admin_alias_add },
	{ SLICE_INIT("alias list"), 0, 1, SLICE_INIT("[ALIAS]"), admin_alias_list },
	{ SLICE_INIT("alias delete"), 1, 1, SLICE_INIT("ALIAS"), admin_alias_delete },
	{ SLICE_INIT("queue list"), 0, ADMIN_ARGUMENTS_MAX - 2, SLICE_INIT("[SELECTION]"),
	  admin_queue_list },
	{ SLICE_INIT("queue show"), 0, ADMIN_ARGUMENTS_MAX - 2, SLICE_INIT("SELECTION"),
	  admin_queue_show },
	{ SLICE_INIT("queue retry"), 0, ADMIN_ARGUMENTS_MAX - 2, SLICE_INIT("SELECTION"),
	  admin_queue_retry },
	{ SLICE_INIT("queue hold"), 0, ADMIN_ARGUMENTS_MAX - 2, SLICE_INIT("SELECTION"),
	  admin_queue_hold },
	{ SLICE_INIT("queue release"), 0, ADMIN_ARGUMENTS_MAX - 2,
	  SLICE_INIT("SELECTION"), admin_queue_release },
	{ SLICE_INIT("queue delete"), 0, ADMIN_ARGUMENTS_MAX - 2, SLICE_INIT("SELECTION"),
	  admin_queue_delete },
	{ SLICE_INIT("reindex"), 1, 2, SLICE_INIT("ADDRESS"), admin_reindex },
	{ SLICE_INIT("report"), 0, 1, SLICE_INIT("[DOMAIN]"), admin_report },
	{ SLICE_INIT("why"), 1, 1, SLICE_INIT("MESSAGE-ID|ADDRESS"), admin_why },
};

/* How many words the command's name takes if they are at the front; else 0. */
static size_t match(const struct command *c, const struct admin_request *r)
{
	slice name = c->name, word;
	size_t n = 0;

	for (; take_word(&name, &word); take_char(&name, ' '), n++)
		if (n >= r->count || !slice_eq(r->words[n], word)) return 0;
	return n;
}

void admin_usage(slice verb, struct buf *out)
{
	for (size_t i = 0; i < countof(commands); i++) {
		const struct command *c = &commands[i];

		if (!slice_starts(c->name, verb)) continue;
		buf_addf(out, "  postroom %.*s %.*s\n", FMT(c->name), FMT(c->usage));
	}
}

/* NULL, with the fault: there is none, or it takes more words or fewer. */
static const struct command *find_command(const struct admin_request *r,
					  size_t *ret_words)
{
	for (size_t i = 0; i < countof(commands); i++) {
		const struct command *c = &commands[i];
		size_t n = match(c, r), rest = r->count - n;

		if (!n) continue;
		*ret_words = n;
		if (rest >= c->least && rest <= c->most) return c;
		buf_addf(r->fault, "usage: postroom %.*s %.*s", FMT(c->name),
			 FMT(c->usage));
		return NULL;
	}
	buf_add(r->fault, S("unknown command; --help lists them"));
	return NULL;
}

bool admin_is_command(const struct admin_request *r)
{
	size_t words;

	return find_command(r, &words);
}

enum cli_status admin_run(const struct admin *a, const struct admin_request *r)
{
	struct admin_request rest = *r;
	size_t words;
	const struct command *c = find_command(r, &words);

	if (!c) return CLI_USAGE;
	rest.words += words;
	rest.count -= words;
	return c->run(a, &rest);
}

static const struct {
	enum cli_status status;
	const char *text;
} failures[ERR_COUNT] = {
	[ERR_NONE] = { CLI_DONE, "" },
	[ERR_LATER] = { CLI_LATER, "cannot be written now; see the log, and try again" },
	[ERR_NOT_FOUND] = { CLI_FAULT, "there is no such entry; `list` shows all" },
	[ERR_EXISTS] = { CLI_FAULT,
			 "is there already and stays as it was; `list` shows all" },
	[ERR_DENIED] = { CLI_FAULT, "this is not permitted" },
	[ERR_LIMIT] = { CLI_FAULT,
			"a limit would be passed, or a text is empty or too long" },
	[ERR_MALFORMED] = { CLI_FAULT, "is not well formed; write it as jo@example.org" },
	[ERR_INTERNAL] = { CLI_FAULT, "failed inside; see the log" },
};

enum cli_status admin_failed(const struct admin_request *r, enum err e, slice address)
{
	buf_addf(r->fault, "%.*s: %s", FMT(address), failures[e].text);
	return failures[e].status;
}
