#include "base/err.h"

#include <assert.h>

const char *err_name(enum err e)
{
	static const char *const names[ERR_COUNT] = {
		[ERR_NONE] = "none",           [ERR_LATER] = "later",
		[ERR_NOT_FOUND] = "not-found", [ERR_EXISTS] = "exists",
		[ERR_DENIED] = "denied",       [ERR_LIMIT] = "limit",
		[ERR_MALFORMED] = "malformed", [ERR_INTERNAL] = "internal",
	};

	assert(e < ERR_COUNT);
	return names[e];
}
