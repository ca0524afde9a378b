#include "server/imap_session.h"

#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "imap/imap.h"
#include "server/authenticator.h"
#include "server/door.h"
#include "server/entry.h"
#include "server/version.h"
#include "store/acl.h"
#include "store/incoming.h"

struct imap_session {
	struct session s; /* first: the kind's functions get this */
	struct entry entry;
	struct imap_config config;
	struct buf hidden;      /* capabilities that nobody is told of */
	bool shows_certificate; /* in place of what could be shown elsewhere, too */
	struct imap *imap;
};

enum {
	HIDDEN_MAX = 8192, /* octets of names */
	URL_MAX = 512,
	HTTPS_PORT = 443,
};

static const struct imap_id_field id_fields[] = {
	{ SLICE_INIT("name"), SLICE_INIT("Postroom") },
	{ SLICE_INIT("version"), SLICE_INIT(POSTROOM_VERSION) },
};

static void auth(void *host, struct sasl_server *exchange)
{
	struct imap_session *i = host;

	i->shows_certificate =
		sasl_server_question(exchange)->need == SASL_NEED_CERTIFICATE;
	session_login(&i->s, exchange);
}

static void authorize(void *host, slice authentication, slice authorization)
{
	struct imap_session *i = host;

	entry_start(&i->entry, authentication, authorization);
}

static bool names_account(const struct session *s, slice name, int64_t account)
{
	const struct directory *d = directory_get(s->server->store);
	struct account_view found;
	bool good = find_login(d, s->config, name, &found) && found.id == account;

	directory_put(d);
	return good;
}

static bool is_admin(const struct session *s, int64_t account)
{
	const struct slice_list *admins = &s->config->admins;

	for (uint32_t i = 0; i < admins->count; i++)
		if (names_account(s, admins->items[i], account)) return true;
	return false;
}

/* The capabilities that [imap] hide keeps from an account; 0: from all. */
static void gather_hidden(const struct session *s, int64_t account, struct buf *out)
{
	const struct slice_list *rules = &s->config->imap_hide;

	for (uint32_t i = 0; i < rules->count; i++) {
		slice rule = rules->items[i], whom;

		if (!take_word(&rule, &whom)) continue;
		if (account ? names_account(s, whom, account) : slice_eq(whom, S("*")))
			buf_add(out, rule);
	}
}

/* Where the same log-in finds the same mail by JMAP (RFC 9698 3), if it is so of all that
 * the account sees here: mailboxes that others share are not among it. */
static void write_jmap_url(const struct imap_session *i, struct buf *out)
{
	const struct server *s = i->s.server;
	uint16_t port = doors_port(s, SERVICE_HTTPS);

	if (!port || i->shows_certificate || share_is_used(s->store)) return;
	buf_addf(out, "https://%.*s", FMT(i->s.config->hostname));
	if (port != HTTPS_PORT) buf_addf(out, ":%u", port);
	buf_add(out, S("/.well-known/jmap"));
}

static void opened(struct session *s, enum err outcome, int64_t account, slice inbox)
{
	struct imap_session *i = (struct imap_session *)s;
	struct imap_login login = { .account = account, .root = inbox };
	struct buf hidden, jmap;

	buf_init(&hidden, HIDDEN_MAX);
	buf_init(&jmap, URL_MAX);
	write_jmap_url(i, &jmap);
	login.jmap = buf_slice(&jmap);
	if (!s->server->is_sandbox && !outcome) {
		login.is_admin = is_admin(s, account);
		gather_hidden(s, account, &hidden);
		login.hidden = buf_slice(&hidden);
	}
	imap_login_done(i->imap, outcome, &login);
	buf_done(&hidden);
	buf_done(&jmap);
}

static int64_t find_account(void *host, slice name)
{
	const struct imap_session *i = host;
	const struct directory *d;
	struct account_view found = { 0 };

	if (i->s.server->is_sandbox) return 0;
	d = directory_get(i->s.server->store);
	find_login(d, i->s.config, name, &found);
	directory_put(d);
	return found.id;
}

static void watch(void *host, int64_t account)
{
	struct imap_session *i = host;

	i->s.wants_change = true;
	session_watch_other(&i->s, account);
}

static void watch_others(void *host, const int64_t *accounts, uint32_t count)
{
	struct imap_session *i = host;

	session_watch_many(&i->s, accounts, count);
}

static void unwatch(void *host)
{
	struct imap_session *i = host;

	i->s.wants_change = false;
	session_watch_other(&i->s, 0);
	session_watch_many(&i->s, NULL, 0);
}

static void leave(void *host)
{
	struct imap_session *i = host;

	session_leave(&i->s);
}

static struct incoming *new_incoming(void *host)
{
	struct imap_session *i = host;

	return incoming_new(i->s.server->store);
}

static int64_t now(void *)
{
	return clock_now();
}

static const struct imap_host host_ops = {
	.auth = auth,
	.authorize = authorize,
	.find_account = find_account,
	.watch = watch,
	.watch_others = watch_others,
	.unwatch = unwatch,
	.leave = leave,
	.incoming_new = new_incoming,
	.now = now,
};

static void logged(struct session *s, enum sasl_status status)
{
	struct imap_session *i = (struct imap_session *)s;

	imap_auth_done(i->imap, status);
}

static void ended(struct session *s)
{
	struct imap_session *i = (struct imap_session *)s;

	imap_end(i->imap, S("The account or its password changed"));
}

static void free_session(struct session *s)
{
	struct imap_session *i = (struct imap_session *)s;

	entry_done(&i->entry);
	buf_done(&i->hidden);
	free(i);
}

static const struct session_kind kind = {
	.name = "imap",
	.logged = logged,
	.ended = ended,
	.free = free_session,
};

bool imap_session_open(void *context, struct conn *c)
{
	const struct door *d = context;
	struct imap_session *i = calloc(1, sizeof(*i));

	assert(i);
	session_init(&i->s, &kind, d->server, c);
	entry_init(&i->entry, &i->s);
	i->entry.opened = opened;
	buf_init(&i->hidden, HIDDEN_MAX);
	gather_hidden(&i->s, 0, &i->hidden);
	i->config = (struct imap_config){
		.host_name = i->s.config->hostname,
		.tls_available = d->service.tls,
		.plaintext_login = i->s.config->allow_plaintext_login,
		.append_max = (uint64_t)i->s.config->message_size,
		.message_limit = (uint32_t)i->s.config->imap_message_limit,
		.hidden = buf_slice(&i->hidden),
		.comment = i->s.config->imap_comment,
		.admin_uri = i->s.config->imap_admin,
		.id = id_fields,
		.id_count = countof(id_fields),
		.sasl_refused = session_refused_mechanisms(&i->s),
		.secret_keys = &d->server->auth.keys,
	};
	i->imap = imap_new(&i->config, conn_tls(c), &host_ops, i);
	session_attach(&i->s, imap_engine(i->imap));
	return true;
}
