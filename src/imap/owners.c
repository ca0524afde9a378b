#include "imap/owners.h"

#include <assert.h>
#include <stdlib.h>

#include "store/account.h"
#include "store/acl.h"

static bool add(void *context, int64_t owner)
{
	struct owners *o = context;

	o->ids[o->count++] = owner;
	return o->count < OWNERS_MAX;
}

enum err owners_find(const struct task *t, struct account *a, struct owners *o)
{
	if (t->names_of_session->root.n) return ERR_NONE;
	if (!o->ids) o->ids = calloc(OWNERS_MAX, sizeof(*o->ids));
	assert(o->ids);
	return share_each(account_store(a), t->home, add, o);
}

void owners_done(struct owners *o)
{
	free(o->ids);
	*o = (struct owners){ 0 };
}
