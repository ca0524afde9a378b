/*
 * admin.h - commands on the directory and the queue: accounts, aliases, waiting mail
 *
 * The same code serves a running server, through its admin socket
 * (admin_socket.h), and a command that opens the store itself because no
 * server has it. Commands may hash passwords and wait for the disk: they run
 * on a worker or in a process of their own, never on a loop.
 */
#pragma once

#include "base/json_writer.h"
#include "operator/cli.h"
#include "sasl/secret.h"
#include "store/directory.h"

struct actors;
struct login_cache;
struct reporting;
struct tracing;

enum {
	ADMIN_ARGUMENTS_MAX = 1100, /* words of a command */
	ADMIN_REQUEST_MAX = 1024 * 1024,
	ADMIN_REPLY_MAX = 64 * 1024 * 1024,
};

/* What commands work on. */
struct admin {
	struct store *store;
	const struct secret_keys *keys;
	struct actors *actors;       /* NULL: no server is running */
	struct login_cache *cache;   /* likewise */
	struct tracing *tracing;     /* likewise, or nothing is kept (tracing.h) */
	struct reporting *reporting; /* likewise (reporting.h) */
};

struct admin_request {
	const slice *words; /* "user", "app", "add", "jo@example.org", "phone" */
	size_t count;
	slice password; /* of --password-stdin; p == NULL: none was given */
	bool json;
	struct buf *out;   /* what goes to standard output */
	struct buf *fault; /* and the reason for a failure, without a line end */
};

/* Whether admin_run knows it; else r->fault has its usage. */
bool admin_is_command(const struct admin_request *r);
enum cli_status admin_run(const struct admin *a, const struct admin_request *r);
/* Whether words begin a command that admin_run knows; appends its usage. */
void admin_usage(slice verb, struct buf *out);

/* The commands; words are what follows the command's name. */
enum cli_status admin_user_add(const struct admin *a, const struct admin_request *r);
enum cli_status admin_user_passwd(const struct admin *a, const struct admin_request *r);
enum cli_status admin_user_delete(const struct admin *a, const struct admin_request *r);
enum cli_status admin_user_quota(const struct admin *a, const struct admin_request *r);
enum cli_status admin_user_list(const struct admin *a, const struct admin_request *r);
enum cli_status admin_app_add(const struct admin *a, const struct admin_request *r);
enum cli_status admin_app_delete(const struct admin *a, const struct admin_request *r);
enum cli_status admin_app_list(const struct admin *a, const struct admin_request *r);
enum cli_status admin_alias_add(const struct admin *a, const struct admin_request *r);
enum cli_status admin_alias_delete(const struct admin *a, const struct admin_request *r);
enum cli_status admin_alias_list(const struct admin *a, const struct admin_request *r);
enum cli_status admin_queue_list(const struct admin *a, const struct admin_request *r);
enum cli_status admin_queue_show(const struct admin *a, const struct admin_request *r);
enum cli_status admin_queue_retry(const struct admin *a, const struct admin_request *r);
enum cli_status admin_queue_hold(const struct admin *a, const struct admin_request *r);
enum cli_status admin_queue_release(const struct admin *a, const struct admin_request *r);
enum cli_status admin_queue_delete(const struct admin *a, const struct admin_request *r);
enum cli_status admin_reindex(const struct admin *a, const struct admin_request *r);
enum cli_status admin_report(const struct admin *a, const struct admin_request *r);
enum cli_status admin_why(const struct admin *a, const struct admin_request *r);

/* Says what e means for the address it happened to. */
enum cli_status admin_failed(const struct admin_request *r, enum err e, slice address);
