/*
 * cli.h - the command line: verbs, options, exit statuses
 *
 * Each verb is a row in cli.c and a function in its cli_*.c. A verb's options
 * are a table too, from which its help is printed.
 */
#pragma once

#include "base/buf.h"

enum cli_status {
	CLI_DONE = 0,
	CLI_FAULT = 1, /* with its reason on standard error */
	CLI_USAGE = 2,
	CLI_LATER = 75, /* EX_TEMPFAIL: try again later */
};

enum { CLI_PASSWORD_MAX = 4096 }; /* octets of a line with a password */

struct cli_option {
	const char *name;  /* "--config" */
	const char *value; /* what its value is called; NULL: a switch */
	const char *help;
	slice *text; /* gets the value; NULL for a switch */
	bool *flag;  /* set by a switch */
};

/*
 * Takes the options out of argv, which keeps the rest; a table ends with a row
 * without a name. False: usage, said on standard error. `--name value` and
 * `--name=value`; `--` ends the options.
 */
bool cli_take_options(int *argc, char **argv, const struct cli_option *options);
void cli_print_options(const struct cli_option *options);
/* Says where the right words are to be found. */
enum cli_status cli_usage_fault(const char *verb);

/* "postroom: " and the reason, on standard error. */
void cli_fault(slice reason);

/* --config's value, else $POSTROOM_CONFIG, else /etc/postroom/postroom.conf. */
slice cli_config_path(slice option);

/* The first line of standard input, without its end; false when it is empty. */
bool cli_read_password(struct buf *line);

/* argv[0] is the verb. */
enum cli_status cli_sandbox(int argc, char **argv);
enum cli_status cli_serve(int argc, char **argv);
enum cli_status cli_init(int argc, char **argv);
enum cli_status cli_check(int argc, char **argv);
enum cli_status cli_admin(int argc, char **argv); /* user and alias: admin.h */
enum cli_status cli_doctor(int argc, char **argv);
enum cli_status cli_reindex(int argc, char **argv);
enum cli_status cli_queue(int argc, char **argv);
enum cli_status cli_manual(int argc,
			   char **argv); /* postroom.conf(5), from the table of keys */

/* Runs what argv asks for. */
enum cli_status cli_main(int argc, char **argv);
