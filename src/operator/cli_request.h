/*
 * cli_request.h - verbs that a running server answers, or the command itself without one
 *
 * A verb collects its words and calls cli_request_run: the request goes to the server's
 * admin socket, or, when none has the data folder, is run right here (admin.h).
 */
#pragma once

#include "operator/admin.h"
#include "operator/cli.h"

/* config: the value of --config. r has words and json. Prints what comes of it. */
enum cli_status cli_request_run(slice config, const struct admin_request *r,
				bool asks_password);
/* The same, and ret_said gets what was printed. */
enum cli_status cli_request_ask(slice config, const struct admin_request *r,
				struct buf *ret_said);
/* The usage of all commands that begin with that verb, and the options. */
enum cli_status cli_request_help(slice verb, const struct cli_option *options);
/* Appends a word; words has ADMIN_ARGUMENTS_MAX. False: too many, said on stderr. */
bool cli_request_add(struct admin_request *r, slice *words, slice word);
