/*
 * exposure.h - files with secrets that everybody on this machine may read
 *
 * The data folder, whose own mode protects all that is in it; the private keys of TLS,
 * which a group may read (other servers share them); the configuration, where a password
 * stands in it. They are named, with the command that mends it, and used all the same.
 */
#pragma once

#include "config/config.h"

struct exposure {
	slice path;
	const char *mend; /* "chmod o=" */
};

enum { EXPOSURES_MAX = 16 };

/* How many there are; the first EXPOSURES_MAX of them are given. Paths are those of c and
 * config_path. */
size_t exposures_find(const struct config *c, const char *config_path,
		      struct exposure ret[static EXPOSURES_MAX]);
/* Finds them and says so in the log. */
void exposures_log(const struct config *c, const char *config_path);
