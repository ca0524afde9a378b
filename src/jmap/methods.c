#include "jmap/methods.h"

static const struct method *const methods[] = {
	&core_echo,
	&mailbox_get_method,
	&mailbox_changes_method,
	&mailbox_query_method,
	&mailbox_query_changes_method,
	&mailbox_set_method,
	&thread_get,
	&thread_changes,
};

const struct method *method_find(slice name)
{
	for (size_t i = 0; i < countof(methods); i++)
		if (slice_eq(name, slice_of(methods[i]->name))) return methods[i];
	return NULL;
}
