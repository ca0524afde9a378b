/*
 * container.h - from a member back to the struct that embeds it
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define CONTAINER_OF(pointer, type, member)                                              \
	((type *)(void *)((uintptr_t)(pointer)-offsetof(type, member)))
