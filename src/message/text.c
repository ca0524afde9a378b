#include "message/text.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/ucnv.h>
#include <unicode/ucnv_cb.h>
#include <unicode/udata.h>
#include <unicode/unorm2.h>
#include <unicode/usprep.h>
#include <unicode/ustring.h>

#include "base/utf8.h"
#include "message/charset.h"

enum {
	BYTE_ORDER_MARK = 0xfeff,
	UNITS = 1024,                           /* UTF-16 units converted at a time */
	IDLE_MAX = 4,                           /* converters a thread keeps for later */
	SASLPREP_UNITS = 4 * TEXT_SASLPREP_MAX, /* of the result */
};

/*
 * Converters. Opening one costs more than decoding a header with it, so a thread keeps
 * those it used last; each is owned by a decoder or lies idle in the pool.
 */

struct converter {
	char name[CHARSET_NAME_MAX];
	UConverter *icu;                             /* or NULL and */
	uint32_t (*code_point)(unsigned char octet); /* a table */
	bool keeps_ascii; /* wherever a character begins, ASCII stands for itself */
};

struct pool {
	struct converter idle[IDLE_MAX];
	unsigned oldest;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t pool_key;

static void pool_free(void *value)
{
	struct pool *pool = value;

	for (unsigned i = 0; i < IDLE_MAX; i++)
		ucnv_close(pool->idle[i].icu);
	free(pool);
}

static void start(void)
{
	UErrorCode e = U_ZERO_ERROR;

	/* All data is linked in; a name from the network must not become a file's. */
	udata_setFileAccess(UDATA_NO_FILES, &e);
	assert(U_SUCCESS(e));
	int failed = pthread_key_create(&pool_key, pool_free);
	assert(!failed);
}

/* Comes before any other use of ICU. */
static void set_up(void)
{
	pthread_once(&once, start);
}

static struct pool *thread_pool(void)
{
	set_up();

	struct pool *pool = pthread_getspecific(pool_key);
	if (pool) return pool;
	pool = calloc(1, sizeof(*pool));
	assert(pool);
	pthread_setspecific(pool_key, pool);
	return pool;
}

/* ICU's own callback writes U+001A for some sets. What it calls irregular is an escape
 * sequence without text behind it: joined encoded words of ISO-2022-JP are full of them.
 */
static void substitute(const void *, UConverterToUnicodeArgs *args, const char *, int32_t,
		       UConverterCallbackReason reason, UErrorCode *e)
{
	static const UChar replacement = UTF8_REPLACEMENT;

	if (reason > UCNV_IRREGULAR) return; /* reset, close or clone */
	*e = U_ZERO_ERROR;
	if (reason == UCNV_IRREGULAR) return;
	ucnv_cbToUWriteUChars(args, &replacement, 1, 0, e);
}

static UConverter *open_icu(const char *name)
{
	UErrorCode e = U_ZERO_ERROR;
	UConverter *icu = ucnv_open(name, &e);

	if (U_FAILURE(e)) return NULL;
	ucnv_setToUCallBack(icu, substitute, NULL, NULL, NULL, &e);
	assert(U_SUCCESS(e));
	return icu;
}

/* Those sets, of all that do, that most mail is in. */
static bool keeps_ascii(slice name)
{
	return slice_eq(name, S("utf-8")) || slice_starts(name, S("windows-125")) ||
	       slice_starts(name, S("iso-8859-"));
}

static bool open_converter(slice name, struct converter *c)
{
	*c = (struct converter){ 0 };
	memcpy(c->name, name.p, name.n);
	if (slice_eq(name, S("iso-8859-16")))
		c->code_point = charset_latin10;
	else if (slice_eq(name, S("x-user-defined")))
		c->code_point = charset_user_defined;
	else
		c->icu = open_icu(c->name);
	c->keeps_ascii = c->icu && keeps_ascii(name);
	return c->icu || c->code_point;
}

/* From the pool or new; false for an unknown charset. */
static bool get_converter(slice charset, struct converter *c)
{
	struct pool *pool = thread_pool();
	slice name = charset_converter(charset);

	if (name.n == 0) return false;
	for (unsigned i = 0; i < IDLE_MAX; i++) {
		struct converter *idle = &pool->idle[i];

		if (!idle->icu || !slice_eq_nocase(slice_of(idle->name), name)) continue;
		*c = *idle;
		*idle = (struct converter){ 0 };
		return true;
	}
	return open_converter(name, c);
}

static struct converter *free_place(struct pool *pool)
{
	unsigned oldest = pool->oldest;

	for (unsigned i = 0; i < IDLE_MAX; i++)
		if (!pool->idle[i].icu) return &pool->idle[i];
	pool->oldest = (oldest + 1) % IDLE_MAX;
	return &pool->idle[oldest];
}

static void put_converter(struct converter *c)
{
	struct converter *place;

	if (!c->icu) return;
	ucnv_resetToUnicode(c->icu);
	place = free_place(thread_pool());
	ucnv_close(place->icu);
	*place = *c;
}

/*
 * Decoding
 */

struct text_decoder {
	struct converter converter;
	UChar lead;   /* the first half of a surrogate pair, or 0 */
	bool started; /* something was decoded: a byte order mark can come no more */
};

static uint32_t join_pair(UChar lead, UChar trail)
{
	return 0x10000u + ((lead & 0x3ffu) << 10) + (trail & 0x3ffu);
}

static char *write_utf8(uint32_t c, char *to)
{
	int n = 0;

	U8_APPEND_UNSAFE((uint8_t *)to, n, c);
	return to + n;
}

/* Writes one UTF-16 unit; pairs become one character, halves U+FFFD. */
static char *write_unit(struct text_decoder *d, UChar unit, char *to)
{
	uint32_t c = unit;
	UChar lead = d->lead;

	d->lead = 0;
	if (lead && U16_IS_TRAIL(unit)) return write_utf8(join_pair(lead, unit), to);
	if (lead) to = write_utf8(UTF8_REPLACEMENT, to);
	if (U16_IS_LEAD(unit)) {
		d->lead = unit;
		return to;
	}
	if (!d->started && c == BYTE_ORDER_MARK) return to;
	return write_utf8(U16_IS_TRAIL(unit) ? (uint32_t)UTF8_REPLACEMENT : c, to);
}

static void add_units(struct text_decoder *d, const UChar *units, size_t n,
		      struct buf *out)
{
	/* Three octets a unit, and as many for a half left from before. */
	char *begin = buf_reserve(out, 3 * (n + 1)), *to = begin;

	if (!begin) return;
	for (size_t i = 0; i < n; i++) {
		if (units[i] < 0x80 && !d->lead)
			*to++ = (char)units[i];
		else
			to = write_unit(d, units[i], to);
		d->started = true;
	}
	buf_commit(out, (size_t)(to - begin));
}

static void feed_icu(struct text_decoder *d, slice bytes, bool last, struct buf *out)
{
	const char *from = bytes.p, *end = bytes.p + bytes.n;
	UChar units[UNITS] = { 0 };
	UErrorCode e;

	do {
		UChar *to = units;

		e = U_ZERO_ERROR;
		ucnv_toUnicode(d->converter.icu, &to, units + UNITS, &from, end, NULL,
			       last, &e);
		add_units(d, units, (size_t)(to - units), out);
	} while (e == U_BUFFER_OVERFLOW_ERROR);
	assert(U_SUCCESS(e)); /* the callback has dealt with all that octets can do */
}

/* How many octets at the front are ASCII; eight at a time, for most mail is. */
static size_t ascii_run(slice s)
{
	size_t n = 0;
	uint64_t eight;

	for (; n + sizeof(eight) <= s.n; n += sizeof(eight)) {
		memcpy(&eight, s.p + n, sizeof(eight));
		if (eight & 0x8080808080808080) break;
	}
	while (n < s.n && !((unsigned char)s.p[n] & 0x80))
		n++;
	return n;
}

/* What needs no conversion, unless it may belong to a character that has begun. */
static void feed_ascii(struct text_decoder *d, slice *bytes, struct buf *out)
{
	UErrorCode e = U_ZERO_ERROR;
	size_t n;

	if (d->lead || ucnv_toUCountPending(d->converter.icu, &e) > 0) return;
	n = ascii_run(*bytes);
	buf_add(out, slice_head(*bytes, n));
	*bytes = slice_skip(*bytes, n);
	if (n) d->started = true;
}

static void feed_table(struct text_decoder *d, slice bytes, struct buf *out)
{
	UChar unit;

	for (size_t i = 0; i < bytes.n; i++) {
		unit = (UChar)d->converter.code_point((unsigned char)bytes.p[i]);
		add_units(d, &unit, 1, out);
	}
}

void text_decoder_feed(struct text_decoder *d, slice bytes, bool last, struct buf *out)
{
	if (d->converter.keeps_ascii) feed_ascii(d, &bytes, out);
	if (!d->converter.icu)
		feed_table(d, bytes, out);
	else if (bytes.n || last)
		feed_icu(d, bytes, last, out);
	if (!last) return;
	if (d->lead) buf_add(out, S("\xef\xbf\xbd"));
	d->lead = 0;
	d->started = false;
}

struct text_decoder *text_decoder_new(slice charset)
{
	struct text_decoder *d = calloc(1, sizeof(*d));

	assert(d);
	if (get_converter(charset, &d->converter)) return d;
	free(d);
	return NULL;
}

void text_decoder_free(struct text_decoder *d)
{
	if (!d) return;
	put_converter(&d->converter);
	free(d);
}

bool text_decode(slice charset, slice bytes, struct buf *out)
{
	struct text_decoder d = { 0 };

	if (!get_converter(charset, &d.converter)) return false;
	text_decoder_feed(&d, bytes, true, out);
	put_converter(&d.converter);
	return true;
}

bool text_charset_known(slice charset)
{
	struct converter c;

	if (!get_converter(charset, &c)) return false;
	put_converter(&c);
	return true;
}

void text_decode_unlabelled(slice bytes, struct buf *out)
{
	if (utf8_valid(bytes))
		buf_add(out, bytes);
	else
		text_decode(S("windows-1252"), bytes, out);
}

/*
 * Comparison
 */

/* Appends the octets of ASCII at the front, in upper case, and tells how many. */
static size_t fold_ascii(slice s, struct buf *out)
{
	size_t n = ascii_run(s);
	char *to = buf_reserve(out, n);

	if (!to) return n;
	for (size_t i = 0; i < n; i++)
		to[i] = upper_ascii(s.p[i]);
	buf_commit(out, n);
	return n;
}

/* Well-formed UTF-16 as UTF-8. */
static void add_utf16(const UChar *units, int32_t n, struct buf *out)
{
	for (int32_t i = 0; i < n; i++) {
		if (U16_IS_LEAD(units[i]) && i + 1 < n) {
			buf_add_code_point(out, join_pair(units[i], units[i + 1]));
			i++;
		} else {
			buf_add_code_point(out, units[i]);
		}
	}
}

/* RFC 5051 2 (2): titlecase, then the full compatibility decomposition. */
static void fold_char(const UNormalizer2 *nfkd, uint32_t code_point, struct buf *out)
{
	UErrorCode e = U_ZERO_ERROR;
	UChar units[32]; /* the longest decomposition has 18 */
	int32_t n;
	UChar32 c = u_totitle((UChar32)code_point);

	n = unorm2_getDecomposition(nfkd, c, units, countof(units), &e);
	if (n < 0)
		buf_add_code_point(out, (uint32_t)c);
	else
		add_utf16(units, n, out);
}

/* False when it meets what is no UTF-8. */
static bool fold_valid(slice s, struct buf *out)
{
	UErrorCode e = U_ZERO_ERROR;
	const UNormalizer2 *nfkd;
	uint32_t c;

	set_up();
	nfkd = unorm2_getNFKDInstance(&e);
	assert(U_SUCCESS(e));
	for (;;) {
		s = slice_skip(s, fold_ascii(s, out));
		if (!s.n || out->overflow) return true;
		if (!take_code_point(&s, &c)) return false;
		fold_char(nfkd, c, out);
	}
}

void text_fold(slice utf8, struct buf *out)
{
	size_t before = out->n;

	if (fold_valid(utf8, out)) return;
	buf_truncate(out, before); /* RFC 5051 2 (1) (b): compared as it is */
	buf_add(out, utf8);
}

/*
 * Passwords and user names
 */

static bool saslprep(const UChar *text, int32_t n, UChar *prepared, int32_t *ret_n)
{
	UErrorCode e = U_ZERO_ERROR;
	UStringPrepProfile *profile = usprep_openByType(USPREP_RFC4013_SASLPREP, &e);

	assert(U_SUCCESS(e));
	*ret_n = usprep_prepare(profile, text, n, prepared, SASLPREP_UNITS,
				USPREP_ALLOW_UNASSIGNED, NULL, &e);
	usprep_close(profile);
	return U_SUCCESS(e);
}

bool text_saslprep(slice utf8, struct buf *out)
{
	UChar text[TEXT_SASLPREP_MAX], prepared[SASLPREP_UNITS];
	UErrorCode e = U_ZERO_ERROR;
	int32_t n = 0;
	bool ok;

	if (utf8.n > TEXT_SASLPREP_MAX) return false;
	set_up();
	u_strFromUTF8(text, TEXT_SASLPREP_MAX, &n, utf8.p, (int32_t)utf8.n, &e);
	ok = U_SUCCESS(e) && saslprep(text, n, prepared, &n);
	if (ok) add_utf16(prepared, n, out);
	explicit_bzero(text, sizeof(text));
	explicit_bzero(prepared, sizeof(prepared));
	return ok && !out->overflow;
}
