#include "sasl/client.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sasl/exchange.h"

struct sasl_client *sasl_client_new(const struct sasl_mechanism *m,
				    const struct sasl_login *login)
{
	struct sasl_client *c = calloc(1, m->client->size);

	assert(c);
	c->mechanism = m;
	c->login = *login;
	buf_init(&c->output, SASL_RESPONSE_MAX);
	return c;
}

void sasl_client_free(struct sasl_client *c)
{
	if (!c) return;
	if (c->mechanism->client->done) c->mechanism->client->done(c);
	buf_wipe(&c->output);
	explicit_bzero(c, c->mechanism->client->size);
	free(c);
}

/* What cannot be said in every mechanism is said in none. */
static bool login_is_valid(const struct sasl_login *l)
{
	return text_is_valid(l->user, SASL_NAME_MAX) &&
	       text_is_valid(l->password, PASSWORD_MAX) &&
	       (l->authorization.n == 0 ||
		text_is_valid(l->authorization, SASL_NAME_MAX));
}

enum sasl_status sasl_client_step(struct sasl_client *c, slice challenge)
{
	enum sasl_status status = SASL_FAIL;

	buf_wipe(&c->output);
	if (challenge.n <= SASL_RESPONSE_MAX && !c->is_done && !c->has_failed &&
	    login_is_valid(&c->login))
		status = c->mechanism->client->step(c, challenge);
	if (c->output.overflow) status = SASL_FAIL;
	c->turn++;
	c->has_failed = status == SASL_FAIL;
	return status;
}

slice sasl_client_output(const struct sasl_client *c)
{
	return buf_slice(&c->output);
}

bool sasl_client_is_done(const struct sasl_client *c)
{
	return c->is_done;
}
