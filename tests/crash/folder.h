/*
 * folder.h - copying and removing folders, without starting a program
 */
#pragma once

#include <stdbool.h>

void folder_remove(const char *path); /* nothing there is fine */
/* Into a folder that is not there yet. */
void folder_copy(const char *from, const char *to);
/* Nothing was ever written to it: what the store holds in reserve needs no copying. */
bool folder_is_hole(int fd);
