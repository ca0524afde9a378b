/*
 * server.h - one running server: what all its sessions share
 *
 * Made by server_new from a configuration (or as a sandbox), run by server_run
 * until a signal ends it. The parts below are started in the order they stand
 * and ended in the reverse one.
 */
#pragma once

#include "dns/dns.h"
#include "net/limits.h"
#include "net/rates.h"
#include "net/tls.h"
#include "net/workers.h"
#include "server/actors.h"
#include "server/authenticator.h"
#include "server/config.h"
#include "store/store.h"

struct door;
struct admin_socket;
struct outgoing_mail;
struct greylist;
struct tracing;
struct indexing;
struct reporting;

enum {
	SANDBOX_ACCOUNT = 1, /* the only account of a sandbox's store */
	WORKERS = 32,        /* threads: parallel syncs merge in the kernel */
	LOOPS_MAX = 64,
	SHUTDOWN_GRACE_MS = 5000,
};

struct server {
	const struct config
		*_Atomic config; /* the one in force; older ones stay until the
				    end, for sessions that began with them */
	bool is_sandbox;         /* takes everything, sends nothing */
	struct store *store;
	struct workers *workers;
	struct actors *actors;
	struct authenticator auth;
	struct dns *dns; /* NULL in a sandbox, which asks nobody */
	struct tls *tls;
	bool has_tls;
	struct limits *limits;
	struct rates *rates; /* of messages and recipients */
	struct greylist *greylist;
	struct loop *loops[LOOPS_MAX];
	unsigned loop_count;
	struct door *doors; /* the open listeners and what they lead to */
	unsigned door_count;
	struct admin_socket *admin;     /* NULL in a sandbox */
	struct outgoing_mail *outgoing; /* likewise */
	struct indexing *indexing;      /* NULL in a sandbox */
	struct tracing *tracing;        /* NULL: nothing is kept */
	struct reporting *reporting;    /* NULL: nothing is reported */
	_Atomic uint64_t sessions;      /* begun so far: numbers them in the log */
	const char *config_path;        /* read again at SIGHUP; NULL: a sandbox */
	struct old_config *old;         /* configurations no longer in force */
};

/*
 * Opens the listeners, gives up root for config->user, opens the store. Takes
 * over c. NULL: fault is a line for a person that says why and what to do.
 */
struct server *server_new(struct config *c, const char *config_path, bool is_sandbox,
			  struct buf *fault);
/* Serves until SIGTERM or SIGINT; then everything has been answered or refused and the
 * store is closed. */
void server_run(struct server *s);
void server_free(struct server *s);
