/* Whatever two sessions do: results are kept up to date (contexts_model.h). */
#include <stdint.h>

#include "imap/contexts_model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	contexts_model_play((slice){ (const char *)data, n });
	return 0;
}
