/* Whatever a record says, its values are of the grammar, its lists lie within it, and a
 * text that is no record changes nothing. */
#include <stdlib.h>

#include "mailauth/dmarc_record.h"
#include "mailauth/report_uri.h"

static void check(bool ok)
{
	if (!ok) abort();
}

static void check_list(slice list, slice text)
{
	struct buf address;
	slice uri;

	if (list.p == NULL) return;
	check(list.p >= text.p && list.p + list.n <= text.p + text.n);
	while (take_report_uri(&list, &uri)) {
		check(slice_find_char(uri, ',') == uri.n);
		check(slice_find_char(uri, ' ') == uri.n);
		buf_init(&address, 100);
		if (report_uri_address(uri, &address))
			check(slice_find_char(buf_slice(&address), '\n') == address.n);
		else
			check(address.n == 0);
		buf_done(&address);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	slice text = { (const char *)data, n };
	struct dmarc_record r = { .fo = 99 };

	if (!dmarc_record_parse(text, &r)) {
		check(r.fo == 99);
		return 0;
	}
	check(r.p <= DMARC_REJECT && r.sp <= DMARC_REJECT && r.np <= DMARC_REJECT);
	check(r.has_sp || r.sp == r.p);
	check(r.has_np || r.np == r.sp);
	check(r.is_policy || r.p == DMARC_NONE);
	check(r.fo > 0 && r.fo < 16 && (r.fo & 3) != 3);
	check_list(r.rua, text);
	check_list(r.ruf, text);
	return 0;
}
