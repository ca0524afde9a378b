#include <stdlib.h>

#include "report/xml.h"

static bool is_within(slice s, const uint8_t *data, size_t n)
{
	const char *first = (const char *)data;

	return s.n == 0 || (s.p >= first && s.p + s.n <= first + n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* It ends, starts and ends are even, and nothing points out of the document. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct xml x;
	enum xml_event event;
	size_t depth = 0, events = 0;
	struct buf text;

	buf_init(&text, 256);
	xml_init(&x, (slice){ (const char *)data, n });
	while ((event = xml_next(&x)) != XML_DONE && event != XML_BAD) {
		if (++events > 2 * n + 2) abort();
		if (event == XML_START && ++depth > XML_DEPTH_MAX) abort();
		if (event == XML_END && depth-- == 0) abort();
		if (event != XML_TEXT && !is_within(x.name, data, n)) abort();
		if (event == XML_TEXT && !is_within(x.text, data, n)) abort();
		if (event == XML_TEXT) (void)xml_text_add(&x, &text);
		buf_reset(&text);
	}
	if (event == XML_DONE && depth != 0) abort();
	if (xml_next(&x) != event) abort();
	buf_done(&text);
	return 0;
}
