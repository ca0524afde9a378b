/*
 * date.h - instants and their texts in mail
 *
 * An instant is int64_t seconds since 1970-01-01T00:00:00Z, without leap
 * seconds. A struct date is an instant and the offset its writer gave, which
 * FETCH INTERNALDATE and the tests by day need. All is arithmetic: no libc
 * time zone ever sees a peer's data. Texts hold the years 0 to 9999: an instant
 * outside is written as the nearest that is inside.
 *
 * Parsers take the whole text and change nothing when they return false.
 */
#pragma once

#include "base/buf.h"

struct civil { /* the proleptic Gregorian calendar */
	int64_t year;
	int month, day;           /* from 1 */
	int hour, minute, second; /* second 60 is taken as the next minute's 0 */
	int weekday; /* 0 is Sunday; set by civil_of, ignored by civil_instant */
};

struct date {
	int64_t instant;
	int zone_minutes; /* local time less UTC, within 99:59; 0 where nothing tells */
};

enum { DAY_SECONDS = 86400 };

/* As mail and HTTP write them: "Jan" first, "Sun" first. */
extern const slice date_months[12], date_weekdays[7];

int64_t civil_instant(const struct civil *c); /* as UTC; c must be valid */
struct civil civil_of(int64_t instant);       /* in UTC */
bool civil_valid(const struct civil *c);      /* every field in its range */

/* The day on the writer's calendar, in days since 1970-01-01: what IMAP's SINCE and
 * SENTSINCE compare, "disregarding time and timezone" (RFC 3501 6.4.4). */
int64_t date_day(struct date d);

/* A Date field's date-time (RFC 5322 3.3), the obsolete forms (4.3), and what is seen in
 * the wild: no or wrong weekday, no seconds, no zone, "GMT+0200", "+02:00", '-' between
 * day, month and year, the order of asctime, anything behind the zone. Two-digit
 * years are 1950 to 2049, three-digit ones count from 1900. */
bool date_parse_rfc5322(slice text, struct date *ret);
/* date-time without its quotes: "17-Jul-1996 02:44:25 -0700" (RFC 9051 9). */
bool date_parse_imap(slice text, struct date *ret);
/* date-text without quotes: "1-Feb-1994" (RFC 9051 9); gives the day as date_day does. */
bool date_parse_imap_day(slice text, int64_t *ret_day);
/* date-time of RFC 3339 5.6; fractions of a second are dropped. */
bool date_parse_iso(slice text, struct date *ret);

/* Each adds one text and fails as buf_add does. */
bool date_add_rfc5322(struct buf *out,
		      struct date d);                /* Tue, 1 Jul 2003 10:52:37 +0200 */
bool date_add_imap(struct buf *out, struct date d);  /* " 1-Jul-2003 10:52:37 +0200" */
bool date_add_iso(struct buf *out, int64_t instant); /* 2003-07-01T08:52:37Z */
bool date_add_iso_ms(struct buf *out, int64_t unix_ms); /* 2003-07-01T08:52:37.042Z */
