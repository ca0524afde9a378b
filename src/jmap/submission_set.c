#include "jmap/submission_set.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "jmap/call_private.h"
#include "jmap/methods.h"
#include "jmap/placement.h"
#include "jmap/submission.h"
#include "store/document.h"

static const char *const further[] = { "onSuccessUpdateEmail", "onSuccessDestroyEmail",
				       NULL };

/* --- write --- */

/* What becomes of the email is known by the submission's id or name. */
static void note_success(struct call *c, const char *id, const json_t *email)
{
	struct submission_set *s = call_state(c);

	json_object_set_new(s->emails, id, json_deep_copy(email));
}

static enum err forget_emails(struct call *c, struct account *)
{
	struct submission_set *s = call_state(c);

	json_decref(s->emails);
	s->emails = json_object();
	return ERR_NONE;
}

static json_t *kept_of(struct call *c, const struct sending *s)
{
	const char *identity =
		call_id(c, json_string_value(json_object_get(s->object, "identityId")));
	int64_t account = call_user(c)->account, release_at = s->envelope.release_at;

	return json_pack("{s:s,s:o,s:o,s:O,s:I,s:I,s:s,s:O}", "identityId", identity,
			 "emailId", json_id(OBJECT_EMAIL, account, s->email), "threadId",
			 json_id(OBJECT_THREAD, account, s->thread), "envelope",
			 s->envelope.json, "sendAt",
			 (json_int_t)(release_at ? release_at : call_now(c)), "queueId",
			 (json_int_t)s->queue_id, "undoStatus",
			 release_at && s->queue_id ? "pending" : "final",
			 "deliveryStatus", s->status);
}

/* What the client gave it need not be told. */
static json_t *created_object(const struct call *c, int64_t id, const json_t *kept,
			      const struct sending *s)
{
	json_t *object = submission_object(c, id, kept), *value;
	const char *name;

	json_object_foreach(s->object, name, value) if (!json_is_null(value))
		json_object_del(object, name);
	return object;
}

static struct sending *find_sending(struct call *c, const char *name)
{
	struct submission_set *s = call_state(c);

	for (size_t i = 0; i < s->sending_count; i++)
		if (!strcmp(s->sendings[i].name, name)) return &s->sendings[i];
	return NULL;
}

static enum err create(struct call *c, struct account *a, const char *name, json_t *,
		       struct set_outcome *o)
{
	const struct sending *s = find_sending(c, name);
	char reference[ID_TEXT_MAX + 2];
	json_t *kept;
	int64_t id;
	enum err e;

	if (!s) return ERR_LATER;
	sending_judge(c, s, o);
	if (o->error) return ERR_NONE;
	kept = kept_of(c, s);
	e = submission_add(a, kept, &id);
	if (!e) {
		snprintf(reference, sizeof(reference), "#%s", name);
		note_success(c, reference, json_object_get(kept, "emailId"));
		o->object = created_object(c, id, kept, s);
		note_success(c, json_string_value(json_object_get(o->object, "id")),
			     json_object_get(kept, "emailId"));
	}
	json_decref(kept);
	return e;
}

/* Of all properties only undoStatus changes, and that from "pending" to "canceled". */
static bool is_cancel(const json_t *before, json_t *after, struct set_outcome *o)
{
	const json_t *undo = json_object_get(before, "undoStatus");
	const char *property;
	bool cancels = false;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)before, property, value)
	{
		const json_t *now = json_object_get(after, property);

		if (now && json_equal(now, value)) continue;
		cancels = value == undo && json_is_string(now) &&
			  !strcmp(json_string_value(now), "canceled");
		if (!cancels) placement_fault(o, property, "it cannot be changed");
	}
	json_object_foreach(after, property,
			    value) if (!json_object_get(before, property))
		placement_fault(o, property, "there is no such property");
	return cancels;
}

enum err submission_check_update(struct call *c, struct account *a, const char *id,
				 json_t *patch, struct set_outcome *o, json_t **ret_kept,
				 bool *ret_cancels)
{
	json_t *before, *after;
	enum err e = submission_load(c, a, id, ret_kept);

	if (e == ERR_NOT_FOUND) return set_refuse(o, "notFound", NULL, "no submission");
	if (e) return e;
	before = submission_object(c, id_number(c, OBJECT_SUBMISSION, id), *ret_kept);
	after = set_patched(before, patch, o);
	if (after) *ret_cancels = is_cancel(before, after, o);
	if (!o->error && *ret_cancels && !submission_is_pending(c, *ret_kept))
		set_refuse(o, "cannotUnsend", NULL, "it has been sent");
	json_decref(before);
	json_decref(after);
	return ERR_NONE;
}

/* What the host has said. */
static enum err recall_outcome(struct call *c, const char *id)
{
	const struct submission_set *s = call_state(c);

	for (size_t i = 0; i < s->recall_count; i++)
		if (!strcmp(s->recalls[i].id, id)) return s->recalls[i].outcome;
	return ERR_DENIED;
}

/* Nothing has gone to anybody, nor will it. */
static enum err cancel(struct call *c, struct account *a, const char *id, json_t *kept,
		       struct set_outcome *o)
{
	json_t *all = json_object_get(kept, "deliveryStatus"), *one;
	enum err e = recall_outcome(c, id);
	const char *address;

	if (e == ERR_DENIED || e == ERR_NOT_FOUND)
		return set_refuse(o, "cannotUnsend", NULL, "it has been sent");
	if (e) return e;
	json_object_set_new(kept, "undoStatus", json_string("canceled"));
	json_object_foreach(all, address, one)
	{
		json_object_set_new(one, "delivered", json_string("no"));
	}
	return submission_save(a, id_number(c, OBJECT_SUBMISSION, id), kept);
}

static enum err update(struct call *c, struct account *a, const char *id, json_t *patch,
		       struct set_outcome *o)
{
	json_t *kept = NULL;
	bool cancels = false;
	enum err e = submission_check_update(c, a, id, patch, o, &kept, &cancels);

	if (!e && !o->error && cancels) e = cancel(c, a, id, kept, o);
	if (!e && !o->error) note_success(c, id, json_object_get(kept, "emailId"));
	json_decref(kept);
	return e;
}

/* The mail itself goes its way (RFC 8621 7.5). */
static enum err destroy(struct call *c, struct account *a, const char *id,
			struct set_outcome *o)
{
	json_t *kept;
	enum err e = submission_load(c, a, id, &kept);

	if (e == ERR_NOT_FOUND) return set_refuse(o, "notFound", NULL, "no submission");
	if (e) return e;
	e = document_remove(a, DOCUMENT_SUBMISSION, id_number(c, OBJECT_SUBMISSION, id));
	if (!e) note_success(c, id, json_object_get(kept, "emailId"));
	json_decref(kept);
	return e;
}

/* --- what follows --- */

/* The email of a submission with which all went well, or NULL. */
static const char *email_of(struct call *c, const char *name)
{
	struct submission_set *s = call_state(c);
	const json_t *email = json_object_get(s->emails, name);
	const char *id = email ? NULL : call_id(c, name);

	if (id) email = json_object_get(s->emails, id);
	return json_string_value(email);
}

static json_t *updates_that_follow(struct call *c)
{
	json_t *updates = json_object(), *patch;
	const char *name;

	json_object_foreach(json_object_get(call_arguments(c), "onSuccessUpdateEmail"),
			    name, patch)
	{
		const char *email = email_of(c, name);

		if (email) json_object_set(updates, email, patch);
	}
	return updates;
}

static json_t *destroys_that_follow(struct call *c)
{
	json_t *destroys = json_array(), *name;
	size_t i;

	json_array_foreach(json_object_get(call_arguments(c), "onSuccessDestroyEmail"), i,
			   name)
	{
		const char *email = email_of(c, json_string_value(name));

		if (email) json_array_append_new(destroys, json_string(email));
	}
	return destroys;
}

/* One Email/set for all (RFC 8621 7.5). */
static enum err follow(struct call *c, struct account *, json_t *)
{
	json_t *updates = updates_that_follow(c), *destroys = destroys_that_follow(c);

	if (json_object_size(updates) || json_array_size(destroys))
		call_follow(c, "Email/set",
			    json_pack("{s:O,s:O,s:O}", "accountId",
				      json_object_get(call_arguments(c), "accountId"),
				      "update", updates, "destroy", destroys));
	json_decref(updates);
	json_decref(destroys);
	return ERR_NONE;
}

const struct set_type submission_set_type = {
	.further = further,
	.state = submission_state,
	.create = create,
	.update = update,
	.destroy = destroy,
	.begin = forget_emails,
	.end = follow,
};

/* --- the method --- */

static void free_state(void *state)
{
	struct submission_set *s = state;

	for (size_t i = 0; i < s->sending_count; i++)
		sending_done(&s->sendings[i]);
	free(s->sendings);
	free(s->recalls);
	json_decref(s->emails);
}

static bool has_to_ask(const struct call *c)
{
	const struct submission_set *s = c->state;

	for (size_t i = 0; i < s->sending_count; i++)
		if (s->sendings[i].message) return true;
	return s->recall_count > 0;
}

static enum err run(struct call *c, struct account *a)
{
	return set_run(c, a, &submission_set_type);
}

const struct method submission_set = {
	.name = "EmailSubmission/set",
	.capability = CAPABILITY_SUBMISSION,
	.state_size = sizeof(struct submission_set),
	.steps = { { .run = submission_look, .level = JOB_READS },
		   { .is_needed = has_to_ask, .ask = submission_ask },
		   { .run = run, .level = JOB_WRITES } },
	.free = free_state,
};
