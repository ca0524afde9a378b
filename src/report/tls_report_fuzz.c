#include <stdlib.h>

#include "report/tls_report.h"

enum { JSON_MAX = 16 * 1024 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* What is told of a report that was read is JSON again. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct tls_report r;
	struct json_writer w;
	struct buf json;
	json_t *again;

	buf_init(&json, JSON_MAX);
	if (!tls_report_read((slice){ (const char *)data, n }, &r)) {
		json_writer_init(&w, &json);
		json_write_object_begin(&w);
		tls_report_tell(&r, &w);
		json_write_object_end(&w);
		again = json_loadb(buf_slice(&json).p, json.n, 0, NULL);
		if (!again && !json.overflow) abort();
		json_decref(again);
	}
	tls_report_done(&r);
	buf_done(&json);
	return 0;
}
