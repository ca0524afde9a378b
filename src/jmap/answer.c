#include <assert.h>

#include "jmap/arguments.h"
#include "jmap/call_private.h"

enum {
	NUMBER_OCTETS_MAX = 25,
	ANSWER_DEPTH_MAX = 2 * JMAP_DEPTH_MAX, /* references make it grow */
};

/* --- how large it is --- */

static size_t text_octets(slice text)
{
	size_t n = 2;

	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		n += c < ' ' ? 6 : c == '"' || c == '\\' ? 2 : 1;
	}
	return n;
}

static size_t octets_of(json_t *value, size_t max, unsigned depth);

static size_t object_octets(json_t *object, size_t max, unsigned depth)
{
	size_t n = 2;
	const char *name;
	json_t *value;

	json_object_foreach(object, name, value)
	{
		n += text_octets(slice_of(name)) + 2;
		if (n > max) break;
		n += octets_of(value, max - n, depth);
	}
	return n;
}

static size_t array_octets(json_t *array, size_t max, unsigned depth)
{
	size_t n = 2, i;
	json_t *value;

	json_array_foreach(array, i, value)
	{
		n++;
		if (n > max) break;
		n += octets_of(value, max - n, depth);
	}
	return n;
}

/* More than max for what is nested too deeply, too. */
static size_t octets_of(json_t *value, size_t max, unsigned depth)
{
	if (depth > ANSWER_DEPTH_MAX) return max + 1;
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		return object_octets(value, max, depth + 1);
	case JSON_ARRAY:
		return array_octets(value, max, depth + 1);
	case JSON_STRING:
		return text_octets(json_text(value));
	default:
		return NUMBER_OCTETS_MAX;
	}
}

void answer_measure(struct call *c)
{
	size_t left = JMAP_ANSWER_MAX - c->request->octets;

	c->octets = octets_of(c->response, left, 0);
	if (c->octets > left)
		call_fail(c, "requestTooLarge", "the answer would be too large");
}

/* --- what it holds --- */

/* An error is small, and told even when there is no room left. */
static void account_for(struct jmap_request *r, const struct call *c)
{
	size_t left = JMAP_ANSWER_MAX - r->octets;

	r->octets += c->octets < left ? c->octets : left;
}

void answer_add(struct call *c)
{
	json_t *response = json_array();

	if (!c->response) call_break(c, ERR_INTERNAL); /* nothing was answered: a bug */
	if (!c->octets && !c->has_failed) answer_measure(c);
	account_for(c->request, c);
	json_array_append_new(response, c->has_failed ? json_string("error")
						      : json_incref(c->name));
	json_array_append(response, c->response);
	json_array_append(response, c->id);
	json_array_append_new(c->request->responses, response);
}

static int add_text(const char *text, size_t n, void *out)
{
	return buf_add(out, (slice){ text, n }) ? 0 : -1;
}

void answer_write(struct jmap_request *r)
{
	json_t *root = json_object();
	struct buf state;
	int failed;

	buf_init(&state, ID_TEXT_MAX);
	session_state_write(r->user, &state);
	json_object_set(root, "methodResponses", r->responses);
	if (r->tells_created) json_object_set(root, "createdIds", r->created);
	json_object_set_new(root, "sessionState", json_slice(buf_slice(&state)));
	failed = json_dump_callback(root, add_text, &r->answer, JSON_COMPACT);
	assert(!failed);
	json_decref(root);
	buf_done(&state);
	r->status = 200;
}
