/* The grammars of date.h: strict ones for IMAP and ISO 8601, a lenient one for mail. */
#include "base/date.h"

/* --- pieces --- */

/* From least to most decimal digits, no more than 9. */
static bool take_digits(slice *in, size_t least, size_t most, int *ret)
{
	size_t n = 0;
	int value = 0;

	for (; n < most && n < in->n && is_digit(in->p[n]); n++)
		value = value * 10 + (in->p[n] - '0');
	if (n < least) return false;
	*in = slice_skip(*in, n);
	*ret = value;
	return true;
}

static bool take_year4(slice *in, int64_t *ret)
{
	int year;

	if (!take_digits(in, 4, 4, &year)) return false;
	*ret = year;
	return true;
}

/* Index of the name that s starts with; count when there is none. */
static size_t find_name(const slice *names, size_t count, slice s)
{
	size_t i = 0;

	while (i < count && !slice_starts_nocase(s, names[i]))
		i++;
	return i;
}

static bool take_month3(slice *in, int *ret)
{
	size_t i = find_name(date_months, countof(date_months), *in);

	if (i == countof(date_months)) return false;
	*in = slice_skip(*in, date_months[i].n);
	*ret = (int)i + 1;
	return true;
}

/* hh:mm:ss, every number of two digits. */
static bool take_time(slice *in, struct civil *c)
{
	return take_digits(in, 2, 2, &c->hour) && take_char(in, ':') &&
	       take_digits(in, 2, 2, &c->minute) && take_char(in, ':') &&
	       take_digits(in, 2, 2, &c->second);
}

/* A sign, then hhmm, or hh:mm where colon allows it. */
static bool take_offset(slice *in, bool colon, int *ret_minutes)
{
	slice s = *in;
	int hours, minutes;
	bool west = take_char(&s, '-');

	if (!west && !take_char(&s, '+')) return false;
	if (!take_digits(&s, 2, 2, &hours)) return false;
	if (colon) take_char(&s, ':');
	if (!take_digits(&s, 2, 2, &minutes) || minutes > 59) return false;
	*in = s;
	*ret_minutes = (west ? -1 : 1) * (hours * 60 + minutes);
	return true;
}

static bool make_date(const struct civil *c, int zone_minutes, struct date *ret)
{
	if (!civil_valid(c)) return false;
	ret->instant = civil_instant(c) - zone_minutes * 60;
	ret->zone_minutes = zone_minutes;
	return true;
}

/* --- IMAP --- */

static bool take_imap_day(slice *in, struct civil *c)
{
	return take_char(in, '-') && take_month3(in, &c->month) && take_char(in, '-') &&
	       take_year4(in, &c->year);
}

bool date_parse_imap(slice text, struct date *ret)
{
	struct civil c = { 0 };
	size_t digits = take_char(&text, ' ') ? 1 : 2;
	int zone;

	return take_digits(&text, digits, digits, &c.day) && take_imap_day(&text, &c) &&
	       take_char(&text, ' ') && take_time(&text, &c) && take_char(&text, ' ') &&
	       take_offset(&text, false, &zone) && text.n == 0 &&
	       make_date(&c, zone, ret);
}

bool date_parse_imap_day(slice text, int64_t *ret_day)
{
	struct civil c = { 0 };
	struct date d;

	if (!take_digits(&text, 1, 2, &c.day) || !take_imap_day(&text, &c) ||
	    text.n > 0 || !make_date(&c, 0, &d))
		return false;
	*ret_day = date_day(d);
	return true;
}

/* --- ISO 8601 as RFC 3339 5.6 narrows it --- */

static bool take_iso_day(slice *in, struct civil *c)
{
	return take_year4(in, &c->year) && take_char(in, '-') &&
	       take_digits(in, 2, 2, &c->month) && take_char(in, '-') &&
	       take_digits(in, 2, 2, &c->day);
}

static bool skip_fraction(slice *in)
{
	if (!take_char(in, '.')) return true;
	if (in->n == 0 || !is_digit(in->p[0])) return false;
	while (in->n && is_digit(in->p[0]))
		*in = slice_skip(*in, 1);
	return true;
}

static bool take_iso_zone(slice *in, int *ret_minutes)
{
	*ret_minutes = 0;
	if (take_literal_nocase(in, S("Z"))) return true;
	if (in->n != 6 || in->p[3] != ':') return false;
	return take_offset(in, true, ret_minutes) && *ret_minutes > -24 * 60 &&
	       *ret_minutes < 24 * 60;
}

bool date_parse_iso(slice text, struct date *ret)
{
	struct civil c = { 0 };
	int zone;

	return take_iso_day(&text, &c) && take_literal_nocase(&text, S("T")) &&
	       take_time(&text, &c) && skip_fraction(&text) &&
	       take_iso_zone(&text, &zone) && text.n == 0 && make_date(&c, zone, ret);
}

/* --- mail --- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* A comment, which may hold comments; one that never closes reaches to the end. */
static void skip_comment(slice *in)
{
	size_t depth = 0, i = 0;

	do {
		char c = in->p[i++];

		if (c == '\\')
			i++;
		else if (c == '(')
			depth++;
		else if (c == ')')
			depth--;
	} while (depth && i < in->n);
	*in = slice_skip(*in, i);
}

/* CFWS (RFC 5322 3.2.2) */
static void skip_cfws(slice *in)
{
	while (in->n && (is_blank(in->p[0]) || in->p[0] == '(')) {
		if (in->p[0] == '(')
			skip_comment(in);
		else
			*in = slice_skip(*in, 1);
	}
}

static bool take_letters(slice *in, slice *ret)
{
	size_t n = 0;

	while (n < in->n && is_alpha(in->p[n]))
		n++;
	if (n == 0) return false;
	*ret = slice_head(*in, n);
	*in = slice_skip(*in, n);
	return true;
}

/* What stands between day, month and year. */
static void skip_separator(slice *in)
{
	skip_cfws(in);
	while (take_char(in, '-') || take_char(in, '.') || take_char(in, ','))
		skip_cfws(in);
}

/* "July" and "Sept." are meant by their first three letters. */
static bool take_month(slice *in, int *ret)
{
	slice s = *in, word;

	if (!take_letters(&s, &word) || !take_month3(&word, ret)) return false;
	*in = s;
	return true;
}

/* The weekday says nothing that the rest does not, so any word will do. */
static void skip_weekday(slice *in)
{
	slice s = *in, word;
	int month;

	skip_cfws(in);
	s = *in;
	if (take_month(&s, &month) || !take_letters(in, &word)) return;
	skip_separator(in);
}

/* RFC 5322 4.3: two digits below 50 are 20xx, other two and three digits 19xx. */
static bool take_year(slice *in, int64_t *ret)
{
	size_t had = in->n;
	slice s = *in;
	int year;

	if (!take_digits(&s, 2, 5, &year)) return false;
	switch (had - s.n) {
	case 2:
		year += year < 50 ? 2000 : 1900;
		break;
	case 3:
		year += 1900;
		break;
	case 4:
		break;
	default:
		return false;
	}
	*in = s;
	*ret = year;
	return true;
}

static bool take_colon(slice *in)
{
	slice s = *in;

	skip_cfws(&s);
	if (!take_char(&s, ':')) return false;
	skip_cfws(&s);
	*in = s;
	return true;
}

static bool take_loose_time(slice *in, struct civil *c)
{
	if (!take_digits(in, 1, 2, &c->hour) || !take_colon(in) ||
	    !take_digits(in, 1, 2, &c->minute))
		return false;
	if (!take_colon(in)) return true;
	return take_digits(in, 1, 2, &c->second) && skip_fraction(in);
}

/* RFC 5322 4.3. The military letters were defined the wrong way round in RFC 822, so
 * they mean nothing, as do names that are not here. */
static int zone_of_name(slice name)
{
	static const struct {
		slice name;
		int hours;
	} zones[] = {
		{ SLICE_INIT("EDT"), -4 }, { SLICE_INIT("EST"), -5 },
		{ SLICE_INIT("CDT"), -5 }, { SLICE_INIT("CST"), -6 },
		{ SLICE_INIT("MDT"), -6 }, { SLICE_INIT("MST"), -7 },
		{ SLICE_INIT("PDT"), -7 }, { SLICE_INIT("PST"), -8 },
	};

	for (size_t i = 0; i < countof(zones); i++)
		if (slice_eq_nocase(name, zones[i].name)) return zones[i].hours * 60;
	return 0;
}

/* Never fails: what is no zone is taken for none. "GMT+0200" is its offset. */
static int take_zone(slice *in)
{
	slice name = { 0 };
	int minutes = 0;
	bool named = take_letters(in, &name);

	if (take_offset(in, true, &minutes)) return minutes;
	return named ? zone_of_name(name) : 0;
}

/* 1 Jul 2003 10:52:37 +0200 */
static bool take_mail_order(slice *in, struct civil *c, int *ret_zone)
{
	if (!take_digits(in, 1, 2, &c->day)) return false;
	skip_separator(in);
	if (!take_month(in, &c->month)) return false;
	skip_separator(in);
	if (!take_year(in, &c->year)) return false;
	skip_separator(in);
	if (!take_loose_time(in, c)) return false;
	skip_cfws(in);
	*ret_zone = take_zone(in);
	return true;
}

/* Jul  1 10:52:37 2003, perhaps with the year before the time and a zone behind it. */
static bool take_asctime_order(slice *in, struct civil *c, int *ret_zone)
{
	bool early_year;

	if (!take_month(in, &c->month)) return false;
	skip_separator(in);
	if (!take_digits(in, 1, 2, &c->day)) return false;
	skip_separator(in);
	early_year = take_year4(in, &c->year);
	skip_separator(in);
	if (!take_loose_time(in, c)) return false;
	skip_cfws(in);
	*ret_zone = take_zone(in);
	skip_cfws(in);
	if (early_year) return true;
	if (!take_year(in, &c->year)) return false;
	skip_cfws(in);
	if (*ret_zone == 0) *ret_zone = take_zone(in);
	return true;
}

bool date_parse_rfc5322(slice text, struct date *ret)
{
	struct civil c = { 0 };
	int zone;

	skip_weekday(&text);
	if (text.n == 0) return false;
	if (is_digit(text.p[0]) ? !take_mail_order(&text, &c, &zone)
				: !take_asctime_order(&text, &c, &zone))
		return false;
	return make_date(&c, zone, ret);
}
