#include "operator/cli_request.h"

/* The first request begins anew; while it says "indexing" there is more to do. */
static enum cli_status reindex(slice path, slice address)
{
	const slice words[] = { S("reindex"), address, S("on") };
	struct admin_request r = { .words = words, .count = 2 };
	struct buf said;
	enum cli_status status;

	buf_init(&said, ADMIN_REPLY_MAX);
	do {
		buf_reset(&said);
		status = cli_request_ask(path, &r, &said);
		r.count = countof(words);
	} while (status == CLI_DONE && slice_starts(buf_slice(&said), S("indexing")));
	buf_done(&said);
	return status;
}

enum cli_status cli_reindex(int argc, char **argv)
{
	slice path = { 0 };
	bool wants_help = false;
	const struct cli_option options[] = {
		{ "--config", "FILE", "the configuration file", &path, NULL },
		{ "--help", NULL, "this", NULL, &wants_help },
		{ 0 },
	};

	if (!cli_take_options(&argc, argv, options)) return CLI_USAGE;
	if (wants_help) return cli_request_help(S("reindex"), options);
	if (argc != 2) return cli_usage_fault("reindex");
	return reindex(path, slice_of(argv[1]));
}
