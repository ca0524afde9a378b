/*
 * session.h - what a connection, its engine and its account have in common
 *
 * A session of any protocol embeds struct session as its first member and lives
 * from the connection's opening until everything that holds it has let go:
 *
 *   session_open -> jobs, logins, changes -> connection closed -> freed, once no
 *                   login attempt runs and the tasks posted to its loop have run
 *
 * All on the connection's loop.
 */
#pragma once

#include "base/engine.h"
#include "net/conn.h"
#include "server/server.h"

struct session;

struct session_kind {
	const char *name; /* for the log: "imap" */
	/* The login attempt of session_login is over. */
	void (*logged)(struct session *s, enum sasl_status status);
	void (*ended)(struct session *s); /* the account's sessions are to end */
	void (*free)(struct session *s);  /* frees the whole; last of all */
};

struct session {
	const struct session_kind *kind;
	struct server *server;
	const struct config *config; /* as it was when the session began */
	struct conn *conn;           /* NULL once closed */
	struct loop *loop;
	struct engine *engine;
	struct netaddr peer;
	uint64_t id;
	bool is_exempt;    /* from limits and back-off */
	bool wants_change; /* the engine is to hear of changes */
	bool is_kept;      /* not to be freed until session_release */
	struct ticket ticket;
	struct login_attempt login;
	struct watcher watcher;
	struct watcher other;   /* of another's account, while it is looked at */
	struct watch_set *many; /* of more of these; or NULL */
	struct task farewell;
};

/* Fills in all but the kind's own fields; the engine is attached by session_attach. */
void session_init(struct session *s, const struct session_kind *kind,
		  struct server *server, struct conn *c);
void session_attach(struct session *s, struct engine *e);

/* The three session functions of struct service. */
void session_job_wanted(void *session, struct conn *c, struct job *job);
void session_closed(void *session, struct conn *c, const char *why);

/* Begins to answer what an exchange asks; kind->logged ends it. */
void session_login(struct session *s, struct sasl_server *exchange);
/* The session belongs to this account from now on and ends with it. ERR_LATER when the
 * credentials have changed since they were proven. */
[[nodiscard]] enum err session_join(struct session *s, int64_t account);
/* A proxy says whose session it is now, and who logged in there (empty: nobody).
 * ERR_DENIED where there is no such account, or no place for the peer. */
[[nodiscard]] enum err session_become(struct session *s, const struct netaddr *peer,
				      slice login, int64_t *ret_account);
/* Undoes session_join. */
void session_leave(struct session *s);
/* Hears of changes in another's account, too; 0 or its own: no longer. */
void session_watch_other(struct session *s, int64_t account);
/* And in these, in place of those that were named before. */
void session_watch_many(struct session *s, const int64_t *accounts, uint32_t count);
/* Undoes is_kept. */
void session_release(struct session *s);
/* The engine's host has answered: drive it on. */
void session_resume(struct session *s);

/*
 * Who may act as whom: authentication (proven) as authorization (empty: as itself).
 * ERR_DENIED, or ERR_NONE and the account.
 */
enum err session_authorize(struct session *s, slice authentication, slice authorization,
			   int64_t *ret_account);
/* Who came, from where, as whom. */
void session_log_login(const struct session *s, slice who, enum err outcome);
/* The SASL_* flags of mechanisms this session must not offer. */
unsigned session_refused_mechanisms(const struct session *s);
