/*
 * A mail of JMAP goes out as if a mail program had submitted it: a client of SMTP speaks
 * with a session of our own submission service, both ends of a socket in this process. So
 * whatever stands behind that service (whose addresses, rates, room, filters, signatures,
 * the queue, what `why` tells) stands behind JMAP, and nothing of it is written twice.
 *
 *   READING, on a worker: what the message needs of SMTP
 *   TALKING --result.., done--> told --both ends closed--> gone
 */
#include <assert.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/container.h"
#include "base/log.h"
#include "server/jmap_envelope.h"
#include "server/jmap_state.h"
#include "server/smtp_session.h"
#include "smtp/client.h"
#include "store/incoming.h"

enum {
	SEND_ARENA_MAX = 16 * 1024 * 1024, /* recipients and their replies */
	HELO_MAX = NETADDR_TEXT_MAX + 8,
};

struct sending {
	struct http_session *h; /* which stays until it was told */
	uint64_t session;       /* its number */
	struct loop *loop;
	struct jmap_mail *mail; /* likewise */
	void (*resume)(struct http_session *h);
	struct incoming *message;
	struct arena arena;

	/* The server's end. */
	struct door door;
	struct smtp_guest guest;
	struct service server_service;

	/* The client's. */
	struct service client_service;
	struct smtp_client_config config;
	struct smtp_client_message envelope;
	struct smtp_client *client;
	struct conn *conn;
	uint64_t offset; /* of the content that is asked for */
	size_t wanted;
	struct buf piece;
	slice *replies;
	uint32_t taken;                      /* recipients */
	enum { NONE, LATER, NEVER } refusal; /* the worst of the others */

	unsigned open_ends, waits; /* conns, and works or tasks that are under way */
	bool was_told;
	struct work work;
	struct task task;
	void (*answer)(struct sending *s);
};

static void free_if_over(struct sending *s)
{
	if (s->open_ends || s->waits || !s->was_told) return;
	incoming_free(s->message);
	buf_done(&s->piece);
	arena_done(&s->arena);
	free(s);
}

/* ---- the outcome ---- */

static enum err outcome_of(const struct sending *s)
{
	if (s->taken) return ERR_NONE;
	return s->refusal == NEVER ? ERR_DENIED : ERR_LATER;
}

static void tell(struct sending *s)
{
	struct http_session *h = s->h;
	struct jmap_sent what = { .outcome = outcome_of(s),
				  .queue_id = s->guest.queue_id,
				  .replies = s->replies };
	void (*resume)(struct http_session *) = s->resume;

	if (s->was_told) return;
	s->was_told = true;
	jmap_mail_sent(s->mail, &what);
	s->mail = NULL;
	resume(h);
}

static void run_answer(struct task *t)
{
	struct sending *s = CONTAINER_OF(t, struct sending, task);

	s->waits--;
	if (s->conn) {
		s->answer(s);
		conn_resume(s->conn);
	}
	free_if_over(s);
}

/* Never from inside the question. */
static void answer_later(struct sending *s, void (*answer)(struct sending *s))
{
	s->answer = answer;
	s->task.run = run_answer;
	s->waits++;
	loop_defer(s->loop, &s->task);
}

/* ---- what the client of SMTP asks and tells ---- */

static void say_goodbye(struct sending *s)
{
	smtp_client_send(s->client, NULL);
}

static void send_message(struct sending *s)
{
	smtp_client_send(s->client, &s->envelope);
}

static void next(void *host)
{
	struct sending *s = host;

	answer_later(s, s->taken || s->refusal ? say_goodbye : send_message);
}

static void read_piece(struct work *w)
{
	struct sending *s = CONTAINER_OF(w, struct sending, work);
	uint64_t left = incoming_size(s->message) - s->offset;
	size_t n = left < s->wanted ? (size_t)left : s->wanted;
	char *room;

	buf_reset(&s->piece);
	room = buf_reserve(&s->piece, n);
	if (room && incoming_read(s->message, s->offset, room, n))
		buf_commit(&s->piece, n);
}

static void piece_read(struct work *w)
{
	struct sending *s = CONTAINER_OF(w, struct sending, work);

	s->waits--;
	if (s->conn) {
		smtp_client_content(s->client, buf_slice(&s->piece));
		conn_resume(s->conn);
	}
	free_if_over(s);
}

static void content(void *host, uint64_t offset, size_t max)
{
	struct sending *s = host;

	s->offset = offset;
	s->wanted = max;
	s->waits++;
	s->work = (struct work){ .run = read_piece, .done = piece_read, .loop = s->loop };
	workers_submit(s->door.server->workers, WORK_URGENT, &s->work);
}

/* As the session said it, e.g. "250 2.0.0 Safe as 1f...". */
static slice write_reply(struct sending *s, const struct smtp_client_result *r)
{
	int own = r->outcome == SMTP_REFUSED ? 550 : 451;
	struct buf text;
	slice kept;

	buf_init(&text, 8 * 1024);
	buf_addf(&text, "%d %.*s %.*s", r->code ? r->code : own, FMT(r->enhanced),
		 FMT(r->text));
	for (size_t i = 0; i < text.n; i++)
		if (text.p[text.start + i] == '\n') text.p[text.start + i] = ' ';
	if (!arena_copy(&s->arena, buf_slice(&text), &kept)) kept = S("");
	buf_done(&text);
	return kept;
}

static void result(void *host, uint32_t recipient, const struct smtp_client_result *r)
{
	struct sending *s = host;

	s->replies[recipient] = write_reply(s, r);
	if (r->outcome == SMTP_DELIVERED)
		s->taken++;
	else if (r->outcome == SMTP_REFUSED)
		s->refusal = NEVER;
	else if (s->refusal == NONE)
		s->refusal = LATER;
}

static void done(void *host)
{
	tell(host);
}

static void failed(void *host, const struct smtp_client_result *why)
{
	struct sending *s = host;

	log_event(LOG_WARNING, "jmap.send", LOG_INT("session", (int64_t)s->session),
		  LOG_STR("why", why->text));
}

static const struct smtp_client_host client_host = {
	.next = next,
	.content = content,
	.result = result,
	.done = done,
	.failed = failed,
};

/* ---- the two ends ---- */

static void end_is_gone(struct sending *s)
{
	s->open_ends--;
	free_if_over(s);
}

static void server_closed(void *session, struct conn *c, const char *why)
{
	struct smtp_guest *g = smtp_session_guest(session);
	struct sending *s = CONTAINER_OF(g, struct sending, guest);

	session_closed(session, c, why);
	end_is_gone(s);
}

static void server_failed(void *context, struct conn *, const char *)
{
	end_is_gone(CONTAINER_OF((struct smtp_guest *)context, struct sending, guest));
}

static bool open_client(void *context, struct conn *c)
{
	struct sending *s = context;

	s->client = smtp_client_new(&s->config, NULL, &client_host, s);
	s->conn = c;
	conn_attach(c, smtp_client_engine(s->client), s);
	return true;
}

static void client_closed(void *session, struct conn *, const char *)
{
	struct sending *s = session;

	s->conn = NULL;
	tell(s); /* if the connection broke before it was done */
	end_is_gone(s);
}

static void client_failed(void *context, struct conn *c, const char *why)
{
	client_closed(context, c, why);
}

/* Only the steps of a log-in are jobs, and this client does not log in. */
static void no_job(void *, struct conn *, struct job *job)
{
	assert(!job);
}

static void set_up_ends(struct sending *s)
{
	const struct http_session *h = s->h;

	s->door = (struct door){ .server = h->s.server, .kind = SERVICE_SUBMISSION };
	s->guest = (struct smtp_guest){ .door = &s->door,
					.account = h->account,
					.generation = h->s.login.generation,
					.login = s->guest.login };
	s->server_service = (struct service){ .context = &s->guest,
					      .open = smtp_session_open_guest,
					      .job_wanted = session_job_wanted,
					      .closed = server_closed,
					      .failed = server_failed };
	s->client_service = (struct service){ .context = s,
					      .open = open_client,
					      .job_wanted = no_job,
					      .closed = client_closed,
					      .failed = client_failed };
}

static void talk(struct sending *s)
{
	const struct netaddr here = { .kind = NETADDR_UNIX };
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends)) {
		tell(s);
		return;
	}
	set_up_ends(s);
	s->open_ends = 2;
	s->waits++; /* until both are there */
	conn_start(s->loop, ends[0], &s->h->s.peer, false, &s->server_service);
	conn_start(s->loop, ends[1], &here, false, &s->client_service);
	s->waits--;
}

/* ---- the message ---- */

static void read_message(struct work *w)
{
	struct sending *s = CONTAINER_OF(w, struct sending, work);

	if (!jmap_envelope_scan(s->message, &s->envelope)) s->envelope.size = 0;
}

static void message_read(struct work *w)
{
	struct sending *s = CONTAINER_OF(w, struct sending, work);

	s->waits--;
	if (s->envelope.size && s->h->s.conn)
		talk(s);
	else
		tell(s);
	free_if_over(s);
}

/* ---- the envelope ---- */

/* Each has a reply, come what may. */
static bool make_replies(struct sending *s)
{
	uint32_t n = s->mail->recipient_count;

	s->replies = arena_alloc_array(&s->arena, n, sizeof(*s->replies));
	for (uint32_t i = 0; s->replies && i < n; i++)
		s->replies[i] = S("451 4.3.0 It cannot be taken now");
	return s->replies;
}

/* "[192.0.2.1]": whose mail it is (RFC 5321 4.1.3). */
static bool copy_helo(struct sending *s)
{
	const struct netaddr *peer = &s->h->s.peer;
	char text[NETADDR_TEXT_MAX];
	struct buf helo;
	bool good;

	buf_init(&helo, HELO_MAX);
	buf_addf(&helo, peer->kind == NETADDR_V6 ? "[IPv6:%.*s]" : "[%.*s]",
		 FMT(netaddr_text(peer, text)));
	good = arena_copy(&s->arena,
			  peer->kind == NETADDR_UNIX ? s->h->s.config->hostname
						     : buf_slice(&helo),
			  &s->config.host_name);
	buf_done(&helo);
	return good;
}

static void tell_later(struct task *t)
{
	struct sending *s = CONTAINER_OF(t, struct sending, task);

	s->waits--;
	tell(s);
	free_if_over(s);
}

void jmap_send(struct http_session *h, struct jmap_mail *m,
	       void (*resume)(struct http_session *h))
{
	struct sending *s = calloc(1, sizeof(*s));

	assert(s);
	*s = (struct sending){ .h = h,
			       .session = h->s.id,
			       .loop = h->s.loop,
			       .mail = m,
			       .resume = resume,
			       .message = m->message,
			       .waits = 1 };
	s->door.server = h->s.server;
	arena_init(&s->arena, SEND_ARENA_MAX);
	buf_init(&s->piece, SMTP_PIECE_MAX);
	http_wait(h);
	if (!make_replies(s) || h->s.server->is_sandbox ||
	    !jmap_envelope_copy(m, &s->arena, &s->envelope) ||
	    !arena_copy(&s->arena, h->user, &s->guest.login) || !copy_helo(s)) {
		s->refusal = NEVER;
		s->task.run = tell_later;
		loop_defer(s->loop, &s->task);
		return;
	}
	s->work = (struct work){ .run = read_message,
				 .done = message_read,
				 .loop = s->loop };
	workers_submit(h->s.server->workers, WORK_LONG, &s->work);
}
