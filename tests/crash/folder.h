/*
 * folder.h - copying and removing folders, without starting a program
 */
#pragma once

void folder_remove(const char *path); /* nothing there is fine */
/* Into a folder that is not there yet. */
void folder_copy(const char *from, const char *to);
