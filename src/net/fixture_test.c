#include "net/fixture_test.h"

#include <errno.h>
#include <openssl/err.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/engine.h"
#include "base/hex.h"
#include "base/test.h"

enum {
	LINE_MAX_OCTETS = 100'000,
	PATIENCE_MS = 5000, /* of a test, before it fails */
	DAYS = 30,
};

/* ---- the engine ---- */

struct script {
	struct engine engine;
	struct fixture *fixture;
	struct conn *conn;
	struct buf output;
	enum want want;
	bool body;
	size_t big; /* octets still to be answered */
	struct job job;
	struct work work;
	struct task host;
	const struct tls_facts *facts;
};

static void say(struct script *s, const char *text)
{
	buf_addf(&s->output, "%s\r\n", text);
}

static void fill(struct script *s)
{
	static const char block[] =
		"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";

	while (s->big > 0 && s->output.n < OUTPUT_MARK) {
		slice some = slice_head(slice_of(block), s->big);

		buf_add(&s->output, some);
		s->big -= some.n;
		if (s->big == 0) say(s, "");
	}
	s->want = s->big > 0 ? WANT_DRAIN : WANT_INPUT;
}

static void say_facts(struct script *s)
{
	const struct tls_facts *f = conn_tls(s->conn);

	CHECK(f && (!s->facts || s->facts == f));
	buf_addf(&s->output, "%.*s %d %.*s%.*s", FMT(f->protocol), f->bits,
		 FMT(f->server_name), FMT(f->peer_subject));
	buf_add_char(&s->output, ' ');
	hex_encode(&s->output, f->binding_exporter);
	buf_add_char(&s->output, ' ');
	hex_encode(&s->output, f->binding_endpoint);
	say(s, "");
}

static void run_line(struct script *s, slice line)
{
	uint64_t n;

	if (take_literal(&line, S("ECHO ")))
		buf_addf(&s->output, "%.*s\r\n", FMT(line));
	else if (take_literal(&line, S("BIG ")) && take_u64(&line, &n)) {
		s->big = n;
		fill(s);
	} else if (slice_eq(line, S("JOB")) || slice_eq(line, S("SLOW"))) {
		s->job.account = slice_eq(line, S("SLOW"));
		s->want = WANT_JOB;
	} else if (slice_eq(line, S("HOST"))) {
		s->want = WANT_HOST;
		loop_post(conn_loop(s->conn), &s->host);
	} else if (slice_eq(line, S("STARTTLS"))) {
		say(s, "go");
		s->want = WANT_TLS;
	} else if (slice_eq(line, S("FACTS")))
		say_facts(s);
	else if (slice_eq(line, S("BODY")))
		s->body = true;
	else if (slice_eq(line, S("QUIT"))) {
		say(s, "bye");
		s->want = WANT_CLOSE;
	} else
		say(s, "what?");
}

static size_t script_feed(struct engine *e, slice bytes)
{
	struct script *s = (struct script *)e;
	slice rest = bytes, line;

	while (s->want == WANT_INPUT && !s->body && take_line(&rest, &line))
		run_line(s, line);
	if (s->want == WANT_INPUT && (s->body || rest.n > LINE_MAX_OCTETS)) rest.n = 0;
	return bytes.n - rest.n;
}

static struct buf *script_output(struct engine *e)
{
	return &((struct script *)e)->output;
}

static enum want script_want(const struct engine *e)
{
	return ((const struct script *)e)->want;
}

static struct job *script_job(struct engine *e)
{
	return &((struct script *)e)->job;
}

static void script_drained(struct engine *e)
{
	fill((struct script *)e);
}

static void script_tls_started(struct engine *e, const struct tls_facts *facts)
{
	struct script *s = (struct script *)e;

	s->facts = facts;
	s->want = WANT_INPUT;
}

static void say_and_close(struct engine *e, const char *text)
{
	struct script *s = (struct script *)e;

	say(s, text);
	s->want = WANT_CLOSE;
}

static void script_input_ended(struct engine *e)
{
	say_and_close(e, "end");
}

static void script_timed_out(struct engine *e)
{
	say_and_close(e, "slow");
}

static void script_shut_down(struct engine *e)
{
	struct script *s = (struct script *)e;

	if (s->want == WANT_INPUT) say_and_close(e, "stopping");
}

static void script_changed(struct engine *e)
{
	say((struct script *)e, "changed");
}

static int64_t script_timeout_ms(const struct engine *e)
{
	return ((const struct script *)e)->fixture->timeout_ms;
}

static void script_free(struct engine *e)
{
	struct script *s = (struct script *)e;

	CHECK(s->want != WANT_JOB);
	buf_done(&s->output);
}

static const struct engine_ops script_ops = {
	.feed = script_feed,
	.output = script_output,
	.want = script_want,
	.job = script_job,
	.drained = script_drained,
	.tls_started = script_tls_started,
	.input_ended = script_input_ended,
	.timeout_ms = script_timeout_ms,
	.timed_out = script_timed_out,
	.shut_down = script_shut_down,
	.changed = script_changed,
	.free = script_free,
};

/* ---- the service ---- */

static struct script *of_work(struct work *w)
{
	return LIST_ENTRY(w, struct script, work);
}

static void run_job(struct work *w)
{
	struct script *s = of_work(w);

	if (!s->job.account) return;
	pthread_mutex_lock(&s->fixture->gate);
	pthread_mutex_unlock(&s->fixture->gate);
}

static void job_done(struct work *w)
{
	struct script *s = of_work(w);

	say(s, "job");
	s->want = WANT_INPUT;
	conn_job_done(s->conn);
}

static void answer_host(struct task *t)
{
	struct script *s = LIST_ENTRY(t, struct script, host);

	say(s, "host");
	s->want = WANT_INPUT;
	conn_resume(s->conn);
}

static bool open_script(void *context, struct conn *c)
{
	struct fixture *f = context;
	struct script *s = calloc(1, sizeof(*s));

	s->engine.ops = &script_ops;
	s->fixture = f;
	s->conn = c;
	s->want = WANT_INPUT;
	s->host.run = answer_host;
	buf_init(&s->output, OUTPUT_MAX);
	say(s, "hello");
	conn_attach(c, &s->engine, s);
	for (size_t i = 0; i < f->loop_count; i++)
		if (f->loops[i] == conn_loop(c)) f->used[i]++;
	f->last_conn = c;
	f->opened++;
	return true;
}

static void job_wanted(void *session, struct conn *c, struct job *job)
{
	struct script *s = session;

	CHECK(c == s->conn && job == &s->job);
	s->work = (struct work){ .run = run_job, .done = job_done, .loop = conn_loop(c) };
	workers_submit(s->fixture->workers, WORK_URGENT, &s->work);
}

static void closed(void *session, struct conn *, const char *why)
{
	struct script *s = session;
	struct fixture *f = s->fixture;

	free(s);
	f->why = why;
	f->closed++;
}

static void failed(void *context, struct conn *, const char *why)
{
	struct fixture *f = context;

	f->why = why;
	f->failed++;
}

/* ---- the server ---- */

void fixture_load(struct fixture *f, const char *const *names, size_t count)
{
	struct buf pem[8][2] = { 0 }, fault = { .max = 1000 };
	struct tls_source sources[8] = { 0 };

	for (size_t i = 0; i < count; i++) {
		slice name = slice_of(names[i]);

		pem[i][0].max = pem[i][1].max = 10'000;
		CHECK(tls_generate(&name, 1, DAYS, &pem[i][0], &pem[i][1]));
		sources[i].certificate = buf_slice(&pem[i][0]);
		sources[i].key = buf_slice(&pem[i][1]);
	}
	CHECK(tls_load(f->tls, sources, count, f->client_ca_file, &fault));
	for (size_t i = 0; i < count; i++) {
		buf_done(&pem[i][0]);
		buf_wipe(&pem[i][1]);
	}
}

static void start_tls_store(struct fixture *f)
{
	const char *name = "mail.example.org";

	if (!f->with_tls) return;
	f->tls = tls_new();
	fixture_load(f, &name, 1);
	f->tls_settings.tls = f->tls;
	f->service.tls = &f->tls_settings;
}

static void set_defaults(struct fixture *f)
{
	if (f->loop_count == 0) f->loop_count = 1;
	if (!f->address) f->address = "127.0.0.1:0";
	if (f->timeout_ms == 0) f->timeout_ms = 60'000;
	f->service.context = f;
	f->service.open = open_script;
	f->service.job_wanted = job_wanted;
	f->service.closed = closed;
	f->service.failed = failed;
	pthread_mutex_init(&f->gate, NULL);
}

void fixture_start(struct fixture *f)
{
	struct buf fault = { .max = 1000 };
	struct endpoint at;

	set_defaults(f);
	start_tls_store(f);
	f->workers = workers_new(2, 0);
	for (size_t i = 0; i < f->loop_count; i++)
		f->loops[i] = loop_new();
	struct listener_setup setup = { f->loops, f->loop_count, &f->service, 0600 };

	CHECK(endpoint_parse(slice_of(f->address), &at));
	f->listener = listener_open(&at, &setup, &fault);
	CHECK_SLICE(buf_slice(&fault), S(""));
	for (size_t i = 0; i < f->loop_count; i++)
		CHECK(loop_start(f->loops[i]));
}

void fixture_stop(struct fixture *f, int64_t grace_ms)
{
	listener_close(f->listener);
	for (size_t i = 0; i < f->loop_count; i++)
		loop_stop(f->loops[i], grace_ms);
	for (size_t i = 0; i < f->loop_count; i++)
		loop_join(f->loops[i]);
	workers_free(f->workers);
	for (size_t i = 0; i < f->loop_count; i++)
		loop_free(f->loops[i]);
	CHECK_INT(f->opened, f->closed);
	tls_free(f->tls);
	pthread_mutex_destroy(&f->gate);
}

void fixture_wait(_Atomic int *counter, int n)
{
	for (int i = 0; i < PATIENCE_MS && *counter < n; i++)
		usleep(1000);
	CHECK_INT(*counter, n);
}

/* ---- clients ---- */

struct client client_connect(const struct fixture *f)
{
	const struct endpoint *e = listener_endpoint(f->listener);
	struct timeval patience = { .tv_sec = PATIENCE_MS / 1000 };
	struct sockaddr_storage to;
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	socklen_t n = sizeof(un);
	struct client c = { 0 };

	if (e->address.kind == NETADDR_UNIX) {
		memcpy(un.sun_path, e->path, sizeof(e->path));
		memcpy(&to, &un, sizeof(un));
	} else {
		n = netaddr_to_sockaddr(&e->address, &to);
	}
	c.fd = socket(to.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(c.fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	CHECK_INT(connect(c.fd, (struct sockaddr *)&to, n), 0);
	return c;
}

bool client_start_tls(struct client *c, const struct client_tls *how)
{
	c->ctx = SSL_CTX_new(TLS_client_method());
	if (how->version) SSL_CTX_set_max_proto_version(c->ctx, how->version);
	c->ssl = SSL_new(c->ctx);
	if (how->host) /* OpenSSL's macro casts const away */
		SSL_ctrl(c->ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
			 (void *)(uintptr_t)how->host);
	if (how->alpn)
		SSL_set_alpn_protos(c->ssl, (const unsigned char *)how->alpn,
				    (unsigned)strlen(how->alpn));
	if (how->session) SSL_set_session(c->ssl, how->session);
	if (how->certificate) {
		SSL_use_certificate(c->ssl, how->certificate);
		SSL_use_PrivateKey(c->ssl, how->key);
	}
	SSL_set_fd(c->ssl, c->fd);
	return SSL_connect(c->ssl) == 1;
}

void client_close(struct client *c)
{
	SSL_free(c->ssl);
	SSL_CTX_free(c->ctx);
	ERR_clear_error();
	close(c->fd);
}

void client_send(struct client *c, slice bytes)
{
	while (bytes.n > 0) {
		ssize_t n = c->ssl ? SSL_write(c->ssl, bytes.p, (int)bytes.n)
				   : send(c->fd, bytes.p, bytes.n, MSG_NOSIGNAL);

		CHECK(n > 0);
		bytes = slice_skip(bytes, (size_t)n);
	}
}

size_t client_read(struct client *c, char *to, size_t room)
{
	ssize_t n = c->ssl ? SSL_read(c->ssl, to, (int)room) : recv(c->fd, to, room, 0);

	if (!c->ssl && n < 0) CHECK(errno != EAGAIN); /* out of patience */
	return n > 0 ? (size_t)n : 0;
}

void client_expect(struct client *c, const char *text)
{
	slice want = slice_of(text);
	char got[4096];
	size_t n = 0, more = 1;

	assert_in_range(want.n, 0, sizeof(got));
	while (n < want.n && more > 0) {
		more = client_read(c, got + n, want.n - n);
		n += more;
	}
	slice all = { got, n };

	CHECK_SLICE(all, want);
}

void client_expect_end(struct client *c)
{
	char octet;

	CHECK_INT(client_read(c, &octet, 1), 0);
}

void client_half_close(struct client *c)
{
	if (c->ssl)
		SSL_shutdown(c->ssl);
	else
		shutdown(c->fd, SHUT_WR);
}
