#include "server/pop3_session.h"

#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "pop3/pop3.h"
#include "server/door.h"
#include "server/entry.h"

struct pop3_session {
	struct session s; /* first: the kind's functions get this */
	struct entry entry;
	struct pop3_config config;
	struct pop3 *pop3;
};

static void auth(void *host, struct sasl_server *exchange)
{
	struct pop3_session *p = host;

	session_login(&p->s, exchange);
}

static void authorize(void *host, slice authentication, slice authorization)
{
	struct pop3_session *p = host;

	entry_start(&p->entry, authentication, authorization);
}

static void opened(struct session *s, enum err outcome, int64_t account, slice inbox)
{
	struct pop3_session *p = (struct pop3_session *)s;
	struct pop3_login login = { .account = account,
				    .mailbox = inbox.n ? inbox : S("INBOX") };

	pop3_login_done(p->pop3, outcome, &login);
}

static int64_t now(void *)
{
	return clock_now();
}

static const struct pop3_host host_ops = {
	.auth = auth,
	.authorize = authorize,
	.now = now,
};

static void logged(struct session *s, enum sasl_status status)
{
	struct pop3_session *p = (struct pop3_session *)s;

	pop3_auth_done(p->pop3, status);
}

static void ended(struct session *s)
{
	struct pop3_session *p = (struct pop3_session *)s;

	pop3_end(p->pop3, S("The account or its password changed"));
}

static void free_session(struct session *s)
{
	struct pop3_session *p = (struct pop3_session *)s;

	entry_done(&p->entry);
	free(p);
}

static const struct session_kind kind = {
	.name = "pop3",
	.logged = logged,
	.ended = ended,
	.free = free_session,
};

bool pop3_session_open(void *context, struct conn *c)
{
	const struct door *d = context;
	struct pop3_session *p = calloc(1, sizeof(*p));

	assert(p);
	session_init(&p->s, &kind, d->server, c);
	entry_init(&p->entry, &p->s);
	p->entry.opened = opened;
	p->config = (struct pop3_config){
		.host_name = p->s.config->hostname,
		.tls_available = d->service.tls,
		.plaintext_login = p->s.config->allow_plaintext_login,
		.refused = session_refused_mechanisms(&p->s),
		.secret_keys = &d->server->auth.keys,
		.retention = { .keep = p->s.config->pop3_retention == POP3_KEEP,
			       .days = p->s.config->pop3_keep_days,
			       .remove_retrieved = p->s.config->pop3_retention ==
						   POP3_REMOVE_RETRIEVED },
	};
	p->pop3 = pop3_new(&p->config, conn_tls(c), &host_ops, p);
	session_attach(&p->s, pop3_engine(p->pop3));
	return true;
}
