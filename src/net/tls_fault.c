#include "net/tls_fault.h"

#include <errno.h>
#include <openssl/err.h>
#include <string.h>

const char *tls_take_reason(const char *fallback)
{
	unsigned long code = ERR_get_error();
	const char *reason = NULL;

	if (code && ERR_SYSTEM_ERROR(code))
		reason = strerrordesc_np(ERR_GET_REASON(code));
	else if (code)
		reason = ERR_reason_error_string(code);
	ERR_clear_error();
	return reason ? reason : fallback;
}

void tls_fault(struct buf *fault, const char *where, const char *what)
{
	const char *reason = tls_take_reason(NULL);

	buf_addf(fault, "%s: %s", where, what);
	if (reason) buf_addf(fault, " (%s)", reason);
}
