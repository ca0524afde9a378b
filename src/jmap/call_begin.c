#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "jmap/arguments.h"
#include "jmap/call_private.h"
#include "jmap/capability.h"

static struct call *call_new(struct jmap_request *r, json_t *name, json_t *id)
{
	struct call *c = calloc(1, sizeof(*c));

	assert(c);
	c->request = r;
	c->name = json_incref(name);
	c->id = json_incref(id);
	c->created = json_object();
	return c;
}

void call_free(struct call *c)
{
	if (!c) return;
	if (c->state && c->method->free) c->method->free(c->state);
	free(c->state);
	json_decref(c->name);
	json_decref(c->id);
	json_decref(c->arguments);
	json_decref(c->response);
	json_decref(c->created);
	json_decref(c->follower_arguments);
	free(c);
}

static void use_method(struct call *c, const struct method *m)
{
	c->method = m;
	if (!m->state_size) return;
	c->state = calloc(1, m->state_size);
	assert(c->state);
}

/* A method of a capability that is not used is not known (RFC 8620 3.3). */
static const struct method *find_used(struct call *c)
{
	const struct method *m = method_find(json_text(c->name));

	if (m && c->request->uses & 1U << m->capability) return m;
	call_fail(c, "unknownMethod", "there is no \"%.100s\" in what is used",
		  json_string_value(c->name));
	return NULL;
}

static bool is_own_account(const struct call *c, const char *id)
{
	struct buf own;
	bool is_own;

	buf_init(&own, ID_TEXT_MAX);
	jmap_account_id(call_user(c)->account, &own);
	is_own = slice_eq(buf_slice(&own), slice_of(id));
	buf_done(&own);
	return is_own;
}

static bool has_account(struct call *c, const struct method *m)
{
	const json_t *id = json_object_get(c->arguments, "accountId");

	if (m->has_no_account) return true;
	if (!json_is_string(id))
		call_fail(c, "invalidArguments", "\"accountId\" must be given");
	else if (!is_own_account(c, json_string_value(id)))
		call_fail(c, "accountNotFound", "there is no such account");
	else if (!capability_is_given(call_user(c), m->capability))
		call_fail(c, "accountNotSupportedByMethod",
			  "the account has no such methods");
	else
		return true;
	return false;
}

void call_begin(struct jmap_request *r)
{
	json_t *given = json_array_get(r->calls, r->next++);
	struct call *c = call_new(r, json_array_get(given, 0), json_array_get(given, 2));
	const struct method *m = find_used(c);

	r->call = c;
	if (!m) return;
	c->arguments = json_copy(json_array_get(given, 1));
	if (references_resolve(c, c->arguments) && has_account(c, m)) use_method(c, m);
}

struct call *call_begin_follower(struct call *before)
{
	json_t *name = json_string(before->follower);
	struct call *c = call_new(before->request, name, before->id);

	json_decref(name);
	c->arguments = before->follower_arguments;
	before->follower_arguments = NULL;
	use_method(c, method_find(json_text(c->name)));
	return c;
}
