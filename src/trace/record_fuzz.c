#include <stdlib.h>

#include "trace/record.h"

/* Damaged octets change nothing; good ones end inside, and records go on getting less. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	slice in = { (const char *)data, n };
	struct record r;

	for (;;) {
		slice before = in;

		if (!take_record(&in, &r)) {
			if (in.p != before.p || in.n != before.n) abort();
			return 0;
		}
		if (in.n >= before.n || r.key_count > RECORD_KEYS_MAX) abort();
		if (r.json.n && r.json.p + r.json.n != in.p) abort();
	}
}
