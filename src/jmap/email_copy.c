/*
 * Email/copy (RFC 8621 4.7, RFC 8620 5.4)
 *
 * It copies between accounts, and a user has one alone.
 */
#include <string.h>

#include "jmap/arguments.h"
#include "jmap/methods.h"

static const char *const arguments[] = {
	"fromAccountId",
	"ifFromInState",
	"accountId",
	"ifInState",
	"create",
	"onSuccessDestroyOriginal",
	"destroyFromIfInState",
	NULL,
};

static bool are_good(struct call *c)
{
	const char *text = NULL;
	json_t *create = NULL;
	bool flag;

	return arguments_known(c, arguments) &&
	       argument_string(c, "ifFromInState", &text) &&
	       argument_string(c, "ifInState", &text) &&
	       argument_string(c, "destroyFromIfInState", &text) &&
	       argument_bool(c, "onSuccessDestroyOriginal", &flag) &&
	       argument_object(c, "create", &create);
}

static enum err run(struct call *c, struct account *)
{
	const char *from = NULL, *to = json_string_value(
					 json_object_get(call_arguments(c), "accountId"));

	if (!are_good(c) || !argument_string(c, "fromAccountId", &from)) return ERR_NONE;
	if (!from || !strcmp(from, to))
		call_fail(c, "invalidArguments",
			  "\"fromAccountId\" must be there, and another than "
			  "\"accountId\"");
	else
		call_fail(c, "fromAccountNotFound", "there is no such account");
	return ERR_NONE;
}

const struct method email_copy = {
	.name = "Email/copy",
	.capability = CAPABILITY_MAIL,
	.steps = { { .run = run, .level = JOB_READS } },
};
