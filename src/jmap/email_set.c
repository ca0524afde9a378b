/*
 * Email/set (RFC 8621 4.6)
 *
 * Messages are composed before anything is written: the drafts are read, their blobs
 * opened with the account, and what comes out is finished without it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "jmap/draft.h"
#include "jmap/email_update.h"
#include "jmap/methods.h"
#include "jmap/placement.h"
#include "store/email_view.h"
#include "store/states.h"

struct email_set {
	struct draft *drafts; /* in the order of "create" */
	const char **names;
	size_t count;
	struct store *store;
};

static void free_state(void *state)
{
	struct email_set *s = state;

	for (size_t i = 0; i < s->count; i++)
		draft_done(&s->drafts[i]);
	free(s->drafts);
	free(s->names);
}

/* --- before the writing --- */

static json_t *creations(const struct call *c)
{
	return json_object_get(call_arguments(c), "create");
}

static bool has_creations(const struct call *c)
{
	size_t count = json_object_size(creations(c));

	return count > 0 && count <= JMAP_SET_MAX;
}

static void read_drafts(struct call *c)
{
	struct email_set *s = call_state(c);
	const char *name;
	json_t *object;

	s->drafts = calloc(json_object_size(creations(c)), sizeof(*s->drafts));
	s->names = calloc(json_object_size(creations(c)), sizeof(*s->names));
	if (!s->drafts || !s->names) return;
	json_object_foreach(creations(c), name, object)
	{
		s->names[s->count] = name;
		draft_init(&s->drafts[s->count]);
		draft_parse(&s->drafts[s->count++], object);
	}
}

static enum err open_blobs(struct call *c, struct account *a)
{
	struct email_set *s = call_state(c);
	enum err e = ERR_NONE;
	size_t blobs = 0;

	s->store = account_store(a);
	for (size_t i = 0; i < s->count; i++)
		blobs += s->drafts[i].blob_count;
	if (blobs > DRAFT_BLOBS_MAX)
		call_fail(c, "requestTooLarge", "at most %d parts may be of blobs",
			  DRAFT_BLOBS_MAX);
	for (size_t i = 0; i < s->count && !e && !call_has_failed(c); i++)
		e = draft_open(&s->drafts[i], a);
	return e;
}

static void compose_drafts(struct call *c)
{
	struct email_set *s = call_state(c);

	for (size_t i = 0; i < s->count; i++)
		draft_compose(&s->drafts[i], s->store, call_user(c), call_now(c));
}

/* --- create --- */

static struct draft *find_draft(struct call *c, const char *name)
{
	struct email_set *s = call_state(c);

	for (size_t i = 0; i < s->count; i++)
		if (!strcmp(s->names[i], name)) return &s->drafts[i];
	return NULL;
}

static enum err create(struct call *c, struct account *a, const char *name,
		       json_t *object, struct set_outcome *o)
{
	CLEANUP(placement_done) struct placement where = { 0 };
	struct draft *d = find_draft(c, name);
	int64_t received = call_now(c);
	enum err e;

	if (!d) return ERR_LATER;
	draft_refuse(d, call_user(c)->message_max, o);
	placement_received(object, &received, o);
	e = placement_read(c, a, json_object_get(object, "mailboxIds"),
			   json_object_get(object, "keywords"), &where, o);
	if (!e && !o->error) e = d->failure;
	return e ? e : placement_append(c, a, d->message, &where, received, o);
}

/* --- destroy --- */

static enum err destroy(struct call *c, struct account *a, const char *id,
			struct set_outcome *o)
{
	enum err e = email_destroy(a, id_number(c, OBJECT_EMAIL, id));

	return e == ERR_NOT_FOUND ? set_refuse(o, "notFound", NULL, "no such email") : e;
}

static enum err state(struct call *, struct account *a, uint64_t *ret)
{
	return state_now(a, STATE_EMAIL, ret);
}

static const struct set_type emails = {
	.state = state,
	.create = create,
	.update = email_update,
	.destroy = destroy,
};

static enum err run(struct call *c, struct account *a)
{
	return set_run(c, a, &emails);
}

const struct method email_set = {
	.name = "Email/set",
	.capability = CAPABILITY_MAIL,
	.state_size = sizeof(struct email_set),
	.steps = { { .is_needed = has_creations,
		     .prepare = read_drafts,
		     .run = open_blobs,
		     .level = JOB_READS },
		   { .prepare = compose_drafts, .run = run, .level = JOB_WRITES } },
	.free = free_state,
};
