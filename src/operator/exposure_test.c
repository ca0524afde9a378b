#include "operator/exposure.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/test.h"

static size_t find(const struct config *c)
{
	struct exposure found[EXPOSURES_MAX];

	return exposures_find(c, "/nowhere", found);
}

static void check_folder(const char *path)
{
	static const struct {
		mode_t mode;
		size_t want;
	} t[] = {
		{ 0700, 0 }, { 0750, 0 }, { 0702, 0 },
		{ 0701, 1 }, { 0711, 1 }, { 0704, 1 },
	};
	const struct config c = { .data = slice_of(path) };

	for (size_t i = 0; i < countof(t); i++) {
		CHECK_INT(chmod(path, t[i].mode), 0);
		CHECK_INT(find(&c), t[i].want);
	}
	CHECK_INT(chmod(path, 0700), 0);
}

static void check_key(const char *path)
{
	static const struct {
		mode_t mode;
		size_t want;
	} t[] = {
		{ 0600, 0 }, { 0640, 0 }, { 0711, 0 },
		{ 0602, 0 }, { 0604, 1 }, { 0644, 1 },
	};
	const struct config c = { .tls_key = slice_of(path) };

	for (size_t i = 0; i < countof(t); i++) {
		CHECK_INT(chmod(path, t[i].mode), 0);
		CHECK_INT(find(&c), t[i].want);
	}
}

/* Of each that is given the path is known; the others are counted. */
static void check_many(const char *path)
{
	struct certificate_config keys[EXPOSURES_MAX + 3];
	struct exposure found[EXPOSURES_MAX];
	struct config c = { .certificates = keys, .certificate_count = countof(keys) };

	CHECK_INT(chmod(path, 0644), 0);
	for (size_t i = 0; i < countof(keys); i++)
		keys[i] = (struct certificate_config){ .key = slice_of(path) };
	CHECK_INT(exposures_find(&c, "/nowhere", found), countof(keys));
	for (size_t i = 0; i < EXPOSURES_MAX; i++)
		CHECK_SLICE(found[i].path, slice_of(path));
}

TEST(exposures_are_what_others_can_read)
{
	char folder[] = "/tmp/exposure-test-XXXXXX", key[64];
	int fd;

	CHECK(mkdtemp(folder));
	snprintf(key, sizeof(key), "%s/key", folder);
	fd = open(key, O_CREAT | O_WRONLY, 0600);
	CHECK(fd >= 0);
	close(fd);
	check_folder(folder);
	check_key(key);
	check_many(key);
	CHECK_INT(unlink(key), 0);
	CHECK_INT(rmdir(folder), 0);
}
