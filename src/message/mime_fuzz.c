/* Any octets are a message whose parts are nested and in order, the same however they
 * are cut, and whose IMAP structure is well-formed. */
#include "message/mime_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	check_message((slice){ (const char *)data, n });
	return 0;
}
