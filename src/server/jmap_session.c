/* The session resource (RFC 8620 2). */
#include "server/jmap_state.h"

enum { SESSION_MAX = 64 * 1024, BASE_MAX = 512 };

/* "https://mail.example.org:8443": as the client has found us. */
static void write_base(const struct http_session *h, struct buf *out)
{
	slice host = h->request->host.n ? h->request->host : h->s.config->hostname;

	buf_addf(out, "%s://%.*s", conn_tls(h->s.conn) ? "https" : "http", FMT(host));
}

static void show_session(struct http_session *h)
{
	struct arena arena;
	struct jmap_user user;
	struct buf base, out;

	arena_init(&arena, JMAP_USER_ARENA_MAX);
	buf_init(&base, BASE_MAX);
	buf_init(&out, SESSION_MAX);
	jmap_user_find(h, &arena, &user);
	write_base(h, &base);
	jmap_session_write(&user, buf_slice(&base), &out);
	if (base.overflow || out.overflow)
		http_answer_failure(h, ERR_INTERNAL);
	else
		http_answer(h, &(struct http_response){
				       .status = 200,
				       .type = S("application/json"),
				       .fields = S("Cache-Control: no-cache, no-store, "
						   "must-revalidate\r\n"),
				       .content = buf_slice(&out) });
	buf_done(&out);
	buf_done(&base);
	arena_done(&arena);
}

const struct resource_ops jmap_session_ops = { .end = show_session };
