#include "jmap/capability.h"

const slice capability_names[CAPABILITIES] = {
	[CAPABILITY_CORE] = SLICE_INIT("urn:ietf:params:jmap:core"),
	[CAPABILITY_MAIL] = SLICE_INIT("urn:ietf:params:jmap:mail"),
	[CAPABILITY_SUBMISSION] = SLICE_INIT("urn:ietf:params:jmap:submission"),
	[CAPABILITY_VAPID] = SLICE_INIT("urn:ietf:params:jmap:webpush-vapid"),
};

bool capability_find(slice name, enum jmap_capability *ret)
{
	for (int i = 0; i < CAPABILITIES; i++) {
		if (!slice_eq(name, capability_names[i])) continue;
		*ret = (enum jmap_capability)i;
		return true;
	}
	return false;
}

bool capability_is_there(const struct jmap_user *user, enum jmap_capability capability)
{
	return capability != CAPABILITY_VAPID || user->push_key.n;
}

bool capability_is_given(const struct jmap_user *user, enum jmap_capability capability)
{
	if (capability == CAPABILITY_VAPID) return false;
	return capability != CAPABILITY_SUBMISSION || user->may_send;
}
