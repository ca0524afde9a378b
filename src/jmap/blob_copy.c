#include <string.h>

#include "jmap/arguments.h"
#include "jmap/binary.h"
#include "jmap/methods.h"

/*
 * A user has one account, so what can be copied is there already, under the same id
 * (RFC 8620 6.3).
 */

static bool take_arguments(struct call *c, json_t **ret_ids)
{
	static const char *const names[] = { "fromAccountId", "accountId", "blobIds",
					     NULL };
	const char *from = NULL, *to = NULL;

	if (!arguments_known(c, names) || !argument_string(c, "fromAccountId", &from) ||
	    !argument_string(c, "accountId", &to) ||
	    !argument_strings(c, "blobIds", ret_ids))
		return false;
	if (!from || !*ret_ids)
		call_fail(c, "invalidArguments",
			  "\"fromAccountId\" and \"blobIds\" must be given");
	else if (strcmp(from, to) != 0)
		call_fail(c, "fromAccountNotFound", "there is no such account");
	else if (json_array_size(*ret_ids) > JMAP_SET_MAX)
		call_fail(c, "requestTooLarge", "more than %d blobs", JMAP_SET_MAX);
	else
		return true;
	return false;
}

static enum err copy_one(struct account *a, const json_t *id, json_t *copied,
			 json_t *failed)
{
	const char *text = json_string_value(id);
	struct binary *b = NULL;
	enum err e;

	if (json_object_get(copied, text) || json_object_get(failed, text))
		return ERR_NONE;
	e = binary_open(a, json_text(id), &b);
	binary_close(b);
	if (!e)
		json_object_set_new(copied, text, json_string(text));
	else if (e == ERR_NOT_FOUND)
		json_object_set_new(failed, text, json_pack("{s:s}", "type", "notFound"));
	return e == ERR_NOT_FOUND ? ERR_NONE : e;
}

static json_t *or_null(json_t *map)
{
	return json_object_size(map) ? map : json_null();
}

static void respond(struct call *c, json_t *copied, json_t *failed)
{
	json_t *arguments = call_arguments(c);

	call_respond(c,
		     json_pack("{s:O, s:O, s:O, s:O}", "fromAccountId",
			       json_object_get(arguments, "fromAccountId"), "accountId",
			       json_object_get(arguments, "accountId"), "copied",
			       or_null(copied), "notCopied", or_null(failed)));
}

static enum err run_copy(struct call *c, struct account *a)
{
	json_t *ids = NULL, *id, *copied, *failed;
	enum err e = ERR_NONE;
	size_t i;

	if (!take_arguments(c, &ids)) return ERR_NONE;
	copied = json_object();
	failed = json_object();
	json_array_foreach(ids, i, id)
	{
		e = copy_one(a, id, copied, failed);
		if (e) break;
	}
	if (!e) respond(c, copied, failed);
	json_decref(copied);
	json_decref(failed);
	return e;
}

const struct method blob_copy = {
	.name = "Blob/copy",
	.capability = CAPABILITY_CORE,
	.steps = { { .run = run_copy, .level = JOB_READS } },
};
