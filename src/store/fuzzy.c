#include "store/fuzzy.h"

#include "base/container.h"
#include "base/utf8.h"

/* How well a word fits in each of the ways that there are. */
enum {
	FIT_BEGINNING = 90, /* less two for each further letter, down to */
	FIT_BEGINNING_LEAST = 72,
	FIT_ERROR = 70, /* one error */
	FIT_STEM = 65,
	FIT_ERRORS = 50, /* more */
};

enum {
	ERRORS_MAX = 2,
	ONE_ERROR_FROM = 4,  /* letters: shorter words would fit anything */
	TWO_ERRORS_FROM = 8, /* letters */
	STEM_MIN = 4,   /* letters that both begin with, and two thirds of the longer */
	ENDING_MAX = 3, /* letters behind these */
};

/* --- words --- */

static const struct {
	uint32_t first, last;
} marks[] = { /* that letters bear */
	{ 0x0300, 0x036f }, { 0x1ab0, 0x1aff }, { 0x1dc0, 0x1dff },
	{ 0x200b, 0x200f }, { 0x20d0, 0x20ff }, { 0xfe00, 0xfe0f }, { 0xfe20, 0xfe2f },
}, separators[] = { /* that are no ASCII, so they stand in terms */
	{ 0x0080, 0x00a9 }, { 0x00ab, 0x00b4 }, { 0x00b6, 0x00b9 }, { 0x00bb, 0x00bf },
	{ 0x00d7, 0x00d7 }, { 0x00f7, 0x00f7 }, { 0x2000, 0x200a }, { 0x2010, 0x206f },
	{ 0x2190, 0x2bff }, { 0x2e00, 0x2e7f }, { 0x3000, 0x3004 }, { 0x3008, 0x3020 },
	{ 0xff01, 0xff0f }, { 0xff1a, 0xff20 }, { 0xff3b, 0xff40 }, { 0xff5b, 0xff65 },
	{ 0xfffd, 0xfffd },
};

static bool is_mark(uint32_t c)
{
	for (size_t i = 0; i < countof(marks); i++)
		if (c >= marks[i].first && c <= marks[i].last) return true;
	return false;
}

static bool is_separator(uint32_t c)
{
	for (size_t i = 0; i < countof(separators); i++)
		if (c >= separators[i].first && c <= separators[i].last) return true;
	return false;
}

static uint32_t letter_bit(uint32_t c)
{
	return UINT32_C(1) << (c & 31);
}

/* A word of a term. */
struct word {
	uint32_t points[TERM_MAX];
	uint32_t n, letters;
};

/* False at the end. */
static bool take_word_of_term(slice *term, struct word *w)
{
	uint32_t c;

	w->n = w->letters = 0;
	while (take_code_point_lenient(term, &c)) {
		if (c >= 0x80 && is_mark(c)) continue;
		if (c < 0x80 || !is_separator(c)) {
			w->points[w->n++] = c;
			w->letters |= letter_bit(c);
		} else if (w->n) {
			return true;
		}
	}
	return w->n;
}

static void add_word(struct fuzzy_needle *needle, const struct word *w)
{
	struct fuzzy_word *to = &needle->words[needle->count++];

	*to = (struct fuzzy_word){ .n = w->n, .letters = w->letters };
	for (uint32_t i = 0; i < w->n; i++)
		to->points[i] = w->points[i];
	to->errors = w->n >= TWO_ERRORS_FROM ? 2 : w->n >= ONE_ERROR_FROM ? 1 : 0;
}

/* A piece of a run is whole in one term, if it is no longer than TERM_PIECE_MAX. */
void fuzzy_needle_init(struct fuzzy_needle *needle, slice folded)
{
	struct word w;
	slice run;

	needle->count = 0;
	while (take_term_run(&folded, &run)) {
		run = utf8_head(run, TERM_PIECE_MAX);
		while (needle->count < FUZZY_WORDS_MAX && take_word_of_term(&run, &w))
			add_word(needle, &w);
	}
}

/* --- fitting --- */

static uint32_t common_beginning(const struct fuzzy_word *q, const struct word *w)
{
	uint32_t n = 0;

	while (n < q->n && n < w->n && q->points[n] == w->points[n])
		n++;
	return n;
}

static bool is_at(const struct fuzzy_word *q, const struct word *w, uint32_t at)
{
	for (uint32_t i = 0; i < q->n; i++)
		if (w->points[at + i] != q->points[i]) return false;
	return true;
}

static bool is_inside(const struct fuzzy_word *q, const struct word *w)
{
	for (uint32_t at = 0; at + q->n <= w->n; at++)
		if (is_at(q, w, at)) return true;
	return false;
}

static bool has_stem(const struct fuzzy_word *q, const struct word *w, uint32_t common)
{
	uint32_t longer = q->n > w->n ? q->n : w->n;

	return common >= STEM_MIN && common * 3 >= longer * 2 &&
	       longer - common <= ENDING_MAX;
}

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

enum { FAR = 2 * TERM_MAX }; /* more errors than there are */

/* One row of the table: errors between the first y letters and the first x, where x is at
 * most ERRORS_MAX off. Returns the least of them. */
static uint32_t make_row(const struct fuzzy_word *q, const struct word *w, uint32_t y,
			 uint32_t *const rows[3])
{
	uint32_t first = y > ERRORS_MAX ? y - ERRORS_MAX : 1;
	uint32_t last = least(y + ERRORS_MAX, w->n), best = FAR, c = q->points[y - 1];
	uint32_t *row = rows[0];
	const uint32_t *above = rows[1], *before = rows[2];

	row[first - 1] = first == 1 ? y : FAR;
	for (uint32_t x = first; x <= last; x++) {
		uint32_t changed = above[x - 1] + (c != w->points[x - 1]);

		row[x] = least(changed, 1 + least(above[x], row[x - 1]));
		if (x > 1 && y > 1 && c == w->points[x - 2] &&
		    q->points[y - 2] == w->points[x - 1])
			row[x] = least(row[x], before[x - 2] + 1);
		best = least(best, row[x]);
	}
	row[last + 1] = FAR;
	return best;
}

/* Letters left out, added, changed or swapped; both are about as long. FAR, once there
 * are too many. */
static uint32_t count_errors(const struct fuzzy_word *q, const struct word *w)
{
	uint32_t table[3][FUZZY_WORD_MAX + ERRORS_MAX + 2];

	for (uint32_t x = 0; x <= w->n + 1; x++)
		table[0][x] = x;
	for (uint32_t y = 1; y <= q->n; y++) {
		uint32_t *const rows[] = { table[y % 3], table[(y + 2) % 3],
					   table[(y + 1) % 3] };

		if (make_row(q, w, y, rows) > q->errors) return FAR;
	}
	return table[q->n % 3][w->n];
}

static unsigned fit_with_errors(const struct fuzzy_word *q, const struct word *w)
{
	uint32_t missing = (uint32_t)__builtin_popcount(q->letters & ~w->letters), errors;

	if (missing > q->errors || w->n + q->errors < q->n || w->n > q->n + q->errors)
		return 0;
	errors = count_errors(q, w);
	if (errors > q->errors) return 0;
	return errors > 1 ? FIT_ERRORS : FIT_ERROR;
}

static unsigned fit_beginning(uint32_t further)
{
	if (!further) return FUZZY_BEST;
	if (further > (FIT_BEGINNING - FIT_BEGINNING_LEAST) / 2)
		return FIT_BEGINNING_LEAST;
	return FIT_BEGINNING - 2 * further;
}

/* The ways stand in the order of what they are worth. */
static unsigned fit(const struct fuzzy_word *q, const struct word *w)
{
	uint32_t common = common_beginning(q, w);
	unsigned found;

	if (common == q->n) return fit_beginning(w->n - q->n);
	found = fit_with_errors(q, w);
	if (found < FIT_STEM && has_stem(q, w, common)) found = FIT_STEM;
	if (!found && !(q->letters & ~w->letters) && is_inside(q, w)) found = FUZZY_LEAST;
	return found;
}

bool fuzzy_term_fits(const struct fuzzy_needle *needle, slice term,
		     struct fuzzy_fits *ret)
{
	bool any = false;
	struct word w;

	*ret = (struct fuzzy_fits){ 0 };
	while (take_word_of_term(&term, &w))
		for (uint32_t i = 0; i < needle->count; i++) {
			unsigned found = fit(&needle->words[i], &w);

			if (found > ret->of[i]) ret->of[i] = (uint8_t)found;
			any |= found;
		}
	return any;
}

void fuzzy_fits_raise(struct fuzzy_fits *fits, const struct fuzzy_fits *other,
		      unsigned weight)
{
	for (uint32_t i = 0; i < FUZZY_WORDS_MAX; i++) {
		unsigned found = other->of[i] * weight / 100;

		if (found > fits->of[i]) fits->of[i] = (uint8_t)found;
	}
}

unsigned fuzzy_degree(const struct fuzzy_needle *needle, const struct fuzzy_fits *fits)
{
	unsigned sum = 0;

	for (uint32_t i = 0; i < needle->count; i++) {
		if (!fits->of[i]) return 0;
		sum += fits->of[i];
	}
	return needle->count ? sum / needle->count : 0;
}

/* --- a text --- */

struct fitting {
	struct term_splitter splitter;
	const struct fuzzy_needle *needle;
	struct fuzzy_fits fits;
};

static void take_term(struct term_splitter *s, slice term)
{
	struct fitting *f = CONTAINER_OF(s, struct fitting, splitter);
	struct fuzzy_fits found;

	if (fuzzy_term_fits(f->needle, term, &found))
		fuzzy_fits_raise(&f->fits, &found, 100);
}

unsigned fuzzy_text_degree(const struct fuzzy_needle *needle, slice folded)
{
	struct fitting f = { .splitter.take = take_term, .needle = needle };

	term_splitter_feed(&f.splitter, folded);
	term_splitter_end(&f.splitter);
	return fuzzy_degree(needle, &f.fits);
}
