/*
 * files.h - the few file operations of the store, each failure logged with its cause
 *
 * All give ERR_LATER on failure: a full or failing disk is a reason to try again.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"

/* Logs "what path: errno" and gives ERR_LATER; errno stays. */
enum err file_failed(const char *what, const char *path);

enum err folder_make(int parent, const char *name); /* there already is fine */
enum err folder_sync(int folder, const char *name);
enum err file_sync(int fd, const char *name);
enum err file_write(int fd, uint64_t offset, slice bytes, const char *name);
/* False at an error (logged) or when the file ends before. */
bool file_read(int fd, uint64_t offset, char *into, size_t n, const char *name);
/* Root may run a tool over somebody's data: a new file belongs to whom its folder does.
 */
void file_give_to_owner(int fd, int folder);
/* A new file without a name in a folder; it may get one later by linkat. */
enum err file_unnamed(const char *folder, int *ret);
