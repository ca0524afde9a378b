#include "store/reserve.h"

#include <assert.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

struct reserve {
	int folder;
	_Atomic bool is_held;
	pthread_mutex_t lock; /* over what follows, and the file */
	int64_t retry_ms;     /* of the monotonic clock: not before */
};

static const char name[] = "reserve";

static bool allocate(int folder)
{
	int fd = openat(folder, name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	int fault;

	if (fd < 0) return false;
	fault = posix_fallocate(fd, 0, RESERVE_SIZE);
	close(fd);
	if (fault) unlinkat(folder, name, 0);
	return !fault;
}

static void log_full(void)
{
	log_event(LOG_WARNING, "store.disk-is-full",
		  LOG_TEXT_OF("mail", "refused for now"));
}

struct reserve *reserve_new(int folder)
{
	struct reserve *r = calloc(1, sizeof(*r));

	assert(r);
	r->folder = folder;
	pthread_mutex_init(&r->lock, NULL);
	r->is_held = allocate(folder);
	if (!r->is_held) log_full();
	return r;
}

void reserve_free(struct reserve *r)
{
	if (!r) return;
	pthread_mutex_destroy(&r->lock);
	free(r);
}

void reserve_give_up(struct reserve *r)
{
	if (!r) return;
	pthread_mutex_lock(&r->lock);
	if (r->is_held) {
		r->is_held = false;
		unlinkat(r->folder, name, 0);
		log_full();
	}
	pthread_mutex_unlock(&r->lock);
}

/* As much again must be left: what comes next would give it up at once. */
static bool has_space(int folder)
{
	struct statvfs disk;

	return fstatvfs(folder, &disk) == 0 &&
	       disk.f_bavail >= 2 * (uint64_t)RESERVE_SIZE / disk.f_frsize;
}

/* Under the lock. */
static bool take_again(struct reserve *r)
{
	int64_t now_ms = clock_monotonic_ms();

	if (r->is_held) return true;
	if (now_ms < r->retry_ms || !has_space(r->folder)) return false;
	r->is_held = allocate(r->folder);
	if (r->is_held)
		log_event(LOG_INFO, "store.disk-has-space-again");
	else
		r->retry_ms = now_ms + RESERVE_RETRY_MS;
	return r->is_held;
}

bool reserve_is_held(struct reserve *r)
{
	if (!r || r->is_held) return true;
	pthread_mutex_lock(&r->lock);
	bool held = take_again(r);
	pthread_mutex_unlock(&r->lock);
	return held;
}
