#include "jmap/methods.h"

static const struct method *const methods[] = {
	&core_echo,
	&email_changes,
	&email_copy,
	&email_get,
	&email_import,
	&email_parse,
	&email_query,
	&email_query_changes,
	&email_set,
	&search_snippet_get,
	&submission_changes,
	&submission_get,
	&submission_query,
	&submission_query_changes,
	&submission_set,
};

const struct method *method_find(slice name)
{
	for (size_t i = 0; i < countof(methods); i++)
		if (slice_eq(name, slice_of(methods[i]->name))) return methods[i];
	return NULL;
}
