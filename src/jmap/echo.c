#include "jmap/methods.h"

/* (RFC 8620 4) */
static enum err run_echo(struct call *c, struct account *)
{
	call_respond(c, json_incref(call_arguments(c)));
	return ERR_NONE;
}

const struct method core_echo = {
	.name = "Core/echo",
	.capability = CAPABILITY_CORE,
	.has_no_account = true,
	.steps = { { .run = run_echo, .level = JOB_READS } },
};
