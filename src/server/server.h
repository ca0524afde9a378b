/*
 * server.h - one running server: what all its sessions share
 *
 * Made, run and ended by operator/running.h. The parts below are started in the order
 * they stand and ended in the reverse one.
 */
#pragma once

#include "actor/actors.h"
#include "config/config.h"
#include "dns/dns.h"
#include "net/limits.h"
#include "net/rates.h"
#include "net/tls.h"
#include "net/workers.h"
#include "server/authenticator.h"
#include "server/jmap_slots.h"
#include "store/store.h"

struct door;
struct outgoing_mail;
struct greylist;
struct tracing;
struct indexing;
struct reporting;
struct pushing;

enum {
	SANDBOX_ACCOUNT = 1, /* the only account of a sandbox's store */
	WORKERS = 32,        /* threads: parallel syncs merge in the kernel */
	LOOPS_MAX = 64,
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
	struct jmap_slots jmap_slots;
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
	struct outgoing_mail *outgoing; /* NULL in a sandbox */
	struct indexing *indexing;      /* likewise */
	struct tracing *tracing;        /* NULL: nothing is kept */
	struct reporting *reporting;    /* NULL: nothing is reported */
	struct pushing *pushing;        /* NULL in a sandbox */
	_Atomic uint64_t sessions;      /* begun so far: numbers them in the log */
	const char *config_path;        /* read again at SIGHUP; NULL: a sandbox */
	struct old_config *old;         /* configurations no longer in force */
};
