#include "jmap/submission.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "store/document.h"

const char *const submission_properties[] = {
	"id",         "identityId",     "emailId",    "threadId",   "envelope", "sendAt",
	"undoStatus", "deliveryStatus", "dsnBlobIds", "mdnBlobIds", NULL,
};

/* --- documents --- */

static json_t *parse(slice text)
{
	json_t *kept = json_loadb(text.p, text.n, 0, NULL);

	return kept ? kept : json_object();
}

enum err submission_load(struct call *c, struct account *a, const char *id, json_t **ret)
{
	int64_t number = id_number(c, OBJECT_SUBMISSION, id);
	CLEANUP(arena_done) struct arena arena;
	slice text;
	enum err e;

	arena_init(&arena, 2 * DOCUMENT_MAX);
	if (number < 0) return ERR_NOT_FOUND;
	e = document_get(a, DOCUMENT_SUBMISSION, number, &arena, &text);
	if (!e) *ret = parse(text);
	return e;
}

struct visit {
	submission_visitor *visit;
	void *context;
};

static bool visit_document(void *context, int64_t id, slice value)
{
	const struct visit *v = context;
	json_t *kept = parse(value);
	bool goes_on = v->visit(v->context, id, kept);

	json_decref(kept);
	return goes_on;
}

enum err submission_each(struct account *a, submission_visitor *visit, void *context)
{
	struct visit v = { visit, context };

	return document_each(a, DOCUMENT_SUBMISSION, visit_document, &v);
}

static bool take_first(void *context, int64_t id, slice)
{
	int64_t *first = context;

	*first = id;
	return false;
}

static enum err remove_oldest(struct account *a)
{
	int64_t oldest = -1;
	enum err e = document_each(a, DOCUMENT_SUBMISSION, take_first, &oldest);

	return e || oldest < 0 ? e : document_remove(a, DOCUMENT_SUBMISSION, oldest);
}

enum err submission_add(struct account *a, const json_t *kept, int64_t *ret_id)
{
	CLEANUP(cleanup_free) char *text = json_dumps(kept, JSON_COMPACT);
	enum err e;

	if (!text) return ERR_LATER;
	e = document_add(a, DOCUMENT_SUBMISSION, slice_of(text), ret_id);
	if (e != ERR_LIMIT) return e;
	e = remove_oldest(a);
	return e ? e : document_add(a, DOCUMENT_SUBMISSION, slice_of(text), ret_id);
}

enum err submission_save(struct account *a, int64_t id, const json_t *kept)
{
	CLEANUP(cleanup_free) char *text = json_dumps(kept, JSON_COMPACT);

	return text ? document_set(a, DOCUMENT_SUBMISSION, id, slice_of(text))
		    : ERR_LATER;
}

enum err submission_state(struct call *, struct account *a, uint64_t *ret)
{
	return document_state(a, DOCUMENT_SUBMISSION, ret);
}

/* --- what is shown --- */

static int64_t number_in(const json_t *kept, const char *name)
{
	return json_integer_value(json_object_get(kept, name));
}

static bool is_status(const json_t *kept, const char *status)
{
	const char *undo = json_string_value(json_object_get(kept, "undoStatus"));

	return undo && !strcmp(undo, status);
}

bool submission_is_pending(const struct call *c, const json_t *kept)
{
	return is_status(kept, "pending") && call_now(c) < number_in(kept, "sendAt");
}

static const char *undo_status(const struct call *c, const json_t *kept)
{
	if (is_status(kept, "canceled")) return "canceled";
	return submission_is_pending(c, kept) ? "pending" : "final";
}

/* What was queued once has gone since. */
static json_t *delivery_status(const struct call *c, const json_t *kept)
{
	json_t *all = json_deep_copy(json_object_get(kept, "deliveryStatus")), *one;
	bool waits = submission_is_pending(c, kept) ||
		     call_now(c) <= number_in(kept, "sendAt");
	const char *address;

	json_object_foreach(all, address, one)
	{
		const char *is = json_string_value(json_object_get(one, "delivered"));

		if (!waits && is && !strcmp(is, "queued"))
			json_object_set_new(one, "delivered", json_string("unknown"));
	}
	return all ? all : json_null();
}

static json_t *copy_of(const json_t *kept, const char *name)
{
	json_t *value = json_deep_copy(json_object_get(kept, name));

	return value ? value : json_null();
}

json_t *submission_object(const struct call *c, int64_t id, const json_t *kept)
{
	return json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:s,s:o,s:[],s:[]}", "id",
			 json_id(OBJECT_SUBMISSION, call_user(c)->account, id),
			 "identityId", copy_of(kept, "identityId"), "emailId",
			 copy_of(kept, "emailId"), "threadId", copy_of(kept, "threadId"),
			 "envelope", copy_of(kept, "envelope"), "sendAt",
			 utc_date(number_in(kept, "sendAt")), "undoStatus",
			 undo_status(c, kept), "deliveryStatus", delivery_status(c, kept),
			 "dsnBlobIds", "mdnBlobIds");
}
