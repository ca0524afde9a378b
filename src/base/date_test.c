#include "base/date.h"

#include "base/test.h"

enum { HOUR = 3600 };

TEST(date_civil_both_ways)
{
	static const struct {
		int64_t instant;
		struct civil civil;
	} t[] = {
		{ 0, { 1970, 1, 1, 0, 0, 0, 4 } },
		{ -1, { 1969, 12, 31, 23, 59, 59, 3 } },
		{ 951782400, { 2000, 2, 29, 0, 0, 0, 2 } },
		{ 4107542400, { 2100, 3, 1, 0, 0, 0, 1 } },
		{ 1057049557, { 2003, 7, 1, 8, 52, 37, 2 } },
		{ -62167219200, { 0, 1, 1, 0, 0, 0, 6 } },
		{ 253402300799, { 9999, 12, 31, 23, 59, 59, 5 } },
	};

	for (size_t i = 0; i < countof(t); i++) {
		struct civil c = civil_of(t[i].instant);

		CHECK(c.year == t[i].civil.year && c.month == t[i].civil.month);
		CHECK(c.day == t[i].civil.day && c.weekday == t[i].civil.weekday);
		CHECK(c.hour == t[i].civil.hour && c.minute == t[i].civil.minute);
		CHECK_INT(c.second, t[i].civil.second);
		CHECK(civil_valid(&c));
		CHECK(civil_instant(&c) == t[i].instant);
	}
}

TEST(date_civil_follows_the_calendar)
{
	struct civil before = civil_of(-62167219200);

	for (int64_t day = -719528; day < 800 * 366; day++) {
		struct civil c = civil_of((day + 1) * DAY_SECONDS);

		CHECK(civil_instant(&c) == (day + 1) * DAY_SECONDS);
		CHECK_INT(c.weekday, (before.weekday + 1) % 7);
		CHECK(c.day == before.day + 1 ||
		      (c.day == 1 && (c.month == before.month + 1 ||
				      (c.month == 1 && c.year == before.year + 1))));
		before = c;
	}
}

static void check_parsed(bool (*parse)(slice, struct date *), slice text, int64_t instant,
			 int zone_minutes)
{
	struct date d;

	if (!parse(text, &d)) fail_msg("refused: %.*s", FMT(text));
	if (d.instant != instant) fail_msg("%.*s is %ld", FMT(text), (long)d.instant);
	CHECK_INT(d.zone_minutes, zone_minutes);
}

static void check_refused(bool (*parse)(slice, struct date *), slice text)
{
	struct date d = { 42, 43 };

	if (parse(text, &d)) fail_msg("taken: %.*s", FMT(text));
	CHECK(d.instant == 42 && d.zone_minutes == 43);
}

TEST(date_rfc5322)
{
	enum { JULY = 1057049557 }; /* 2003-07-01T08:52:37Z */
	static const struct {
		slice text;
		int64_t instant;
		int zone;
	} t[] = {
		/* RFC 5322 appendix A */
		{ SLICE_INIT("Fri, 21 Nov 1997 09:55:06 -0600"), 880127706, -360 },
		{ SLICE_INIT("Tue, 1 Jul 2003 10:52:37 +0200"), JULY, 120 },
		{ SLICE_INIT("Thu,\r\n      13\r\n        Feb\r\n          1969\r\n      "
			     "23:32\r\n               -0330 (Newfoundland Time)"),
		  -27723480, -210 },
		{ SLICE_INIT("21 Nov 97 09:55:06 GMT"), 880106106, 0 },
		{ SLICE_INIT("Fri, 21 Nov 1997 09(comment):   55  :  06 -0600"),
		  880127706, -360 },
		/* RFC 5322 4.3 */
		{ SLICE_INIT("1 Jul 03 03:52:37 CDT"), JULY, -300 },
		{ SLICE_INIT("1 Jul 103 01:52:37 pdt"), JULY, -420 },
		{ SLICE_INIT("1 Jul 2003 08:52:37 A"), JULY, 0 },
		{ SLICE_INIT("1 Jul 2003 08:52:37 -0000"), JULY, 0 },
		{ SLICE_INIT("1 Jul 49 00:00 UT"), 2508710400, 0 },
		{ SLICE_INIT("1 Jul 50 00:00 Z"), -615513600, 0 },
		{ SLICE_INIT("(a (nested\\)) one)Tue(x),(y)1(z)Jul 2003 08:52:37"), JULY,
		  0 },
		/* Seen in the wild. */
		{ SLICE_INIT("Tue 1 July 2003 8:52:37 UTC"), JULY, 0 },
		{ SLICE_INIT("Dienstag, 01-Jul-2003 10:52:37 GMT+02:00"), JULY, 120 },
		{ SLICE_INIT("Tue Jul  1 08:52:37 2003"), JULY, 0 },
		{ SLICE_INIT("Tue Jul  1 04:52:37 EDT 2003"), JULY, -240 },
		{ SLICE_INIT("Jul 1 10:52:37 2003 +0200"), JULY, 120 },
		{ SLICE_INIT("Tue, July 01, 2003 10:52:37 +0200"), JULY, 120 },
		{ SLICE_INIT("Tue, 1 Jul 2003 10:52:37.25 +0200 and more"), JULY, 120 },
		{ SLICE_INIT("1 Jul 2003 08:52:37 +0299"), JULY, 0 },
		{ SLICE_INIT("1 Jul 2003 08:52:37 (open"), JULY, 0 },
		{ SLICE_INIT("31 Dec 1998 23:59:60 +0000"), 915148800, 0 },
	};
	static const slice bad[] = {
		SLICE_INIT(""),
		SLICE_INIT("Tue,"),
		SLICE_INIT("(only a comment"),
		SLICE_INIT("(\\"),
		SLICE_INIT("32 Jul 2003 10:52:37 +0200"),
		SLICE_INIT("29 Feb 2003 10:52:37 +0200"),
		SLICE_INIT("0 Jul 2003 10:52:37 +0200"),
		SLICE_INIT("1 Jux 2003 10:52:37 +0200"),
		SLICE_INIT("1 Jul 20031 10:52:37 +0200"),
		SLICE_INIT("1 Jul 2003 24:00:00 +0200"),
		SLICE_INIT("1 Jul 2003 10:60:00 +0200"),
		SLICE_INIT("1 Jul 2003 10:52:61 +0200"),
		SLICE_INIT("1 Jul 2003"),
		SLICE_INIT("2003-07-01T10:52:37Z"),
		SLICE_INIT("Jul 1 10:52:37"),
	};

	for (size_t i = 0; i < countof(t); i++)
		check_parsed(date_parse_rfc5322, t[i].text, t[i].instant, t[i].zone);
	for (size_t i = 0; i < countof(bad); i++)
		check_refused(date_parse_rfc5322, bad[i]);
}

TEST(date_imap)
{
	static const slice bad[] = {
		SLICE_INIT("7-Jul-1996 02:44:25 -0700"),
		SLICE_INIT(" 17-Jul-1996 02:44:25 -0700"),
		SLICE_INIT("17-Jul-1996 02:44:25 -07:00"),
		SLICE_INIT("17-Jul-1996 02:44:25 -0760"),
		SLICE_INIT("17-Jul-1996 02:44:25 GMT"),
		SLICE_INIT("17-Jul-1996 02:44 -0700"),
		SLICE_INIT("17-Jul-96 02:44:25 -0700"),
		SLICE_INIT("31-Jun-1996 02:44:25 -0700"),
		SLICE_INIT("17-July-1996 02:44:25 -0700"),
		SLICE_INIT("17-Jul-1996 02:44:25 -0700 "),
		SLICE_INIT("17-Jul-1996"),
		SLICE_INIT(""),
	};

	check_parsed(date_parse_imap, S("17-Jul-1996 02:44:25 -0700"), 837596665, -420);
	check_parsed(date_parse_imap, S(" 7-jul-1996 02:44:25 +0000"), 836707465, 0);
	for (size_t i = 0; i < countof(bad); i++)
		check_refused(date_parse_imap, bad[i]);
}

TEST(date_imap_day)
{
	static const slice bad[] = {
		SLICE_INIT("1-Feb-94"),     SLICE_INIT("-Feb-1994"),
		SLICE_INIT("001-Feb-1994"), SLICE_INIT("30-Feb-1994"),
		SLICE_INIT("1-Feb-1994 "),  SLICE_INIT(""),
	};
	struct date late = { 760147199 + 8 * HOUR, -8 * 60 };
	int64_t day = 42;

	for (size_t i = 0; i < countof(bad); i++)
		CHECK(!date_parse_imap_day(bad[i], &day) && day == 42);
	CHECK(date_parse_imap_day(S("1-Feb-1994"), &day));
	CHECK_INT(day, 8797);
	CHECK(date_parse_imap_day(S("01-FEB-1994"), &day));
	CHECK_INT(day, 8797);
	CHECK_INT(date_day(late), 8797); /* 23:59:59 over there */
	CHECK_INT(date_day((struct date){ -1, 0 }), -1);
}

TEST(date_iso)
{
	static const slice bad[] = {
		SLICE_INIT("1985-04-12T23:20:50"),
		SLICE_INIT("1985-04-12 23:20:50Z"),
		SLICE_INIT("1985-04-12T23:20:50.Z"),
		SLICE_INIT("1985-13-12T23:20:50Z"),
		SLICE_INIT("1985-04-12T23:20:50+0100"),
		SLICE_INIT("1985-04-12T23:20Z"),
		SLICE_INIT("1985-04-12T23:20:50+24:00"),
		SLICE_INIT("85-04-12T23:20:50Z"),
		SLICE_INIT("1985-04-12T23:20:50Zx"),
		SLICE_INIT("1985-04-12T23:20:50+1:000"),
	};

	/* RFC 3339 5.8 */
	check_parsed(date_parse_iso, S("1985-04-12T23:20:50.52Z"), 482196050, 0);
	check_parsed(date_parse_iso, S("1996-12-19T16:39:57-08:00"), 851042397, -480);
	check_parsed(date_parse_iso, S("1990-12-31T15:59:60-08:00"), 662688000, -480);
	check_parsed(date_parse_iso, S("1937-01-01t12:00:27.87+00:20"), -1041337173, 20);
	for (size_t i = 0; i < countof(bad); i++)
		check_refused(date_parse_iso, bad[i]);
}

TEST(date_writes)
{
	static const struct date d = { 1057049557, 120 };
	struct buf b;

	buf_init(&b, 1000);
	CHECK(date_add_rfc5322(&b, d));
	CHECK(date_add_rfc5322(&b, (struct date){ 880127706, -210 }));
	CHECK_SLICE(buf_slice(&b), S("Tue, 1 Jul 2003 10:52:37 +0200"
				     "Fri, 21 Nov 1997 12:25:06 -0330"));
	buf_reset(&b);
	CHECK(date_add_imap(&b, d));
	CHECK(date_add_imap(&b, (struct date){ 837596665, -420 }));
	CHECK_SLICE(buf_slice(&b), S(" 1-Jul-2003 10:52:37 +0200"
				     "17-Jul-1996 02:44:25 -0700"));
	buf_reset(&b);
	CHECK(date_add_iso(&b, d.instant));
	CHECK(date_add_iso_ms(&b, -1));
	CHECK_SLICE(buf_slice(&b), S("2003-07-01T08:52:37Z1969-12-31T23:59:59.999Z"));
	buf_done(&b);
}

TEST(date_writes_the_nearest_year)
{
	struct buf b;

	buf_init(&b, 1000);
	CHECK(date_add_iso(&b, INT64_MAX));
	CHECK(date_add_iso_ms(&b, INT64_MIN));
	CHECK_SLICE(buf_slice(&b), S("9999-12-31T23:59:59Z0000-01-01T00:00:00.192Z"));
	buf_reset(&b);
	CHECK(date_add_imap(&b, (struct date){ 253402300799, 120 }));
	CHECK(date_add_imap(&b, (struct date){ INT64_MIN, -120 }));
	CHECK_SLICE(buf_slice(&b), S("31-Dec-9999 23:59:59 +0200"
				     " 1-Jan-0000 00:00:00 -0200"));
	buf_done(&b);
}
