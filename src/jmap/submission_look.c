/*
 * What EmailSubmission/set looks at before it sends anything.
 */
#include <stdlib.h>

#include "jmap/submission_set.h"

/* Those of the response's members that ask for an Email/set. */
static bool check_success(struct call *c)
{
	json_t *updates = NULL, *destroyed = NULL, *patch;
	const char *id;

	if (!argument_object(c, "onSuccessUpdateEmail", &updates) ||
	    !argument_strings(c, "onSuccessDestroyEmail", &destroyed))
		return false;
	json_object_foreach(updates, id, patch)
	{
		if (json_is_object(patch)) continue;
		call_fail(c, "invalidArguments",
			  "\"onSuccessUpdateEmail\" has what is no patch");
		return false;
	}
	return true;
}

static void start_sendings(struct call *c, struct submission_set *s, json_t *create)
{
	const char *name;
	json_t *object;

	s->sendings = calloc(json_object_size(create) + 1, sizeof(*s->sendings));
	if (!s->sendings) return;
	json_object_foreach(create, name, object)
	{
		s->sendings[s->sending_count++] =
			(struct sending){ .set = s, .name = name, .object = object };
	}
	s->call = c;
}

/* One that is in order and asks for a mail back. */
static enum err find_recall(struct call *c, struct account *a, struct submission_set *s,
			    const char *name, json_t *patch)
{
	const char *id = call_id(c, name);
	struct set_outcome o = { 0 };
	bool cancels = false;
	json_t *kept = NULL;
	enum err e;

	if (!id) return ERR_NONE;
	e = submission_check_update(c, a, id, patch, &o, &kept, &cancels);
	if (!e && !o.error && cancels)
		s->recalls[s->recall_count++] = (struct recalling){
			.set = s,
			.id = id,
			.recall.queue_id =
				json_integer_value(json_object_get(kept, "queueId")),
		};
	json_decref(o.properties);
	json_decref(o.further);
	json_decref(kept);
	return e;
}

static enum err find_recalls(struct call *c, struct account *a, struct submission_set *s,
			     json_t *update)
{
	const char *name;
	json_t *patch;
	enum err e = ERR_NONE;

	free(s->recalls);
	s->recall_count = 0;
	s->recalls = calloc(json_object_size(update) + 1, sizeof(*s->recalls));
	if (!s->recalls) return ERR_LATER;
	json_object_foreach(update, name, patch)
	{
		e = find_recall(c, a, s, name, patch);
		if (e) break;
	}
	return e;
}

static enum err start(struct call *c, struct account *a)
{
	struct submission_set *s = call_state(c);
	enum err e;

	if (!check_success(c)) return ERR_NONE;
	e = set_check(c, a, &submission_set_type);
	if (e || call_has_failed(c)) return e;
	e = find_recalls(c, a, s, json_object_get(call_arguments(c), "update"));
	if (!e) start_sendings(c, s, json_object_get(call_arguments(c), "create"));
	return e || s->sendings ? e : ERR_LATER;
}

/* A few at a time. */
enum err submission_look(struct call *c, struct account *a)
{
	struct submission_set *s = call_state(c);
	enum err e = s->sendings ? ERR_NONE : start(c, a);

	while (!e && s->looked_at < s->sending_count) {
		e = sending_look(c, a, &s->sendings[s->looked_at]);
		s->looked_at++;
		if (!e && s->looked_at < s->sending_count && call_is_late(c)) {
			call_again(c);
			break;
		}
	}
	return e;
}
