/* Email/get (RFC 8621 4.2) */
#include "jmap/binary.h"
#include "jmap/email_all.h"
#include "jmap/email_property.h"
#include "jmap/email_visible.h"
#include "jmap/get.h"
#include "jmap/methods.h"
#include "store/states.h"

enum {
	READING_ARENA_MAX = MIME_ARENA_MAX + 8 * 1024 * 1024, /* octets: of one email */
	BLOB_ID_MAX = 255,
};

struct email_get_state {
	struct get_progress progress;
	struct email_request request; /* for one slice */
};

static struct get_progress *progress_of(struct call *c)
{
	struct email_get_state *s = call_state(c);

	return &s->progress;
}

static void free_state(void *state)
{
	struct email_get_state *s = state;

	get_progress_done(&s->progress);
}

static enum err email_state(struct call *, struct account *a, uint64_t *ret)
{
	return state_now(a, STATE_EMAIL, ret);
}

/* Which there are was looked at when the request was read. */
static bool allows_any(const char *)
{
	return true;
}

/* With the email's octets, if they are needed. */
static enum err add_object(struct get *g, struct email_reading *r)
{
	enum err e = email_reading_parse(r);
	json_t *object;

	if (e) return e;
	object = email_reading_object(r);
	if (object) json_array_append_new(g->list, object);
	return r->failure;
}

static enum err add_email(struct get *g, struct account *a, int64_t number,
			  struct arena *arena)
{
	const struct email_get_state *s = call_state(g->call);
	const struct email_request *request = &s->request;
	unsigned columns = request->needs & NEEDS_PREVIEW ? COLUMN_PREVIEW : 0;
	struct email_view view;
	enum err e = email_view_get(a, number, columns, arena, &view);
	struct email_reading r = { .call = g->call,
				   .account = a,
				   .request = request,
				   .arena = arena,
				   .view = &view };
	struct buf blob;

	if (e) return e;
	if (!email_is_visible(&view)) return ERR_NOT_FOUND;
	buf_init(&blob, BLOB_ID_MAX);
	binary_id_of_email(call_user(g->call)->account, number, &blob);
	r.blob = buf_slice(&blob);
	e = add_object(g, &r);
	email_reading_done(&r);
	buf_done(&blob);
	return e;
}

static enum err read_email(struct get *g, struct account *a, const char *id)
{
	int64_t number = id_number(g->call, OBJECT_EMAIL, id);
	enum err e = ERR_NOT_FOUND;
	struct arena arena;

	arena_init(&arena, READING_ARENA_MAX);
	if (number >= 0) e = add_email(g, a, number, &arena);
	arena_done(&arena);
	if (e != ERR_NOT_FOUND) return e;
	json_array_append_new(g->not_found, json_string(id));
	return ERR_NONE;
}

static enum err run(struct call *c, struct account *a)
{
	static const char *const none[] = { NULL };
	static const struct get_type type = { .properties = none,
					      .allows = allows_any,
					      .state = email_state,
					      .read = read_email,
					      .all_ids = email_all_ids,
					      .further = email_request_arguments,
					      .progress = progress_of };
	struct email_get_state *s = call_state(c);
	enum err e = ERR_NONE;

	if (email_request_read(c, EMAIL_DEFAULT_GET, &s->request)) {
		email_request_add_id(&s->request);
		e = get_run(c, a, &type);
	}
	email_request_done(&s->request);
	return e;
}

const struct method email_get = {
	.name = "Email/get",
	.capability = CAPABILITY_MAIL,
	.state_size = sizeof(struct email_get_state),
	.steps = { { .run = run, .level = JOB_READS } },
	.free = free_state,
};
