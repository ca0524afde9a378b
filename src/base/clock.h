/*
 * clock.h - the time, for drivers only
 *
 * Engines, parsers and schedulers get times as arguments, so that tests and
 * replays decide what time it is.
 */
#pragma once

#include <stdint.h>

int64_t clock_now(void);          /* UNIX seconds */
int64_t clock_now_ms(void);       /* UNIX milliseconds */
int64_t clock_monotonic_ms(void); /* never goes back; the origin means nothing */
int64_t clock_monotonic_us(void);
