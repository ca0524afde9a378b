/* Email/parse (RFC 8621 4.9) */
#include "jmap/arguments.h"
#include "jmap/blob.h"
#include "jmap/email_property.h"
#include "jmap/limits.h"
#include "jmap/methods.h"

enum { READING_ARENA_MAX = MIME_ARENA_MAX + 8 * 1024 * 1024 }; /* octets: of one blob */

/* What is there already; zeroed at first. */
struct parsing_done {
	size_t next; /* of blobIds */
	json_t *parsed, *not_parsable, *not_found;
	json_t *seen; /* a member for each id that was looked at */
};

struct parsing {
	struct call *call;
	struct account *account;
	struct email_request request;
	struct parsing_done *done;
};

/* --- one blob --- */

/* Any octets can be taken for a message; one of ours has a field that mail has. */
static bool is_message(const struct mime *m)
{
	const struct mime_part *root = &m->parts[0];

	for (uint32_t i = 0; i < root->field_count; i++)
		if (header_is_of_mail(root->fields[i].name)) return true;
	return false;
}

static enum err add_parsed(struct parsing *p, struct email_reading *r, const char *id)
{
	enum err e = email_reading_parse(r);
	json_t *object;

	if (e) return e;
	if (!is_message(r->mime)) return ERR_MALFORMED;
	object = email_reading_object(r);
	if (object) json_object_set_new(p->done->parsed, id, object);
	return r->failure;
}

/* ERR_MALFORMED: it cannot be parsed. */
static enum err parse_blob(struct parsing *p, const char *id)
{
	struct arena arena;
	struct email_reading r = { .call = p->call,
				   .account = p->account,
				   .request = &p->request,
				   .arena = &arena,
				   .blob = slice_of(id) };
	enum err e = blob_open(p->account, r.blob, &r.octets);

	arena_init(&arena, READING_ARENA_MAX);
	if (!e) e = blob_has_parts(r.blob) ? add_parsed(p, &r, id) : ERR_MALFORMED;
	email_reading_done(&r);
	arena_done(&arena);
	return e;
}

/* An id that comes twice is answered once. */
static enum err add_blob(struct parsing *p, const char *id)
{
	struct parsing_done *d = p->done;
	enum err e;

	if (json_object_get(d->seen, id)) return ERR_NONE;
	json_object_set_new(d->seen, id, json_null());
	e = parse_blob(p, id);
	if (e != ERR_NOT_FOUND && e != ERR_MALFORMED) return e;
	json_array_append_new(e == ERR_NOT_FOUND ? d->not_found : d->not_parsable,
			      json_string(id));
	return ERR_NONE;
}

/* --- the call --- */

static bool read_ids(struct call *c, json_t **ret)
{
	if (!argument_strings(c, "blobIds", ret)) return false;
	if (!*ret)
		call_fail(c, "invalidArguments", "\"blobIds\" is missing");
	else if (json_array_size(*ret) > JMAP_GET_MAX)
		call_fail(c, "requestTooLarge", "more than %d blobs", JMAP_GET_MAX);
	return !call_has_failed(c);
}

static void set_or_null(json_t *response, const char *name, json_t *container)
{
	if (json_array_size(container) || json_object_size(container))
		json_object_set(response, name, container);
	else
		json_object_set_new(response, name, json_null());
}

static void respond(struct parsing *p)
{
	json_t *response = json_object();

	json_object_set(response, "accountId",
			json_object_get(call_arguments(p->call), "accountId"));
	set_or_null(response, "parsed", p->done->parsed);
	set_or_null(response, "notParsable", p->done->not_parsable);
	set_or_null(response, "notFound", p->done->not_found);
	call_respond(p->call, response);
}

static void begin(struct parsing_done *d)
{
	if (d->seen) return;
	d->seen = json_object();
	d->parsed = json_object();
	d->not_parsable = json_array();
	d->not_found = json_array();
}

static void free_done(void *state)
{
	struct parsing_done *d = state;

	json_decref(d->seen);
	json_decref(d->parsed);
	json_decref(d->not_parsable);
	json_decref(d->not_found);
}

/* As many as one slice gives, then again. */
static enum err parse_all(struct parsing *p, const json_t *ids)
{
	struct parsing_done *d = p->done;
	enum err e = ERR_NONE;

	begin(d);
	while (!e && d->next < json_array_size(ids) && !call_has_failed(p->call)) {
		e = add_blob(p, json_string_value(json_array_get(ids, d->next++)));
		if (e || d->next == json_array_size(ids) || !call_is_late(p->call))
			continue;
		call_again(p->call);
		return ERR_NONE;
	}
	if (!e && !call_has_failed(p->call)) respond(p);
	return e;
}

static const char *const arguments[] = {
	"accountId",
	"blobIds",
	"properties",
	"bodyProperties",
	"fetchTextBodyValues",
	"fetchHTMLBodyValues",
	"fetchAllBodyValues",
	"maxBodyValueBytes",
	NULL,
};

static enum err run(struct call *c, struct account *a)
{
	struct parsing p = { .call = c, .account = a, .done = call_state(c) };
	json_t *ids = NULL;
	enum err e = ERR_NONE;

	if (!arguments_known(c, arguments) || !read_ids(c, &ids)) return ERR_NONE;
	if (email_request_read(c, EMAIL_DEFAULT_PARSE, &p.request))
		e = parse_all(&p, ids);
	email_request_done(&p.request);
	return e;
}

const struct method email_parse = {
	.name = "Email/parse",
	.capability = CAPABILITY_MAIL,
	.state_size = sizeof(struct parsing_done),
	.steps = { { .run = run, .level = JOB_READS } },
	.free = free_done,
};
