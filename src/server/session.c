#include "server/session.h"

#include <assert.h>
#include <stdlib.h>

#include "base/container.h"
#include "base/log.h"
#include "server/proxies.h"

struct many_watcher {
	struct watcher watcher;
	struct session *session;
};

/* It is left alone, and goes when the tasks that still name it have run. */
struct watch_set {
	struct task farewell;
	uint32_t count;
	struct many_watcher at[];
};

static void ticket_answered(struct ticket *t)
{
	struct session *s = CONTAINER_OF(t, struct session, ticket);

	conn_job_done(s->conn); /* it stays until the job is done */
}

static void say_farewell(struct task *task)
{
	struct session *s = CONTAINER_OF(task, struct session, farewell);

	s->kind->free(s);
}

/* Tasks posted to the loop before now still name the session; ours comes after them. */
static void free_when_alone(struct session *s)
{
	if (s->conn || s->is_kept || s->login.is_running) return;
	s->farewell.run = say_farewell;
	loop_post(s->loop, &s->farewell);
}

static void login_finished(struct login_attempt *t, enum sasl_status status)
{
	struct session *s = CONTAINER_OF(t, struct session, login);

	if (!s->conn) {
		free_when_alone(s);
		return;
	}
	s->kind->logged(s, status);
	session_resume(s);
}

static void account_changed(struct watcher *w)
{
	struct session *s = CONTAINER_OF(w, struct session, watcher);

	if (s->conn && s->wants_change) conn_changed(s->conn);
}

static void other_changed(struct watcher *w)
{
	struct session *s = CONTAINER_OF(w, struct session, other);

	if (s->conn && s->wants_change) conn_changed(s->conn);
}

/* Its mailbox is gone: the next look will say so. */
static void other_ended(struct watcher *w)
{
	other_changed(w);
}

static void many_changed(struct watcher *w)
{
	struct session *s = CONTAINER_OF(w, struct many_watcher, watcher)->session;

	if (s->conn && s->wants_change) conn_changed(s->conn);
}

static void account_ended(struct watcher *w)
{
	struct session *s = CONTAINER_OF(w, struct session, watcher);

	if (!s->conn) return;
	s->kind->ended(s);
	session_resume(s);
}

static void set_peer(struct session *s, const struct netaddr *peer)
{
	s->peer = *peer;
	s->is_exempt = networks_have(&s->config->exempt, peer);
	s->login.peer = &s->peer;
	s->login.is_exempt = s->is_exempt;
}

void session_init(struct session *s, const struct session_kind *kind,
		  struct server *server, struct conn *c)
{
	s->kind = kind;
	s->server = server;
	s->config = server->config;
	s->conn = c;
	s->loop = conn_loop(c);
	s->id = ++server->sessions;
	set_peer(s, conn_peer(c));
	s->login.all = &server->auth;
	s->login.service = kind->name;
	s->login.loop = s->loop;
	s->login.finished = login_finished;
	s->watcher.loop = s->loop;
	s->watcher.changed = account_changed;
	s->watcher.ended = account_ended;
	s->other.loop = s->loop;
	s->other.changed = other_changed;
	s->other.ended = other_ended;
}

void session_attach(struct session *s, struct engine *e)
{
	char text[NETADDR_TEXT_MAX];

	s->engine = e;
	conn_attach(s->conn, e, s);
	log_event(LOG_DEBUG, "session.opened", LOG_INT("session", s->id),
		  LOG_TEXT_OF("service", s->kind->name),
		  LOG_STR("peer", netaddr_text(&s->peer, text)));
}

void session_job_wanted(void *session, struct conn *, struct job *job)
{
	struct session *s = session;

	s->ticket.job = job;
	s->ticket.loop = s->loop;
	s->ticket.answered = ticket_answered;
	actors_submit(s->server->actors, &s->ticket);
}

void session_closed(void *session, struct conn *, const char *why)
{
	struct session *s = session;

	log_event(LOG_DEBUG, "session.closed", LOG_INT("session", s->id),
		  LOG_TEXT_OF("why", why));
	s->conn = NULL;
	s->engine = NULL;
	actors_unwatch(s->server->actors, &s->watcher);
	actors_unwatch(s->server->actors, &s->other);
	session_watch_many(s, NULL, 0);
	login_attempt_abandon(&s->login);
	free_when_alone(s);
}

void session_login(struct session *s, struct sasl_server *exchange)
{
	login_attempt_start(&s->login, exchange);
}

static bool is_still_proven(const struct session *s, int64_t account)
{
	const struct directory *d = directory_get(s->server->store);
	struct account_view now;
	bool good = directory_find_account_by_id(d, account, &now) &&
		    s->login.account == account && s->login.generation == now.generation;

	directory_put(d);
	return good;
}

/* First to be among those that are told of a change, then to look for one: so none can
 * fall in between. */
enum err session_join(struct session *s, int64_t account)
{
	s->watcher.account = account;
	actors_watch(s->server->actors, &s->watcher);
	if (s->server->is_sandbox || is_still_proven(s, account)) return ERR_NONE;
	actors_unwatch(s->server->actors, &s->watcher);
	return ERR_LATER;
}

enum err session_become(struct session *s, const struct netaddr *peer, slice login,
			int64_t *ret_account)
{
	const struct directory *d;
	struct account_view view = { 0 };
	bool found = login.n == 0;

	if (!found) {
		d = directory_get(s->server->store);
		found = find_login(d, s->config, login, &view);
		directory_put(d);
	}
	if (!found || conn_become(s->conn, peer) != ADMITTED) return ERR_DENIED;
	set_peer(s, peer);
	actors_unwatch(s->server->actors, &s->watcher);
	*ret_account = view.id;
	if (!view.id) return ERR_NONE;
	s->login.account = view.id; /* the proxy has proven it */
	s->login.generation = view.generation;
	return session_join(s, view.id);
}

void session_leave(struct session *s)
{
	s->wants_change = false;
	actors_unwatch(s->server->actors, &s->watcher);
	actors_unwatch(s->server->actors, &s->other);
	session_watch_many(s, NULL, 0);
}

void session_watch_other(struct session *s, int64_t account)
{
	actors_unwatch(s->server->actors, &s->other);
	if (!account || account == s->watcher.account) return;
	s->other.account = account;
	actors_watch(s->server->actors, &s->other);
}

static void free_set(struct task *task)
{
	free(CONTAINER_OF(task, struct watch_set, farewell));
}

static void leave_set(struct session *s)
{
	struct watch_set *set = s->many;

	s->many = NULL;
	if (!set) return;
	for (uint32_t i = 0; i < set->count; i++)
		actors_unwatch(s->server->actors, &set->at[i].watcher);
	set->farewell.run = free_set;
	loop_post(s->loop, &set->farewell);
}

void session_watch_many(struct session *s, const int64_t *accounts, uint32_t count)
{
	struct watch_set *set;

	leave_set(s);
	if (!count) return;
	set = calloc(1, sizeof(*set) + count * sizeof(set->at[0]));
	assert(set);
	set->count = count;
	for (uint32_t i = 0; i < count; i++) {
		set->at[i].session = s;
		set->at[i].watcher = (struct watcher){ .account = accounts[i],
						       .loop = s->loop,
						       .changed = many_changed,
						       .ended = many_changed };
		actors_watch(s->server->actors, &set->at[i].watcher);
	}
	s->many = set;
}

void session_release(struct session *s)
{
	s->is_kept = false;
	free_when_alone(s);
}

void session_resume(struct session *s)
{
	if (s->conn) conn_resume(s->conn);
}

enum err session_authorize(struct session *s, slice authentication, slice authorization,
			   int64_t *ret_account)
{
	const struct directory *d;
	struct account_view self, other;
	enum err e = ERR_DENIED;

	if (s->server->is_sandbox) {
		*ret_account = SANDBOX_ACCOUNT;
		return ERR_NONE;
	}
	d = directory_get(s->server->store);
	if (find_login(d, s->config, authentication, &self) &&
	    (authorization.n == 0 ||
	     (find_login(d, s->config, authorization, &other) && other.id == self.id))) {
		*ret_account = self.id;
		e = ERR_NONE;
	}
	directory_put(d);
	return e;
}

void session_log_login(const struct session *s, slice who, enum err outcome)
{
	char peer[NETADDR_TEXT_MAX];

	log_event(LOG_INFO, "login", LOG_INT("session", s->id),
		  LOG_TEXT_OF("service", s->kind->name),
		  LOG_STR("peer", netaddr_text(&s->peer, peer)), LOG_STR("user", who),
		  LOG_ERR("outcome", outcome));
}

unsigned session_refused_mechanisms(const struct session *s)
{
	const struct directory *d;
	unsigned refused = 0;

	if (s->server->is_sandbox) return SASL_NEEDS_SCRAM_KEYS;
	d = directory_get(s->server->store);
	if (!directory_has_secrets(d)) refused |= SASL_NEEDS_SECRETS;
	directory_put(d);
	if (!token_checks_are_configured(s->config)) refused |= SASL_NEEDS_TOKENS;
	return refused;
}
