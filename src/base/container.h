/*
 * container.h - from a member back to the struct that embeds it
 */
#pragma once

#include <stddef.h>

#define CONTAINER_OF(pointer, type, member)                                              \
	((type *)(void *)((char *)(pointer)-offsetof(type, member)))
