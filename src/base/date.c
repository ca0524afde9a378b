#include "base/date.h"

#include <string.h>

const slice date_months[12] = {
	SLICE_INIT("Jan"), SLICE_INIT("Feb"), SLICE_INIT("Mar"), SLICE_INIT("Apr"),
	SLICE_INIT("May"), SLICE_INIT("Jun"), SLICE_INIT("Jul"), SLICE_INIT("Aug"),
	SLICE_INIT("Sep"), SLICE_INIT("Oct"), SLICE_INIT("Nov"), SLICE_INIT("Dec"),
};

const slice date_weekdays[7] = {
	SLICE_INIT("Sun"), SLICE_INIT("Mon"), SLICE_INIT("Tue"), SLICE_INIT("Wed"),
	SLICE_INIT("Thu"), SLICE_INIT("Fri"), SLICE_INIT("Sat"),
};

enum {
	DAYS_PER_400_YEARS = 146097,
	/* From 0000-03-01 to 1970-01-01. Counting years from March puts the leap day at
	 * their end, which makes the days before a month a straight line. */
	EPOCH_DAYS = 719468,
	EPOCH_WEEKDAY = 4, /* 1970-01-01 was a Thursday */
};

static int64_t divide_down(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static bool is_leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int days_of_month(int64_t year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return days[month - 1] + (month == 2 && is_leap(year));
}

bool civil_valid(const struct civil *c)
{
	return c->year >= 0 && c->year <= 9999 && c->month >= 1 && c->month <= 12 &&
	       c->day >= 1 && c->day <= days_of_month(c->year, c->month) &&
	       c->hour >= 0 && c->hour <= 23 && c->minute >= 0 && c->minute <= 59 &&
	       c->second >= 0 && c->second <= 60;
}

/* Days from 1 March to the first of the month that is `month` months later. */
static int64_t days_from_march(int64_t month)
{
	return (153 * month + 2) / 5;
}

static int64_t days_before_year(int64_t year)
{
	return 365 * year + divide_down(year, 4) - divide_down(year, 100) +
	       divide_down(year, 400);
}

int64_t civil_instant(const struct civil *c)
{
	int64_t year = c->year - (c->month < 3);
	int64_t days = days_before_year(year) + days_from_march((c->month + 9) % 12) +
		       (c->day - 1) - EPOCH_DAYS;

	return days * DAY_SECONDS + c->hour * 3600 + c->minute * 60 + c->second;
}

/* Year (from March) that holds the day counted from 0000-03-01. */
static int64_t year_of_day(int64_t day)
{
	int64_t year = divide_down(day * 400, DAYS_PER_400_YEARS);

	/* The average is off by a day or so around the turn of a year. */
	while (days_before_year(year + 1) <= day)
		year++;
	while (days_before_year(year) > day)
		year--;
	return year;
}

struct civil civil_of(int64_t instant)
{
	int64_t days = divide_down(instant, DAY_SECONDS);
	int seconds = (int)(instant - days * DAY_SECONDS);
	int64_t march_days = days + EPOCH_DAYS;
	int64_t year = year_of_day(march_days);
	int64_t in_year = march_days - days_before_year(year);
	int64_t month = (5 * in_year + 2) / 153;
	int weekday = (int)((days + EPOCH_WEEKDAY) % 7);

	return (struct civil){
		.year = year + (month >= 10),
		.month = (int)((month + 2) % 12 + 1),
		.day = (int)(in_year - days_from_march(month) + 1),
		.hour = seconds / 3600,
		.minute = seconds / 60 % 60,
		.second = seconds % 60,
		.weekday = weekday < 0 ? weekday + 7 : weekday,
	};
}

int64_t date_day(struct date d)
{
	return divide_down(d.instant + d.zone_minutes * 60, DAY_SECONDS);
}

/* --- writing --- */

struct text { /* a date is short; it is put together here and added at once */
	char at[48];
	size_t n;
};

static void put(struct text *t, slice s)
{
	memcpy(t->at + t->n, s.p, s.n);
	t->n += s.n;
}

static void put_digits(struct text *t, int64_t value, size_t width)
{
	for (size_t i = width; i-- > 0; value /= 10)
		t->at[t->n + i] = (char)('0' + value % 10);
	t->n += width;
}

static void put_time(struct text *t, const struct civil *c)
{
	put_digits(t, c->hour, 2);
	put(t, S(":"));
	put_digits(t, c->minute, 2);
	put(t, S(":"));
	put_digits(t, c->second, 2);
}

static void put_zone(struct text *t, int minutes)
{
	put(t, minutes < 0 ? S(" -") : S(" +"));
	if (minutes < 0) minutes = -minutes;
	put_digits(t, minutes / 60, 2);
	put_digits(t, minutes % 60, 2);
}

static struct civil clamped_civil(int64_t instant, int zone_minutes)
{
	const int64_t first = -62167219200; /* 0000-01-01T00:00:00Z */
	const int64_t last = 253402300799;  /* 9999-12-31T23:59:59Z */

	if (instant >= first && instant <= last) instant += zone_minutes * 60;
	return civil_of(instant < first ? first : instant > last ? last : instant);
}

static bool add_text(struct buf *out, const struct text *t)
{
	return buf_add(out, (slice){ t->at, t->n });
}

bool date_add_rfc5322(struct buf *out, struct date d)
{
	struct civil c = clamped_civil(d.instant, d.zone_minutes);
	struct text t = { 0 };

	put(&t, date_weekdays[c.weekday]);
	put(&t, S(", "));
	put_digits(&t, c.day, c.day < 10 ? 1 : 2);
	put(&t, S(" "));
	put(&t, date_months[c.month - 1]);
	put(&t, S(" "));
	put_digits(&t, c.year, 4);
	put(&t, S(" "));
	put_time(&t, &c);
	put_zone(&t, d.zone_minutes);
	return add_text(out, &t);
}

bool date_add_imap(struct buf *out, struct date d)
{
	struct civil c = clamped_civil(d.instant, d.zone_minutes);
	struct text t = { 0 };

	if (c.day < 10) put(&t, S(" "));
	put_digits(&t, c.day, c.day < 10 ? 1 : 2);
	put(&t, S("-"));
	put(&t, date_months[c.month - 1]);
	put(&t, S("-"));
	put_digits(&t, c.year, 4);
	put(&t, S(" "));
	put_time(&t, &c);
	put_zone(&t, d.zone_minutes);
	return add_text(out, &t);
}

static void put_iso(struct text *t, int64_t instant)
{
	struct civil c = clamped_civil(instant, 0);

	put_digits(t, c.year, 4);
	put(t, S("-"));
	put_digits(t, c.month, 2);
	put(t, S("-"));
	put_digits(t, c.day, 2);
	put(t, S("T"));
	put_time(t, &c);
}

bool date_add_iso(struct buf *out, int64_t instant)
{
	struct text t = { 0 };

	put_iso(&t, instant);
	put(&t, S("Z"));
	return add_text(out, &t);
}

bool date_add_iso_ms(struct buf *out, int64_t unix_ms)
{
	int64_t ms = unix_ms % 1000;
	struct text t = { 0 };

	put_iso(&t, divide_down(unix_ms, 1000));
	put(&t, S("."));
	put_digits(&t, ms < 0 ? ms + 1000 : ms, 3);
	put(&t, S("Z"));
	return add_text(out, &t);
}
