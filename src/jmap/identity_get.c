#include <string.h>

#include "jmap/changes.h"
#include "jmap/get.h"
#include "jmap/identity.h"
#include "jmap/methods.h"

/* --- Identity/get (RFC 8621 6.1) --- */

static enum err read_state(struct call *, struct account *a, uint64_t *ret)
{
	return document_state(a, DOCUMENT_IDENTITY, ret);
}

/* What was not asked for goes. */
static json_t *reduced(const struct get *g, json_t *object)
{
	for (size_t i = 0; identity_properties[i]; i++)
		if (!get_wants(g, identity_properties[i]))
			json_object_del(object, identity_properties[i]);
	return object;
}

static enum err read_identity(struct get *g, struct account *a, const char *id)
{
	json_t *object;
	enum err e = identity_read(g->call, a, id_number(g->call, OBJECT_IDENTITY, id),
				   &object);

	if (!e)
		json_array_append_new(g->list, reduced(g, object));
	else if (e == ERR_NOT_FOUND)
		json_array_append_new(g->not_found, json_string(id));
	return e == ERR_NOT_FOUND ? ERR_NONE : e;
}

struct listing {
	struct get *get;
	int64_t own;
};

static bool add_identity(void *context, int64_t id, slice document)
{
	struct listing *l = context;
	json_t *object = identity_json(l->get->call, id, document, l->own);

	json_array_append_new(l->get->list, reduced(l->get, object));
	return json_array_size(l->get->list) <= JMAP_GET_MAX &&
	       call_reserve(l->get->call, document.n);
}

static enum err read_all(struct get *g, struct account *a)
{
	struct listing l = { .get = g };
	enum err e = identity_find_own(g->call, a, &l.own);

	return e ? e : document_each(a, DOCUMENT_IDENTITY, add_identity, &l);
}

static enum err get_all(struct call *c, struct account *a)
{
	static const struct get_type type = {
		.properties = identity_properties,
		.state = read_state,
		.read = read_identity,
		.read_all = read_all,
	};

	return get_run(c, a, &type);
}

/* Whether the own one has to be made first. */
struct looking {
	bool lacks_own;
};

static bool lacks_own(const struct call *c)
{
	const struct looking *l = call_state(c);

	return l->lacks_own;
}

static enum err run_get(struct call *c, struct account *a)
{
	struct looking *l = call_state(c);
	int64_t own;
	enum err e = identity_find_own(c, a, &own);

	l->lacks_own = e == ERR_NOT_FOUND;
	if (l->lacks_own) return ERR_NONE;
	return e ? e : get_all(c, a);
}

static enum err run_making(struct call *c, struct account *a)
{
	int64_t own;
	enum err e = identity_find_own(c, a, &own);

	if (e == ERR_NOT_FOUND) e = identity_make_own(c, a);
	return e ? e : get_all(c, a);
}

const struct method identity_get = {
	.name = "Identity/get",
	.capability = CAPABILITY_SUBMISSION,
	.state_size = sizeof(struct looking),
	.steps = { { .run = run_get, .level = JOB_READS },
		   { .is_needed = lacks_own, .run = run_making, .level = JOB_WRITES } },
};

/* --- Identity/changes (RFC 8621 6.2) --- */

static enum err find_changes(struct call *, struct account *a, uint64_t since,
			     uint32_t max, struct state_changes *ret)
{
	return document_changes(a, DOCUMENT_IDENTITY, since, max, ret);
}

static enum err run_changes(struct call *c, struct account *a)
{
	static const struct changes_type type = {
		.kind = OBJECT_IDENTITY,
		.changes = find_changes,
	};

	return changes_run(c, a, &type);
}

const struct method identity_changes = {
	.name = "Identity/changes",
	.capability = CAPABILITY_SUBMISSION,
	.steps = { { .run = run_changes, .level = JOB_READS } },
};
