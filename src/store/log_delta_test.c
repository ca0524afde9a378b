#include "store/log_delta.h"

#include <stdlib.h>
#include <string.h>

#include "base/test.h"

enum { FRAMES = 40, IMAGE = LOG_HEADER + FRAMES * LOG_FRAME, PAGES = 6, ROUNDS = 300 };

struct scene {
	struct log_image written, replayed;
	struct log_frames frames;
	char pages[PAGES][DB_PAGE_SIZE];
	char octets[LOG_WRITE_MAX], delta[LOG_DELTA_MAX], read[LOG_WRITE_MAX];
	char whole[2][IMAGE + LOG_WRITE_MAX];
};

static struct scene *begin(void)
{
	struct scene *s = calloc(1, sizeof(*s));

	CHECK(s);
	log_image_init(&s->written, "/tmp");
	log_image_init(&s->replayed, "/tmp");
	srandom(20261126);
	return s;
}

static void end(struct scene *s)
{
	log_image_done(&s->written);
	log_image_done(&s->replayed);
	free(s);
}

/* Makes the write and its delta; gives the delta. */
static slice put(struct scene *s, const struct log_write *w)
{
	size_t n = log_delta_make(w, &s->frames, &s->written, s->delta);

	CHECK_INT(log_image_write(&s->written, w->offset, w->octets), ERR_NONE);
	log_frames_note(&s->frames, w);
	return (slice){ s->delta, n };
}

static bool take(struct scene *s, slice delta)
{
	struct log_write w;

	if (!log_delta_take(&delta, &s->replayed, s->read, &w) || delta.n) return false;
	CHECK_INT(log_image_write(&s->replayed, w.offset, w.octets), ERR_NONE);
	return true;
}

static bool is_replayed(struct scene *s)
{
	size_t n = s->written.size;

	return n == s->replayed.size && log_image_read(&s->written, 0, s->whole[0], n) &&
	       log_image_read(&s->replayed, 0, s->whole[1], n) &&
	       memcmp(s->whole[0], s->whole[1], n) == 0;
}

static size_t below(size_t limit)
{
	return (size_t)random() % limit;
}

/* Some octets of some page, and a frame of it. */
static size_t add_frame(struct scene *s, char *to)
{
	uint32_t page = (uint32_t)below(PAGES);

	for (size_t i = below(6); i > 0; i--) {
		size_t at = below(DB_PAGE_SIZE), n = below(60);

		if (n > DB_PAGE_SIZE - at) n = DB_PAGE_SIZE - at;
		memset(s->pages[page] + at, (int)random(), n);
	}
	memset(to, 0, LOG_FRAME_HEADER);
	to[3] = (char)(page + 1);
	to[16] = (char)random();
	memcpy(to + LOG_FRAME_HEADER, s->pages[page], DB_PAGE_SIZE);
	return LOG_FRAME;
}

/* Frames at the end, frames anew at an older place, or a few octets put right. */
static struct log_write draw(struct scene *s)
{
	size_t count = (s->written.size - LOG_HEADER) / LOG_FRAME, frames = 1 + below(3);
	size_t at = below(3) || count < 2 ? count : below(count), n = 0;

	if (at + frames > FRAMES) at = below(FRAMES - frames);
	if (below(5) == 0 && count) {
		memset(s->octets, (int)random(), LOG_FRAME_HEADER);
		return (struct log_write){ LOG_HEADER + below(count) * LOG_FRAME,
					   { s->octets, LOG_FRAME_HEADER } };
	}
	while (frames--)
		n += add_frame(s, s->octets + n);
	return (struct log_write){ LOG_HEADER + at * LOG_FRAME, { s->octets, n } };
}

TEST(log_deltas_make_the_same_log_again)
{
	struct scene *s = begin();
	struct log_write w = { 0, { s->octets, LOG_HEADER } };

	CHECK(take(s, put(s, &w)));
	for (int i = 0; i < ROUNDS; i++) {
		if (below(50) == 0) log_frames_forget(&s->frames);
		w = draw(s);
		CHECK(take(s, put(s, &w)));
		CHECK(is_replayed(s));
	}
	end(s);
}

/* A page that changed by a few octets takes few, however often. */
TEST(log_deltas_hold_what_changed)
{
	struct scene *s = begin();
	struct log_write w = { 0, { s->octets, LOG_HEADER } };

	put(s, &w);
	for (int i = 0; i < 10; i++) {
		memset(s->octets, 0, LOG_FRAME_HEADER);
		s->octets[3] = 1;
		s->octets[1000 + 300 * i] = 'x';
		w = (struct log_write){ LOG_HEADER + (uint64_t)i * LOG_FRAME,
					{ s->octets, LOG_FRAME } };
		CHECK((put(s, &w).n < 200) == (i > 0));
	}
	end(s);
}

static struct log_write frame_of(struct scene *s, uint64_t number, uint32_t page)
{
	memset(s->octets, 0, LOG_FRAME);
	s->octets[2] = (char)(page >> 8);
	s->octets[3] = (char)page;
	memset(s->octets + LOG_FRAME_HEADER, (int)page, DB_PAGE_SIZE);
	return (struct log_write){ LOG_HEADER + number * LOG_FRAME,
				   { s->octets, LOG_FRAME } };
}

/* Among pages that share a bucket, and no further back than is remembered. Then the log
 * is begun anew. */
TEST(log_deltas_find_a_page_among_many)
{
	enum { APART = LOG_FRAMES_KNOWN - 100, MANY = 2 * LOG_FRAMES_KNOWN };
	struct scene *s = begin();
	struct log_write w = { 0, { s->octets, LOG_HEADER } };

	for (int round = 0; round < 2; round++) {
		put(s, &w);
		for (uint32_t i = 0; i < MANY; i++) {
			struct log_write f = frame_of(s, i, 1 + i % APART);

			CHECK((put(s, &f).n < 200) == (i >= APART));
		}
		log_frames_forget(&s->frames);
	}
	end(s);
}

/* Cut off anywhere, or copying from what is not there: refused. */
TEST(log_deltas_that_are_damaged_are_refused)
{
	struct scene *s = begin();
	struct log_write w = { 0, { s->octets, LOG_HEADER + LOG_FRAME } };
	slice delta;

	s->octets[LOG_HEADER + 3] = 1;
	CHECK(take(s, put(s, &w)));
	s->octets[LOG_HEADER + 3000] = 'x';
	w = (struct log_write){ w.octets.n, { s->octets + LOG_HEADER, LOG_FRAME } };
	delta = put(s, &w);
	for (size_t n = 0; n < delta.n; n++)
		CHECK(!take(s, slice_head(delta, n)));
	log_image_clear(&s->replayed);
	CHECK(!take(s, delta));
	end(s);
}

/* A write that shares nothing with the log takes a few octets more than its own. */
TEST(log_deltas_have_a_limit)
{
	struct scene *s = begin();
	struct log_write w = { 0, { s->octets, LOG_WRITE_MAX } };

	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < LOG_WRITE_MAX; i++)
			s->octets[i] = (char)random();
		for (size_t at = LOG_HEADER; at < LOG_WRITE_MAX; at += LOG_FRAME)
			memcpy(s->octets + at, "\0\0\0\1", 4);
		CHECK(take(s, put(s, &w)));
		CHECK(is_replayed(s));
		w.offset = LOG_HEADER + 14 * LOG_FRAME;
	}
	end(s);
}
