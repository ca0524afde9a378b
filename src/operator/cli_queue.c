#include <stdio.h>

#include "operator/cli_request.h"

enum { WORDS_MAX = 64 * 1024 }; /* octets of all options together */

/* As words that admin_queue.c understands. */
static bool add_option(struct admin_request *r, slice *words, struct buf *room,
		       slice name, slice value)
{
	size_t start = room->n;

	if (!value.p) return true;
	if (!buf_addf(room, "%.*s=%.*s", FMT(name), FMT(value))) return false;
	return cli_request_add(r, words, slice_skip(buf_slice(room), start));
}

static enum cli_status help(const struct cli_option *options)
{
	cli_request_help(S("queue"), options);
	puts("\nSELECTION: ids of `queue list` (or of Received fields and the log), and "
	     "options\nthat each make it smaller. Changes are for the recipients that "
	     "fit, "
	     "not for\nothers of the same message.");
	return CLI_DONE;
}

enum cli_status cli_queue(int argc, char **argv)
{
	slice path = { 0 }, recipient = { 0 }, domain = { 0 }, sender = { 0 };
	slice words[ADMIN_ARGUMENTS_MAX];
	bool wants_help = false, all = false, good = true;
	struct admin_request r = { .words = words };
	const struct cli_option options[] = {
		{ "--recipient", "ADDRESS", "for this recipient; @DOMAIN: for all there",
		  &recipient, NULL },
		{ "--domain", "DOMAIN", "for recipients of this domain, or by this route",
		  &domain, NULL },
		{ "--sender", "ADDRESS", "from this sender; @DOMAIN, or <> for reports",
		  &sender, NULL },
		{ "--all", NULL, "everything", NULL, &all },
		{ "--config", "FILE", "the configuration file", &path, NULL },
		{ "--json", NULL, "answer in JSON", NULL, &r.json },
		{ "--help", NULL, "this", NULL, &wants_help },
		{ 0 },
	};
	struct buf room;
	enum cli_status status = CLI_USAGE;

	if (!cli_take_options(&argc, argv, options)) return CLI_USAGE;
	if (wants_help) return help(options);
	buf_init(&room, WORDS_MAX);
	/* One allocation, so that earlier words stay where they are. */
	if (!buf_reserve(&room, recipient.n + domain.n + sender.n + 64)) good = false;
	for (int i = 0; i < argc && good; i++)
		good = cli_request_add(&r, words, slice_of(argv[i]));
	good = good && (!all || cli_request_add(&r, words, S("all"))) &&
	       add_option(&r, words, &room, S("recipient"), recipient) &&
	       add_option(&r, words, &room, S("domain"), domain) &&
	       add_option(&r, words, &room, S("sender"), sender);
	if (good) status = cli_request_run(path, &r, false);
	buf_done(&room);
	return status;
}
