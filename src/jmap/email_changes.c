/* Email/changes (RFC 8621 4.3). */
#include "jmap/changes.h"
#include "jmap/email_visible.h"
#include "jmap/methods.h"

static enum err find_changes(struct call *, struct account *a, uint64_t since,
			     uint32_t max, struct state_changes *ret)
{
	return state_changes(a, STATE_EMAIL, since, max, ret);
}

static const struct changes_type type = { .kind = OBJECT_EMAIL,
					  .changes = find_changes,
					  .find_visible = email_find_visible };

static enum err run(struct call *c, struct account *a)
{
	return changes_run(c, a, &type);
}

const struct method email_changes = {
	.name = "Email/changes",
	.capability = CAPABILITY_MAIL,
	.steps = { { .run = run, .level = JOB_READS } },
};
