#include <stdlib.h>

#include "base/date.h"

static void require(bool condition)
{
	if (!condition) abort();
}

/* What the strict writer makes of a parsed date is read back as the same, except at the
 * ends of the calendar, where a zone may lead out of it. */
static void check_written(struct date d, bool (*add)(struct buf *, struct date),
			  bool (*parse)(slice, struct date *))
{
	struct buf b;
	struct date again;

	buf_init(&b, 64);
	require(add(&b, d));
	require(parse(buf_slice(&b), &again));
	require(again.zone_minutes == d.zone_minutes);
	if (date_day(d) > -719000 && date_day(d) < 2932000)
		require(again.instant == d.instant);
	buf_done(&b);
}

static void check_date(struct date d)
{
	struct civil c = civil_of(d.instant);

	require(abs(d.zone_minutes) < 100 * 60);
	require(civil_instant(&c) == d.instant);
	check_written(d, date_add_imap, date_parse_imap);
	check_written(d, date_add_rfc5322, date_parse_rfc5322);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	slice text = { (const char *)data, n };
	struct date d;
	int64_t day;

	if (date_parse_rfc5322(text, &d)) check_date(d);
	if (date_parse_imap(text, &d)) check_date(d);
	if (date_parse_iso(text, &d)) check_date(d);
	if (date_parse_imap_day(text, &day))
		check_date((struct date){ day * DAY_SECONDS, 0 });
	return 0;
}
