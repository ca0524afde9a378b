/*
 * shadow.h - what of a folder tree has surely reached the disk
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Everything below folder counts as synced. */
void shadow_start(const char *folder);
/* A file's content or a folder's names are on disk now. */
void shadow_synced(int fd);
/* The name is about to go: its inode's number may be used again. */
void shadow_will_unlink(int folder, const char *name);
/* Builds what the disk holds; mixed: with any part of what was not synced. */
void shadow_build(const char *folder, const char *after, bool mixed, unsigned seed);
