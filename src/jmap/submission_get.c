/*
 * EmailSubmission/get and EmailSubmission/changes (RFC 8621 7.1, 7.2)
 */
#include <string.h>

#include "jmap/changes.h"
#include "jmap/get.h"
#include "jmap/methods.h"
#include "jmap/submission.h"
#include "store/document.h"

/* --- get --- */

static void add_object(struct get *g, int64_t id, const json_t *kept)
{
	json_t *object = submission_object(g->call, id, kept);

	for (const char *const *p = submission_properties; *p; p++)
		if (!get_wants(g, *p)) json_object_del(object, *p);
	json_array_append_new(g->list, object);
}

static enum err read_one(struct get *g, struct account *a, const char *id)
{
	json_t *kept;
	enum err e = submission_load(g->call, a, id, &kept);

	if (e == ERR_NOT_FOUND) {
		json_array_append_new(g->not_found, json_string(id));
		return ERR_NONE;
	}
	if (e) return e;
	add_object(g, id_number(g->call, OBJECT_SUBMISSION, id), kept);
	json_decref(kept);
	return ERR_NONE;
}

static bool read_next(void *context, int64_t id, json_t *kept)
{
	add_object(context, id, kept);
	return true;
}

static enum err read_all(struct get *g, struct account *a)
{
	return submission_each(a, read_next, g);
}

static const struct get_type submissions = {
	.properties = submission_properties,
	.state = submission_state,
	.read = read_one,
	.read_all = read_all,
};

static enum err run_get(struct call *c, struct account *a)
{
	return get_run(c, a, &submissions);
}

const struct method submission_get = {
	.name = "EmailSubmission/get",
	.capability = CAPABILITY_SUBMISSION,
	.steps = { { .run = run_get, .level = JOB_READS } },
};

/* --- changes --- */

static enum err changes(struct call *, struct account *a, uint64_t since, uint32_t max,
			struct state_changes *ret)
{
	return document_changes(a, DOCUMENT_SUBMISSION, since, max, ret);
}

static const struct changes_type submission_changes_type = {
	.kind = OBJECT_SUBMISSION,
	.changes = changes,
};

static enum err run_changes(struct call *c, struct account *a)
{
	return changes_run(c, a, &submission_changes_type);
}

const struct method submission_changes = {
	.name = "EmailSubmission/changes",
	.capability = CAPABILITY_SUBMISSION,
	.steps = { { .run = run_changes, .level = JOB_READS } },
};
