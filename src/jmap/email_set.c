/*
 * Email/set (RFC 8621 4.6)
 *
 * Messages are composed before anything is written: the drafts are read, their blobs
 * opened with the account, and what comes out is finished without it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "jmap/binary.h"
#include "jmap/draft.h"
#include "jmap/methods.h"
#include "jmap/placement.h"
#include "store/email_view.h"
#include "store/states.h"

enum { ARENA_MAX = 1024 * 1024 };

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

/* --- update --- */

/* What a patch may be about, with the values that are. */
static enum err current(struct call *c, struct account *a, const struct email_view *v,
			json_t **ret)
{
	int64_t account = call_user(c)->account;
	CLEANUP(buf_done) struct buf blob = { .max = ID_TEXT_MAX };
	json_t *keywords;
	enum err e = placement_keywords(a, v->flags, &keywords);

	if (e) return e;
	binary_id_of_email(account, v->id, &blob);
	*ret = json_pack("{s:o,s:o,s:o,s:o,s:o,s:I,s:o,s:b}", "mailboxIds",
			 placement_mailboxes(c, v), "keywords", keywords, "id",
			 json_id(OBJECT_EMAIL, account, v->id), "blobId",
			 json_slice(buf_slice(&blob)), "threadId",
			 json_id(OBJECT_THREAD, account, v->thread), "size",
			 (json_int_t)v->size, "receivedAt", utc_date(v->received),
			 "hasAttachment", v->has_attachment);
	return ERR_NONE;
}

/* Keywords have no case, and a mailbox may be one that this request has made. */
static void add_path(struct call *c, const char *path, json_t *value, json_t *patch)
{
	char lower[ID_TEXT_MAX + sizeof("keywords/")];
	size_t n = strlen(path);
	const char *id;

	if (!strncmp(path, "keywords/", 9) && n < sizeof(lower)) {
		for (size_t i = 0; i <= n; i++)
			lower[i] = lower_ascii(path[i]);
		json_object_set(patch, lower, value);
	} else if (!strncmp(path, "mailboxIds/#", 12) && (id = call_id(c, path + 11))) {
		CLEANUP(buf_done) struct buf whole;

		buf_init(&whole, 2 * ID_TEXT_MAX);
		buf_addf(&whole, "mailboxIds/%s", id);
		json_object_setn(patch, buf_slice(&whole).p, whole.n, value);
	} else {
		json_object_set(patch, path, value);
	}
}

static json_t *plain_patch(struct call *c, json_t *given)
{
	json_t *patch = json_object(), *value;
	const char *path;

	json_object_foreach(given, path, value) add_path(c, path, value, patch);
	return patch;
}

static bool may_change(const char *property)
{
	return !strcmp(property, "mailboxIds") || !strcmp(property, "keywords");
}

/* Of all other properties only those that are so already may be there. */
static void check_unchanged(const json_t *before, json_t *after, struct set_outcome *o)
{
	const char *property;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)before, property,
			    value) if (!may_change(property) &&
				       !json_object_get(after, property))
		placement_fault(o, property, "it cannot be changed");
	json_object_foreach(
		after, property,
		value) if (!may_change(property) &&
			   !json_equal(value, json_object_get(before, property)))
		placement_fault(o, property, "it cannot be changed");
}

static bool is_placed_so(const struct email_view *v, const struct placement *p)
{
	uint32_t found = 0;

	for (uint32_t i = 0; i < p->count; i++)
		for (uint32_t k = 0; k < v->place_count; k++)
			if (v->places[k].mailbox == p->mailboxes[i]) {
				found++;
				break;
			}
	return found == p->count && found == v->place_count;
}

static enum err apply(struct account *a, const struct email_view *v,
		      const struct placement *p, struct set_outcome *o)
{
	enum err e = ERR_NONE;

	if (o->error) return ERR_NONE;
	if (p->flags != v->flags) e = email_change_flags(a, v->id, FLAGS_SET, p->flags);
	if (!e && !is_placed_so(v, p))
		e = email_set_mailboxes(a, v->id, p->mailboxes, p->count);
	if (e == ERR_LIMIT) return set_refuse(o, "overQuota", NULL, "a mailbox is full");
	return e;
}

static enum err update_to(struct call *c, struct account *a, const struct email_view *v,
			  const json_t *before, json_t *given, struct set_outcome *o)
{
	CLEANUP(placement_done) struct placement where = { 0 };
	json_t *patch = plain_patch(c, given);
	json_t *after = set_patched(before, patch, o);
	enum err e = ERR_NONE;

	json_decref(patch);
	if (!after) return ERR_NONE;
	check_unchanged(before, after, o);
	e = placement_read(c, a, json_object_get(after, "mailboxIds"),
			   json_object_get(after, "keywords"), &where, o);
	json_decref(after);
	return e ? e : apply(a, v, &where, o);
}

static enum err update(struct call *c, struct account *a, const char *id, json_t *patch,
		       struct set_outcome *o)
{
	CLEANUP(arena_done) struct arena arena;
	struct email_view view;
	json_t *before;
	enum err e;

	arena_init(&arena, ARENA_MAX);
	e = email_view_get(a, id_number(c, OBJECT_EMAIL, id), 0, &arena, &view);
	if (e == ERR_NOT_FOUND) return set_refuse(o, "notFound", NULL, "no such email");
	if (!e) e = current(c, a, &view, &before);
	if (e) return e;
	e = update_to(c, a, &view, before, patch, o);
	json_decref(before);
	return e;
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
	.update = update,
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
