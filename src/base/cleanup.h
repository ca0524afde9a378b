/*
 * cleanup.h - what a function owns is released on every way out
 *
 *     CLEANUP(buf_done) struct buf b;
 *
 * The function is called with the variable's address when its scope ends, so
 * initialise it at once.
 */
#pragma once

#include <stdlib.h>
#include <unistd.h>

#define CLEANUP(function) __attribute__((cleanup(function)))

/* For pointers from malloc, and for descriptors (-1 is none). */
static inline void cleanup_free(void *pointer)
{
	free(*(void **)pointer);
}

static inline void cleanup_close(const int *fd)
{
	if (*fd >= 0) close(*fd);
}
