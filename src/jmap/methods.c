#include "jmap/methods.h"

static const struct method *const methods[] = {
	&blob_copy,
	&core_echo,
	&email_changes,
	&email_copy,
	&email_get,
	&email_import,
	&email_parse,
	&email_query,
	&email_query_changes,
	&email_set,
	&identity_changes,
	&identity_get,
	&identity_set,
	&mailbox_changes_method,
	&mailbox_get_method,
	&mailbox_query_changes_method,
	&mailbox_query_method,
	&mailbox_set_method,
	&push_get,
	&push_set,
	&search_snippet_get,
	&submission_changes,
	&submission_get,
	&submission_query,
	&submission_query_changes,
	&submission_set,
	&thread_changes,
	&thread_get,
};

const struct method *method_find(slice name)
{
	for (size_t i = 0; i < countof(methods); i++)
		if (slice_eq(name, slice_of(methods[i]->name))) return methods[i];
	return NULL;
}
