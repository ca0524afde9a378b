/* Whatever a delta says, what is made of it stays within its limits; and a delta that was
 * made of a write gives that write again. */
#include <stdlib.h>
#include <string.h>

#include "store/log_delta.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { OLD_FRAMES = 3 };

static char octets[LOG_WRITE_MAX], delta[LOG_DELTA_MAX];
static struct log_frames frames;

static void require(bool condition)
{
	if (!condition) abort();
}

/* A log of three frames of page 1. */
static void make_image(struct log_image *i)
{
	struct log_write w = { 0, { octets, LOG_HEADER + OLD_FRAMES * LOG_FRAME } };

	memset(octets, 0, w.octets.n);
	for (size_t f = 0; f < OLD_FRAMES; f++) {
		octets[LOG_HEADER + f * LOG_FRAME + 3] = 1;
		octets[LOG_HEADER + f * LOG_FRAME + 1000] = (char)f;
	}
	log_image_init(i, "/tmp");
	require(log_image_write(i, 0, w.octets) == ERR_NONE);
	frames.from = frames.to = 0;
	log_frames_note(&frames, &w);
}

static void take_any(struct log_image *i, slice deltas)
{
	struct log_write w;

	while (deltas.n && log_delta_take(&deltas, i, octets, &w))
		require(w.octets.p == octets && w.octets.n <= LOG_WRITE_MAX);
}

/* Some octets of the input change the page. */
static void make_and_take(struct log_image *i, slice changes)
{
	static char frame[LOG_FRAME];
	struct log_write w = { LOG_HEADER + OLD_FRAMES * LOG_FRAME,
			       { frame, sizeof(frame) } },
			 again;
	slice made = { delta, 0 };

	memset(frame, 0, sizeof(frame));
	frame[3] = 1;
	for (; changes.n >= 3; changes = slice_skip(changes, 3))
		frame[LOG_FRAME_HEADER +
		      (((unsigned char)changes.p[0] << 8 | (unsigned char)changes.p[1]) %
		       DB_PAGE_SIZE)] = changes.p[2];
	made.n = log_delta_make(&w, &frames, i, delta);
	require(log_delta_take(&made, i, octets, &again) && made.n == 0);
	require(again.offset == w.offset && slice_eq(again.octets, w.octets));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const slice input = { (const char *)data, n };
	struct log_image image;

	make_image(&image);
	take_any(&image, input);
	make_and_take(&image, input);
	log_image_done(&image);
	return 0;
}
