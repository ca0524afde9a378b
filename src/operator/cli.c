#include "operator/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dns/resolver.h"
#include "fetch/fetcher.h"
#include "server/version.h"

static enum cli_status cli_help(int argc, char **argv);

static enum cli_status cli_version(int, char **)
{
	puts("postroom " POSTROOM_VERSION);
	return CLI_DONE;
}

/* The process that the server starts to ask the DNS. */
static enum cli_status cli_resolver(int, char **)
{
	resolver_main();
}

/* The process that the server starts for a document of another server. */
static enum cli_status cli_fetcher(int, char **)
{
	fetcher_main();
}

static const struct verb {
	const char *name;
	enum cli_status (*run)(int argc, char **argv);
	const char *help; /* NULL: not for people */
} verbs[] = {
	{ "sandbox", cli_sandbox,
	  "a fake SMTP server that keeps what it gets, to be read" },
	{ "serve", cli_serve, "the mail server of a configuration file" },
	{ "init", cli_init, "make a configuration, a certificate and the first account" },
	{ "check", cli_check, "say every fault of a configuration file" },
	{ "user", cli_admin,
	  "accounts and their app passwords: add, passwd, list, delete" },
	{ "alias", cli_admin, "addresses that stand for others: add, list, delete" },
	{ "queue", cli_queue,
	  "mail that waits to be sent: list, show, retry, hold, release, delete" },
	{ "reindex", cli_reindex, "make an account's search index anew" },
	{ "report", cli_admin, "what others reported of your domains: DMARC, TLS" },
	{ "why", cli_admin, "what became of a message, from its coming to its end" },
	{ "doctor", cli_doctor, "what is wrong with the DNS of this server's domains" },
	{ "manual", cli_manual, "the manual page of the configuration file, as mdoc" },
	{ "version", cli_version, "the version of this program" },
	{ "help", cli_help, "this" },
	{ "resolver", cli_resolver, NULL },
	{ "fetcher", cli_fetcher, NULL },
};

static enum cli_status cli_help(int, char **)
{
	puts("usage: postroom VERB [OPTIONS]\n");
	for (size_t i = 0; i < countof(verbs); i++)
		if (verbs[i].help) printf("  %-10s %s\n", verbs[i].name, verbs[i].help);
	puts("\n`postroom VERB --help` says more.");
	return CLI_DONE;
}

void cli_fault(slice reason)
{
	fprintf(stderr, "postroom: %.*s\n", FMT(reason));
}

slice cli_config_path(slice option)
{
	const char *path = getenv("POSTROOM_CONFIG");

	if (option.n) return option;
	return slice_of(path && *path ? path : "/etc/postroom/postroom.conf");
}

bool cli_read_password(struct buf *line)
{
	char c;

	while (read(STDIN_FILENO, &c, 1) == 1 && c != '\n')
		if (c != '\r' && !buf_add_char(line, c)) return false;
	return line->n;
}

static const struct cli_option *find_option(const struct cli_option *options, slice name)
{
	for (; options->name; options++)
		if (slice_eq(slice_of(options->name), name)) return options;
	return NULL;
}

static bool usage_fault(const char *what, const char *word)
{
	fprintf(stderr, "postroom: %s `%s`; --help lists the options\n", what, word);
	return false;
}

/* Takes argv[*at] and, where it is apart, its value behind it. */
static bool take_option(int argc, char **argv, int *at, const struct cli_option *options)
{
	slice word = slice_of(argv[*at]);
	size_t equals = slice_find_char(word, '=');
	const struct cli_option *o = find_option(options, slice_head(word, equals));

	if (!o) return usage_fault("unknown option", argv[*at]);
	if (!o->value) {
		if (equals < word.n) return usage_fault("no value goes with", o->name);
		*o->flag = true;
	} else if (equals < word.n) {
		*o->text = slice_skip(word, equals + 1);
	} else if (*at + 1 < argc) {
		*o->text = slice_of(argv[++*at]);
	} else {
		return usage_fault("a value is missing behind", o->name);
	}
	return true;
}

bool cli_take_options(int *argc, char **argv, const struct cli_option *options)
{
	int kept = 1;
	bool ended = false;

	for (int at = 1; at < *argc; at++) {
		if (ended || argv[at][0] != '-' || !argv[at][1])
			argv[kept++] = argv[at];
		else if (strcmp(argv[at], "--") == 0)
			ended = true;
		else if (!take_option(*argc, argv, &at, options))
			return false;
	}
	*argc = kept;
	argv[kept] = NULL;
	return true;
}

enum cli_status cli_usage_fault(const char *verb)
{
	fprintf(stderr,
		"postroom: too many or too few words; `postroom %s --help` tells\n",
		verb);
	return CLI_USAGE;
}

void cli_print_options(const struct cli_option *options)
{
	puts("\noptions:");
	for (; options->name; options++) {
		int n = printf("  %s%s%s", options->name, options->value ? " " : "",
			       options->value ? options->value : "");

		printf("%*s%s\n", n < 28 ? 28 - n : 1, "", options->help);
	}
}

enum cli_status cli_main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "help";

	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) name = "help";
	if (strcmp(name, "--version") == 0) name = "version";
	for (size_t i = 0; i < countof(verbs); i++)
		if (strcmp(verbs[i].name, name) == 0)
			return verbs[i].run(argc - 1, argv + 1);
	fprintf(stderr, "postroom: there is no verb `%s`; `postroom help` lists them\n",
		name);
	return CLI_USAGE;
}
