/*
 * threads_private.h - what threads.c and threads_tree.c share
 */
#pragma once

#include "imap/threads.h"

/* 0 when there are too many. */
uint32_t threads_new_node(struct threads *t, uint64_t id);
