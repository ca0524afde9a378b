/* AUTH (RFC 4954 4), for a peer that takes mail of its own users only. */
#include <string.h>

#include "base/base64.h"
#include "base/container.h"
#include "smtp/client_state.h"
#include "smtp/limits.h"

enum {
	COMMAND_LINE_MAX = 510
}; /* octets of AUTH, which RFC 4954 4 leaves at RFC 5321
      4.5.3.1.4, without CRLF */

void smtp_client_end_login(struct smtp_client *c)
{
	sasl_client_free(c->exchange);
	c->exchange = NULL;
	buf_wipe(&c->challenge);
	buf_wipe(&c->held);
}

static void give_up(struct smtp_client *c, slice text)
{
	struct smtp_client_result why = smtp_client_own(c, false, S("4.7.0"), text);

	smtp_client_end_login(c);
	smtp_client_give_up(c, &why);
}

/* On a worker. The exchange is nobody else's until stepped(). */
static void step(struct job *j)
{
	struct smtp_client *c = CONTAINER_OF(j, struct smtp_client, login_job);

	c->login_status = sasl_client_step(c->exchange, buf_slice(&c->challenge));
}

static void stepped(struct job *j, enum err outcome);

static void ask(struct smtp_client *c)
{
	c->asked = ASKS_LOGIN;
	c->login_job = (struct job){ .prepare = step, .done = stepped };
}

static void keep_binding(slice *data, char room[static CHANNEL_BINDING_MAX])
{
	*data = slice_head(*data, CHANNEL_BINDING_MAX);
	if (data->n) memcpy(room, data->p, data->n);
	data->p = room;
}

/* The TLS connection may end while a worker still steps. */
static const struct tls_facts *keep_tls(struct smtp_client *c)
{
	struct login_tls *k = &c->login_tls;

	if (!c->tls) return NULL;
	k->facts = (struct tls_facts){ .binding_exporter = c->tls->binding_exporter,
				       .binding_endpoint = c->tls->binding_endpoint };
	keep_binding(&k->facts.binding_exporter, k->bindings[0]);
	keep_binding(&k->facts.binding_endpoint, k->bindings[1]);
	return &k->facts;
}

static const struct sasl_mechanism *choose(const struct smtp_client *c)
{
	bool is_shown = !c->tls && !c->config->plaintext_login;

	return sasl_choose(buf_slice(&c->peer.mechanisms), c->tls,
			   is_shown ? SASL_SHOWS_PASSWORD : 0);
}

void smtp_client_login(struct smtp_client *c)
{
	const struct sasl_mechanism *m = choose(c);
	struct sasl_login login = {
		.user = c->config->user,
		.password = c->config->password,
		.nonce = { c->nonce, SASL_NONCE },
		.tls = keep_tls(c),
		.server_binds = slice_find_nocase(buf_slice(&c->peer.mechanisms),
						  S("-PLUS")) < c->peer.mechanisms.n,
	};

	c->stage = AT_LOGIN;
	if (!m) {
		give_up(c, S("the peer offers no login that can be used"));
		return;
	}
	sasl_nonce(c->nonce);
	c->exchange = sasl_client_new(m, &login);
	c->is_login_first = !(m->flags & SASL_SERVER_FIRST);
	if (c->is_login_first)
		ask(c);
	else
		smtp_client_command(c, AT_LOGIN, S("AUTH"), m->name);
}

/* A response in base64, where nothing is "=" behind AUTH and nothing elsewhere. */
static void write_response(struct smtp_client *c, slice response)
{
	base64_encode(&c->output, response);
	buf_add(&c->output, S("\r\n"));
	smtp_client_said_secret(c);
}

static void send_first(struct smtp_client *c)
{
	slice name = choose(c)->name, response = sasl_client_output(c->exchange);
	size_t from = c->output.n;
	size_t line = S("AUTH  ").n + name.n + base64_size(response.n);

	c->is_login_first = false;
	if (line > COMMAND_LINE_MAX) {
		buf_add(&c->held, response);
		smtp_client_command(c, AT_LOGIN, S("AUTH"), name);
		return;
	}
	buf_add(&c->output, S("AUTH "));
	buf_add(&c->output, name);
	smtp_client_said(c, from);
	buf_add_char(&c->output, ' ');
	if (response.n == 0) buf_add_char(&c->output, '=');
	write_response(c, response);
}

/* Its reply, whatever it is, ends the attempt. */
static void cancel(struct smtp_client *c)
{
	smtp_client_end_login(c);
	buf_add(&c->output, S("*\r\n"));
}

static void stepped(struct job *j, enum err)
{
	struct smtp_client *c = CONTAINER_OF(j, struct smtp_client, login_job);
	enum sasl_status status = c->login_status;

	c->asked = ASKS_NOTHING;
	if (status != SASL_SEND && c->is_login_first)
		give_up(c, S("the login's name or password cannot be sent"));
	else if (status != SASL_SEND)
		cancel(c);
	else if (c->is_login_first)
		send_first(c);
	else
		write_response(c, sasl_client_output(c->exchange));
	smtp_client_look_at_input(c);
}

static void on_challenge(struct smtp_client *c)
{
	buf_wipe(&c->challenge);
	if (!base64_decode(&c->challenge, buf_slice(&c->reply.text))) {
		cancel(c);
	} else if (c->held.n) {
		write_response(c, buf_slice(&c->held));
		buf_wipe(&c->held);
	} else {
		ask(c);
	}
}

/* A refused login may be our configuration's fault as well as the peer's: the host
 * decides what becomes of mail. */
void smtp_client_on_login(struct smtp_client *c)
{
	struct smtp_client_result why = smtp_client_verdict(c);
	int code = c->reply.code;

	if (!c->exchange) {
		give_up(c, S("the peer's part in the login was malformed"));
	} else if (code == 334) {
		on_challenge(c);
	} else if (code >= 400) {
		smtp_client_end_login(c);
		smtp_client_give_up(c, &why);
	} else if (!sasl_client_is_done(c->exchange)) {
		give_up(c, S("the peer did not prove that it knows the password"));
	} else {
		smtp_client_end_login(c);
		smtp_client_rest(c);
	}
}
