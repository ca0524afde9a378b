/*
 * authenticator.h - answers what a SASL exchange asks of the directory
 *
 * One for the process, used by the sessions of all protocols. A password that
 * was verified within five minutes is recognised at once; else it is hashed on
 * a worker, a bounded number at a time: past AUTH_WAITING_MAX the answer is
 * ERR_LATER, so that a flood of logins cannot queue up for minutes. Refusals of
 * a network that keeps failing are delayed (backoff.h), and such networks together have
 * AUTH_SUSPECTS_MAX of those places: who guesses cannot keep others from logging in.
 *
 * Whose a token or a client's certificate is: login_identity.c. A token that was good is
 * recognised for as long as a password, unless it ends before, by the same client's name.
 *
 * An attempt is embedded in its session and keeps copies: the exchange may go
 * away with its connection while a worker hashes.
 */
#pragma once

#include "config/config.h"
#include "net/netaddr.h"
#include "net/workers.h"
#include "sasl/login_cache.h"
#include "sasl/secret.h"
#include "sasl/server.h"
#include "server/backoff.h"
#include "server/token_check.h"
#include "store/directory.h"

enum { AUTH_WAITING_MAX = 64, AUTH_SUSPECTS_MAX = 8 };

struct authenticator {
	struct store *store;
	struct workers *workers;
	struct login_cache *cache;
	struct backoff *backoff;
	struct secret_keys keys;
	const struct config *_Atomic *config; /* the one in force */
	bool accepts_all;                     /* a sandbox: any name, any password */
	_Atomic int waiting, suspects;        /* attempts being hashed; some of them */
	struct token_checks tokens;           /* zeroed: a sandbox */
	_Atomic unsigned reloads; /* of the configuration, which says what tokens count */
};

void authenticator_init(struct authenticator *a, struct store *s, struct workers *w);
void authenticator_done(struct authenticator *a);

struct login_attempt {
	struct authenticator *all;
	struct loop *loop;
	const char *service; /* for the log */
	const struct netaddr *peer;
	bool is_exempt; /* from back-off */
	/* On the loop: the exchange has its answer, which gave this status. */
	void (*finished)(struct login_attempt *t, enum sasl_status status);
	struct sasl_server *exchange; /* NULL once abandoned */
	bool is_suspect;              /* its network keeps failing */
	bool is_running;              /* the memory is in use until finished */
	int64_t account,
		generation; /* whose credentials it was measured by; 0: nobody's */
	int64_t credential; /* of them, by which it succeeded; 0: by none, a token */
	enum err verdict;
	struct buf user, password; /* as the client said; the token in place of one */
	slice identity;            /* whom a token or certificate named, if it is good */
	slice status;              /* of a refused token, for the client */
	unsigned source;           /* for the login cache */
	struct token_check *token; /* NULL unless one is being checked */
	struct work work;
	struct timer timer;
	struct task task;
};

/* The fields up to finished are set. Ends in finished, never from inside. */
void login_attempt_start(struct login_attempt *t, struct sasl_server *exchange);
/* The session is gone and nobody waits: no more is asked of the exchange. Calls finished
 * if there is nothing but a delay to wait for. */
void login_attempt_abandon(struct login_attempt *t);

/*
 * The account whose address a user typed: prepared (RFC 4013), in lower case, and with
 * the only domain of the configuration where the @ is missing. False: there is none.
 */
bool find_login(const struct directory *d, const struct config *c, slice user,
		struct account_view *ret);
/* What binds a sealed secret to its account. */
slice seal_context(const int64_t *account);
