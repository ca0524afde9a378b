#include "base/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	BUF_MIN = 64,   /* octets of a first allocation */
	BUF_KEPT = 512, /* octets that an emptied buf may keep */
};

void buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){ .max = max };
}

void buf_done(struct buf *b)
{
	free(b->p);
	buf_init(b, b->max);
}

void buf_wipe(struct buf *b)
{
	if (b->p) explicit_bzero(b->p, b->cap);
	buf_done(b);
}

void buf_reset(struct buf *b)
{
	b->start = b->n = 0;
	b->overflow = false;
}

static void move_to_front(struct buf *b)
{
	if (b->start == 0) return;
	assert(b->p);
	memmove(b->p, b->p + b->start, b->n);
	b->start = 0;
}

static void grow(struct buf *b, size_t need)
{
	size_t cap = b->cap ? b->cap : BUF_MIN;

	while (cap < need)
		cap *= 2;
	b->p = realloc(b->p, cap);
	assert(b->p); /* bounded by max, so out of memory here is the process's end */
	b->cap = cap;
}

char *buf_reserve(struct buf *b, size_t n)
{
	if (n > b->max || b->n > b->max - n) {
		b->overflow = true;
		return NULL;
	}
	if (!b->p || b->start + b->n + n > b->cap) {
		move_to_front(b);
		if (b->n + n > b->cap || !b->p) grow(b, b->n + n);
	}
	return b->p + b->start + b->n;
}

void buf_commit(struct buf *b, size_t n)
{
	assert(b->start + b->n + n <= b->cap);
	b->n += n;
}

bool buf_add(struct buf *b, slice bytes)
{
	char *to = buf_reserve(b, bytes.n);

	if (!to) return false;
	if (bytes.n) memcpy(to, bytes.p, bytes.n);
	buf_commit(b, bytes.n);
	return true;
}

bool buf_grow_by_char(struct buf *b, char c)
{
	char *to = buf_reserve(b, 1);

	if (!to) return false;
	*to = c;
	buf_commit(b, 1);
	return true;
}

bool buf_add_u64(struct buf *b, uint64_t value)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	return buf_add(b, (slice){ digits + at, sizeof(digits) - at });
}

/* Room behind what is held, without growing. */
static size_t room(const struct buf *b)
{
	size_t left = b->cap - b->start - b->n;
	size_t allowed = b->n < b->max ? b->max - b->n : 0;

	return left < allowed ? left : allowed;
}

/* Written a second time only where the first had no room; vsnprintf ends with a NUL. */
bool buf_addf(struct buf *b, const char *format, ...)
{
	size_t had = room(b);
	char *to = had ? b->p + b->start + b->n : NULL;
	va_list args, again;
	int n;

	va_start(args, format);
	va_copy(again, args);
	n = vsnprintf(to, had, format, args);
	assert(n >= 0);
	if ((size_t)n >= had) {
		to = buf_reserve(b, (size_t)n + 1);
		if (to) vsnprintf(to, (size_t)n + 1, format, again);
	}
	if (to) buf_commit(b, (size_t)n);
	va_end(again);
	va_end(args);
	return to;
}

void buf_drop(struct buf *b, size_t n)
{
	assert(n <= b->n);
	b->start += n;
	b->n -= n;
	if (b->n) return;
	b->start = 0;
	if (b->cap <= BUF_KEPT) return;
	free(b->p);
	b->p = NULL;
	b->cap = 0;
}

void buf_truncate(struct buf *b, size_t n)
{
	assert(n <= b->n);
	b->n = n;
}

bool buf_move(struct buf *b, struct buf *from)
{
	struct buf whole = *from;
	bool fits;

	if (b->n == 0 && from->n <= b->max) {
		size_t own_max = b->max;
		bool overflow = b->overflow;

		free(b->p);
		*b = whole;
		b->max = own_max;
		b->overflow = overflow;
		buf_init(from, whole.max);
		return true;
	}
	fits = buf_add(b, buf_slice(from));
	buf_reset(from);
	return fits;
}
