#include "store/log_delta.h"

#include <assert.h>
#include <endian.h>
#include <string.h>

struct delta {
	uint64_t offset;
	uint32_t size;   /* octets, this header's too */
	uint32_t octets; /* of the write */
};

/* Octets of the write: some that stand `back` before their place, then new ones. */
struct piece {
	uint32_t back;
	uint16_t copied, added; /* the new ones follow */
};

enum { WORD = 8, STRIDE = 4 * WORD };

/* --- frames --- */

static uint64_t frame_offset(uint64_t number)
{
	return LOG_HEADER + number * LOG_FRAME;
}

static uint32_t page_of(const char *frame)
{
	uint32_t page;

	memcpy(&page, frame, sizeof(page));
	return be32toh(page);
}

/* The octets from `at` on that are no whole frame, or 0: there is one. */
static size_t before_frame(const struct log_write *w, size_t at)
{
	uint64_t place = w->offset + at;
	size_t left = w->octets.n - at, gap;

	gap = place < LOG_HEADER
		      ? (size_t)(LOG_HEADER - place)
		      : (size_t)((LOG_FRAME - (place - LOG_HEADER) % LOG_FRAME) %
				 LOG_FRAME);
	return gap > left ? left : gap ? gap : left < LOG_FRAME ? left : 0;
}

static void start_at(struct log_frames *f, uint64_t number)
{
	f->from = number;
	memset(f->newest, 0, sizeof(f->newest));
}

void log_frames_forget(struct log_frames *f)
{
	start_at(f, 0);
	f->to = 0;
}

static void note(struct log_frames *f, uint64_t number, uint32_t page)
{
	uint64_t slot = number % LOG_FRAMES_KNOWN, back;
	uint32_t *newest = &f->newest[page % LOG_FRAME_BUCKETS];

	if (number != f->to) start_at(f, number);
	back = *newest ? number + 1 - *newest : 0;
	f->pages[slot] = page;
	f->before[slot] = back < LOG_FRAMES_KNOWN ? (uint16_t)back : 0;
	*newest = (uint32_t)(number + 1);
	f->to = number + 1;
	if (f->to - f->from > LOG_FRAMES_KNOWN) f->from = f->to - LOG_FRAMES_KNOWN;
}

void log_frames_note(struct log_frames *f, const struct log_write *w)
{
	for (size_t at = 0, gap; at < w->octets.n; at += gap ? gap : LOG_FRAME) {
		gap = before_frame(w, at);
		if (gap) continue;
		note(f, (w->offset + at - LOG_HEADER) / LOG_FRAME,
		     page_of(w->octets.p + at));
	}
}

static bool find_frame(const struct log_frames *f, uint32_t page, uint64_t *ret)
{
	uint64_t end = f->newest[page % LOG_FRAME_BUCKETS], back;

	for (; end > f->from; end -= back) {
		*ret = end - 1;
		if (f->pages[*ret % LOG_FRAMES_KNOWN] == page) return true;
		back = f->before[*ret % LOG_FRAMES_KNOWN];
		if (!back) return false;
	}
	return false;
}

/* --- making --- */

static char *add_piece(char *to, size_t back, size_t copied, slice added)
{
	const struct piece p = { (uint32_t)back, (uint16_t)copied, (uint16_t)added.n };

	memcpy(to, &p, sizeof(p));
	memcpy(to + sizeof(p), added.p, added.n);
	return to + sizeof(p) + added.n;
}

static bool is_same_word(const char *a, const char *b)
{
	return memcmp(a, b, WORD) == 0;
}

static bool is_same_stride(const char *a, const char *b)
{
	uint64_t x[STRIDE / WORD], y[STRIDE / WORD];

	memcpy(x, a, STRIDE);
	memcpy(y, b, STRIDE);
	return !((x[0] ^ y[0]) | (x[1] ^ y[1]) | (x[2] ^ y[2]) | (x[3] ^ y[3]));
}

/* Most of a page is as it was. */
static size_t same_until(const char *old, const char *new, size_t at)
{
	while (at + STRIDE <= DB_PAGE_SIZE && is_same_stride(old + at, new + at))
		at += STRIDE;
	while (at < DB_PAGE_SIZE && is_same_word(old + at, new + at))
		at += WORD;
	return at;
}

/* Up to two words that are the same: a piece costs one. */
static size_t changed_until(const char *old, const char *new, size_t at)
{
	for (; at < DB_PAGE_SIZE; at += WORD)
		if (is_same_word(old + at, new + at) &&
		    (at + WORD == DB_PAGE_SIZE ||
		     is_same_word(old + at + WORD, new + at + WORD)))
			break;
	return at;
}

static char *add_changes(char *to, size_t back, const char *old, const char *new)
{
	for (size_t at = 0, same, changed; at < DB_PAGE_SIZE; at = changed) {
		same = same_until(old, new, at);
		changed = changed_until(old, new, same);
		to = add_piece(to, back, same - at,
			       (slice){ new + same, changed - same });
	}
	return to;
}

/* NULL: it cannot be read. */
static const char *older_page(const struct log_image *image, uint64_t frame)
{
	static _Thread_local char page[DB_PAGE_SIZE]; /* else it is cleared each time */
	const char *at = log_image_at(image, frame + LOG_FRAME_HEADER, sizeof(page));

	if (at) return at;
	return log_image_read(image, frame + LOG_FRAME_HEADER, page, sizeof(page)) ? page
										   : NULL;
}

static char *add_frame(char *to, uint64_t place, const char *frame,
		       const struct log_frames *frames, const struct log_image *image)
{
	const char *old = NULL;
	uint64_t number, from = 0;

	if (find_frame(frames, page_of(frame), &number)) {
		from = frame_offset(number);
		if (from < place) old = older_page(image, from);
	}
	if (!old) return add_piece(to, 0, 0, (slice){ frame, LOG_FRAME });
	to = add_piece(to, 0, 0, (slice){ frame, LOG_FRAME_HEADER });
	return add_changes(to, place - from, old, frame + LOG_FRAME_HEADER);
}

static char *add_pieces(char *to, const struct log_write *w,
			const struct log_frames *frames, const struct log_image *image)
{
	for (size_t at = 0, gap; at < w->octets.n; at += gap ? gap : LOG_FRAME) {
		const char *octets = w->octets.p + at;

		gap = before_frame(w, at);
		to = gap ? add_piece(to, 0, 0, (slice){ octets, gap })
			 : add_frame(to, w->offset + at, octets, frames, image);
	}
	return to;
}

size_t log_delta_make(const struct log_write *w, const struct log_frames *frames,
		      const struct log_image *image, char *into)
{
	char *end = add_pieces(into + sizeof(struct delta), w, frames, image);
	const struct delta d = { w->offset, (uint32_t)(end - into),
				 (uint32_t)w->octets.n };

	assert(w->octets.n <= LOG_WRITE_MAX && d.size <= LOG_DELTA_MAX);
	memcpy(into, &d, sizeof(d));
	return d.size;
}

/* --- taking --- */

/* One piece more; false when it is not as log_delta_make makes them. */
static bool take_piece(slice *pieces, const struct log_image *image, struct log_write *w,
		       char *into)
{
	uint64_t place = w->offset + w->octets.n;
	struct piece p;

	if (pieces->n < sizeof(p)) return false;
	memcpy(&p, pieces->p, sizeof(p));
	*pieces = slice_skip(*pieces, sizeof(p));
	if (p.added > pieces->n || p.back > place ||
	    (size_t)p.copied + p.added > LOG_WRITE_MAX - w->octets.n)
		return false;
	into += w->octets.n;
	if (p.copied && !log_image_read(image, place - p.back, into, p.copied))
		return false;
	memcpy(into + p.copied, pieces->p, p.added);
	w->octets.n += (size_t)p.copied + p.added;
	*pieces = slice_skip(*pieces, p.added);
	return true;
}

bool log_delta_take(slice *deltas, const struct log_image *image, char *into,
		    struct log_write *ret)
{
	struct delta d;
	slice pieces;

	if (deltas->n < sizeof(d)) return false;
	memcpy(&d, deltas->p, sizeof(d));
	if (d.size < sizeof(d) || d.size > deltas->n) return false;
	pieces = slice_skip(slice_head(*deltas, d.size), sizeof(d));
	*deltas = slice_skip(*deltas, d.size);
	*ret = (struct log_write){ d.offset, { into, 0 } };
	while (pieces.n)
		if (!take_piece(&pieces, image, ret, into)) return false;
	return ret->octets.n == d.octets;
}
